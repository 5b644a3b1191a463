"""How far figures of areas may be off: 95 % intervals, with the village as what chance picks.

The households are those that were listed and surveyed, not a random sample; the interval says how
much a figure would vary if the villages were drawn by chance from many like them (docs/adr/
intervals.md). Within one village the households take the place of the villages.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Any

from django.db.models import Q

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.assessment.models import AreaFigure, Run
from wattana.methods.survey import linear, logit, ratio_errors, wilson

MILLION = 1_000_000
VILLAGE, TAMBON = 8, 6  # digits


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, in the units of the figure."""

    low: float
    high: float


@dataclass(frozen=True)
class Intervals:
    """The intervals of one area; None where nothing can be said (one village, all alike)."""

    level1: Interval | None
    mean: Interval | None


@dataclass(frozen=True)
class Cluster:
    """A village, or the households of a tambon that stand in no village: sums over households."""

    code: str
    scored: int
    level1: int
    total: float  # sum of the scores


def area_intervals(viewer: Viewer, run: Run, top: str, digits: int) -> dict[str, Intervals]:
    """Intervals of the area `top` and of the areas of so many digits inside it, by code.

    Over what the viewer sees of them. Raises `Forbidden` without `AREA_VIEW`.
    """
    viewer.require(Permission.AREA_VIEW)
    return dict(_worked_out(run.pk, viewer.parts_of(top), top, digits))


@lru_cache(maxsize=512)
def _worked_out(
    run_id: int, parts: tuple[str, ...], top: str, digits: int
) -> Mapping[str, Intervals]:
    """Kept in the process: the figures of a run that is shown never change."""
    clusters = _clusters(run_id, parts)
    return {
        **_of([(top, one) for one in clusters]),
        **_of([(one.code[:digits], one) for one in clusters if digits > len(top)]),
    }


def _clusters(run_id: int, parts: Sequence[str]) -> list[Cluster]:
    if not parts:
        return []
    inside = Q()
    for part in parts:
        inside |= Q(code__gte=part, code__lt=str(int(part) + 1).zfill(len(part)))
    rows = AreaFigure.objects.filter(inside, run=run_id, year=0, round=0, aspect="overall")
    sums = {
        code: (scored, level1, total)
        for code, *(scored, level1, total) in rows.values_list("code", "scored", "level1", "total")
        if len(code) >= TAMBON
    }
    left = _outside_villages(sums)
    found = [(code, of) for code, of in sums.items() if len(code) == VILLAGE]
    return [
        Cluster(code, scored, level1, total / MILLION)
        for code, (scored, level1, total) in sorted([*found, *left])
        if scored
    ]


def _outside_villages(sums: dict[str, Any]) -> list[tuple[str, list[int]]]:
    """What a tambon has beyond its villages, under its code followed by 00."""
    inside: dict[str, list[Any]] = defaultdict(list)
    for code, of in sums.items():
        if len(code) == VILLAGE:
            inside[code[:TAMBON]].append(of)
    return [
        (f"{code}00", [whole - sum(some) for whole, *some in zip(of, *inside[code], strict=True)])
        for code, of in sums.items()
        if len(code) == TAMBON
    ]


def _of(members: Sequence[tuple[str, Cluster]]) -> dict[str, Intervals]:
    """The intervals of groups of clusters, each member given as (group, cluster)."""
    if not members:
        return {}
    groups = sorted({group for group, _ in members})
    place = {group: n for n, group in enumerate(groups)}
    index = [place[group] for group, _ in members]
    base = [one.scored for _, one in members]
    share, share_se, df = ratio_errors([c.level1 for _, c in members], base, index, len(groups))
    mean, mean_se, _ = ratio_errors([c.total for _, c in members], base, index, len(groups))
    shares = list(zip(*logit(share, share_se, df), strict=True))
    means = list(zip(*linear(mean, mean_se, df), strict=True))
    sizes = Counter(index)
    alone = {group: one for group, one in members if sizes[place[group]] == 1}
    return {
        group: Intervals(
            _within(alone[group]) if group in alone else _interval(shares[n]),
            _interval(means[n], 1, 4),
        )
        for n, group in enumerate(groups)
    }


def _within(village: Cluster) -> Interval | None:
    """Of a share within one village: its households as what chance picks (Wilson 1927)."""
    return _interval(wilson(village.level1, village.scored))


def _interval(ends: Iterable[Any], least: float = 0, most: float = 1) -> Interval | None:
    low, high = (float(end) for end in ends)
    if not (isfinite(low) and isfinite(high)):
        return None
    return Interval(max(low, least), min(high, most))
