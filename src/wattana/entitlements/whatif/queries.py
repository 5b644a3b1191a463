"""Reads of trials: their list, and what one would do, area by area, small groups withheld."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.areas.models import Area
from wattana.assessment import storage
from wattana.assessment.models import Run, Status
from wattana.entitlements.whatif.actions import COMPARISON, MEASURE
from wattana.kernel.problems import N_, NotFound
from wattana.methods.rights.whatif import Effect
from wattana.methods.suppression import withheld, withheld_in_tree
from wattana.registry import naming
from wattana.rules.files import Table
from wattana.rules.programmes.changing import Change, read_change


@dataclass(frozen=True)
class Row:
    """A group with what the change does there; `effect` is None where it concerns too few."""

    name: str
    code: str
    effect: Effect | None


@dataclass(frozen=True)
class Trial:
    """One trial that came to its end."""

    run: Run
    change: Change
    line: float | None  # baht a person and year
    whole: Effect
    here: Row
    path: list[Area]
    parts: list[Row]
    levels: list[Row]
    programmes: list[dict[str, Any]]


def trials(viewer: Viewer) -> QuerySet[Run]:
    """All trials, newest first. Raises `Forbidden` without `ASSESS`."""
    viewer.require(Permission.ASSESS)
    return Run.objects.filter(measure=MEASURE).select_related("snapshot").order_by("-pk")


def trial(viewer: Viewer, key: int) -> Run:
    """One trial. Raises `Forbidden`, `NotFound`."""
    found = trials(viewer).filter(pk=key).first()
    if found is None:
        raise NotFound(N_("There is no such trial."))
    return found


def change_of(run: Run) -> Change:
    """What a trial changed. Raises `Invalid` when the rulebook has no such names any more."""
    return read_change(Table(run.definitions, MEASURE))


def outcome(viewer: Viewer, run: Run, code: str = "") -> Trial:
    """What a finished trial would do in an area (all of the snapshot for "") and its parts.

    An area that concerns fewer households than `SMALL_GROUP` is withheld, and so is what would
    follow from the others. Raises `NotFound` for an unknown area, or when its files are gone.
    """
    path = storage.folder(run) / COMPARISON
    if run.status != Status.READY or not path.exists():
        raise NotFound(N_("The files of this trial are not there. Try it again."))
    told = json.loads(path.read_text(encoding="utf-8"))
    effects = {one["group"]: Effect(**one) for one in told["areas"]}
    if code not in effects:
        raise NotFound(areas.NOT_OPEN, code=code[:12])
    hidden = _hidden(effects)
    above = areas.breadcrumb(code) if code else []
    names = {one.code: one for one in areas.children(code)}
    rows = [
        Row(key, key, None if key in hidden else effects[key])
        for key in sorted(effects)
        if key in names
    ]
    return Trial(
        run=run,
        change=change_of(run),
        line=told["line"],
        whole=effects[""],
        here=Row(code, code, None if code in hidden else effects[code]),
        path=above,
        parts=[Row(naming.area_label(names[one.code]), one.code, one.effect) for one in rows],
        levels=_levels([Effect(**one) for one in told["levels"]]),
        programmes=told["programmes"],
    )


def _hidden(effects: dict[str, Effect]) -> set[str]:
    """The areas that concern too few households to publish, or from which such would follow."""
    tree = {
        code: [one.households, one.concerned, one.households - one.concerned]
        for code, one in effects.items()
        if code
    }
    return {
        code
        for code, parts in withheld_in_tree(tree, settings.SMALL_GROUP).items()
        if parts & {0, 1}
    }


def _levels(effects: Sequence[Effect]) -> list[Row]:
    hidden = withheld([one.concerned for one in effects], settings.SMALL_GROUP)
    return [
        Row(naming.level_name(int(one.group)), "", None if place in hidden else one)
        for place, one in enumerate(effects)
    ]
