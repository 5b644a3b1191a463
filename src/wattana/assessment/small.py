"""Distributions that would tell what a few households are: for whoever may list households only.

A figure may count households enough and its levels, or its changes since the round before, may
still be of one or two. Of an area where such a number is too small, or follows from those of other
areas, viewers who may not list households see no part of that distribution (`SMALL_GROUP`), but
for the lowest level, the one that is asked for most: it is told unless it is small itself or has
to keep another small number company. The other three are withheld together: nothing follows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.assessment.figures import Figure, Wave
from wattana.assessment.models import AreaFigure, Run
from wattana.methods.suppression import withheld_in_tree

_LEVELS = ("level1", "level2", "level3", "level4")
_CHANGES = ("improved", "unchanged", "declined")


class _Small(NamedTuple):
    """Areas and aspects whose distribution is withheld; `level1`: its lowest level, too."""

    levels: frozenset[tuple[str, str]]
    level1: frozenset[tuple[str, str]]
    changes: frozenset[tuple[str, str]]


def fewest(viewer: Viewer) -> int:
    """How many households a number must count at least to be told to this viewer."""
    return 1 if viewer.can(Permission.HOUSEHOLD_LIST) else settings.SMALL_GROUP


def for_viewer(
    viewer: Viewer, run: Run, wave: Wave, found: Mapping[str, Mapping[str, Figure]]
) -> dict[str, dict[str, Figure]]:
    """Figures by area and aspect, with what this viewer may not be told marked."""
    if viewer.can(Permission.HOUSEHOLD_LIST):
        return {code: dict(figures) for code, figures in found.items()}
    small = _small(run.pk, wave, settings.SMALL_GROUP)
    return {
        code: {
            aspect: replace(
                figure,
                levels_withheld=(code, aspect) in small.levels,
                level1_withheld=(code, aspect) in small.level1,
                changes_withheld=(code, aspect) in small.changes,
            )
            for aspect, figure in figures.items()
        }
        for code, figures in found.items()
    }


@lru_cache(maxsize=64)
def _small(run_id: int, wave: Wave, threshold: int) -> _Small:
    """Kept in the process: the figures of a run that is shown never change."""
    levels = _withheld(run_id, wave, _LEVELS, threshold)
    changes = _withheld(run_id, wave, _CHANGES, threshold)
    level1 = frozenset(key for key, hidden in levels.items() if hidden & {0, 1})
    return _Small(frozenset(levels), level1, frozenset(changes))


def _withheld(
    run_id: int, wave: Wave, parts: tuple[str, ...], threshold: int
) -> dict[tuple[str, str], frozenset[int]]:
    """What is withheld of areas and aspects: 0 the whole, 1 … its parts; none without any."""
    rows = AreaFigure.objects.filter(run=run_id, year=wave.year, round=wave.round)
    trees: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for code, aspect, *counts in rows.values_list("code", "aspect", *parts):
        trees[aspect][code] = [sum(counts), *counts]
    return {
        (code, aspect): hidden
        for aspect, tree in trees.items()
        for code, hidden in withheld_in_tree(tree, threshold).items()
        if hidden
    }
