"""Do the ranks of groups hang on the cut-off or on the weights? (Alkire and Santos 2014, 4.)"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

from wattana.engines.port import Engine
from wattana.methods.alkire_foster.checks import nowhere
from wattana.methods.alkire_foster.figures import ordered_groups, planned, whole_number
from wattana.methods.alkire_foster.rows import scored_sql
from wattana.methods.alkire_foster.sums import Plan, counted_sql, sets_sql, sid_sql
from wattana.methods.sql import quoted
from wattana.methods.survey import Design
from wattana.rules.poverty import PovertyMeasure
from wattana.rules.poverty.weights import told

CUTOFFS = (Fraction(1, 5), Fraction(1, 4), Fraction(1, 3), Fraction(2, 5), Fraction(1, 2))
"""Cut-offs of the grid, beside the measure's own."""
HALF = Fraction(1, 2)
MOST_DOMINANCE = 300
"""Groups among which every pair is looked at for every cut-off."""


@dataclass(frozen=True)
class Curve:
    """How many of one group have which score: weights by score in parts of `parts`."""

    group: Mapping[str, Any]
    weights: dict[int, int]
    parts: int

    def headcount(self, k: Fraction) -> float | None:
        """H at a cut-off; None for a group without weight."""
        poor = sum(weight for score, weight in self.weights.items() if score >= k * self.parts)
        return poor / self._base if self._base else None

    def adjusted(self, k: Fraction) -> float | None:
        """M0 at a cut-off; None for a group without weight."""
        points = sum(
            score * weight for score, weight in self.weights.items() if score >= k * self.parts
        )
        return points / (self.parts * self._base) if self._base else None

    @property
    def _base(self) -> int:
        return sum(self.weights.values())


def curves(
    engine: Engine,
    table: str,
    measure: PovertyMeasure,
    design: Design | None = None,
    *,
    missing: str | None = None,
) -> list[Curve]:
    """The scores of all rows and of each group, in one pass: H and M0 at any k follow."""
    plan = planned(engine, table, measure, design or Design(lonely="skip"), missing, nowhere)
    rows = engine.rows(_histogram_sql(plan)).to_pylist()
    found: dict[tuple[Any, ...], Curve] = {}
    for row, group in ordered_groups(plan, rows):
        curve = found.setdefault(
            (row["sid"], *group.items()), Curve(group, {}, measure.denominator)
        )
        curve.weights[int(row["score"])] = whole_number(row["w"])
    return list(found.values())


def _histogram_sql(plan: Plan) -> str:
    keep = [*(f"{quoted(name)} AS g{i}" for i, name in enumerate(plan.columns)),
            f"{f'CAST({plan.weight} AS DOUBLE)' if plan.weight else '1'} AS w"]  # fmt: skip
    keys = ", ".join([*plan.groups, "score"])
    rows = scored_sql(plan.measure, plan.table, keep, plan.missing)
    cells = (
        f"SELECT {keys}, {counted_sql('used = 1', plan)} AS w FROM ({rows}) AS scored_rows"
        f" WHERE used = 1 GROUP BY {keys}"
    )
    return (
        f"SELECT {sid_sql(plan)} AS sid, {keys}, SUM(w) AS w FROM ({cells}) AS cells"
        f" GROUP BY GROUPING SETS ({sets_sql(plan, ['score'])})"
    )


def grid(
    engine: Engine,
    table: str,
    measure: PovertyMeasure,
    design: Design,
    *,
    missing: str | None = None,
) -> list[dict[str, Any]]:
    """Other cut-offs and weights of dimensions: does the order of the groups by M0 stay?

    One row for each set of groups and each alternative: `kendall` (tau-b) and `spearman` against
    the measure as it is, and `pairs_kept`, the share of pairs of groups whose order stays. The row
    with the alternative “every k” counts the pairs of which one group is never below the other.
    """
    base = curves(engine, table, measure, design, missing=missing)
    rows = []
    for name, weights in {"": None, **_schemes(measure)}.items():
        other = measure.reweighted(weights) if weights else measure
        found = base if weights is None else curves(engine, table, other, design, missing=missing)
        cutoffs = sorted({*CUTOFFS, measure.cutoff}) if weights is None else [measure.cutoff]
        rows += [
            _compared(by, base, found, measure.cutoff, k) | {"weights": name}
            for k in cutoffs
            for by in design.by
        ]
    return [*rows, *(_dominance(by, base) for by in design.by)]


def _schemes(measure: PovertyMeasure) -> dict[str, list[Fraction]]:
    """Each dimension in turn has half of all weight, the others share the rest equally."""
    count = len(measure.dimensions)
    if count < 2:
        return {}
    return {
        f"{chosen.name} 50 %": [
            weight
            for one in measure.dimensions
            for weight in _scaled(
                measure, one.indicators, HALF if one is chosen else HALF / (count - 1)
            )
        ]
        for chosen in measure.dimensions
    }


def _scaled(measure: PovertyMeasure, names: Sequence[str], whole: Fraction) -> list[Fraction]:
    weights = [measure.weights[name] for name in names]
    return [weight * whole / sum(weights) for weight in weights]


def _of(by: Sequence[str], found: Sequence[Curve], k: Fraction) -> dict[Any, float | None]:
    return {
        tuple(one.group.values()): one.adjusted(k) for one in found if tuple(one.group) == tuple(by)
    }


def _compared(
    by: Sequence[str], base: Sequence[Curve], found: Sequence[Curve], k: Fraction, other: Fraction
) -> dict[str, Any]:
    before, after = _of(by, base, k), _of(by, found, other)
    known = [one for one, value in before.items() if value is not None]
    pairs = [(before[one] or 0.0, after.get(one) or 0.0) for one in known]
    tau, kept = kendall(pairs)
    return {
        "by": ", ".join(by), "groups": len(pairs), "k": told(other),
        "kendall": tau, "spearman": spearman(pairs), "pairs_kept": kept,
    }  # fmt: skip


def _dominance(by: Sequence[str], base: Sequence[Curve]) -> dict[str, Any]:
    """Pairs of groups of which one has at least as much poverty as the other at every cut-off."""
    found = [one for one in base if tuple(one.group) == tuple(by)]
    scores = sorted({score for one in found for score in one.weights if score})
    lines = [[one.adjusted(Fraction(s, one.parts)) or 0.0 for s in scores] for one in found]
    few = lines if len(lines) <= MOST_DOMINANCE else []
    pairs = [(a, b) for i, a in enumerate(few) for b in few[:i]]
    ordered = sum(
        all(x >= y for x, y in zip(a, b, strict=True))
        or all(x <= y for x, y in zip(a, b, strict=True))
        for a, b in pairs
    )
    return {
        "by": ", ".join(by), "groups": len(found), "k": "every k", "kendall": None,
        "spearman": None, "pairs_kept": ordered / len(pairs) if pairs else None, "weights": "",
    }  # fmt: skip


def kendall(pairs: Sequence[tuple[float, float]]) -> tuple[float | None, float | None]:
    """Kendall's tau-b and the share of untied pairs whose order is the same; None without pairs.

    Knight (1966): sort by the first, count inversions of the second.
    """
    count = len(pairs) * (len(pairs) - 1) // 2
    rows = sorted(pairs)
    ties = [_ties(x for x, _ in rows), _ties(y for _, y in rows), _ties(rows)]
    swapped, seen = 0, list[float]()
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end][0] == rows[start][0]:
            swapped += len(seen) - bisect_right(seen, rows[end][1])
            end += 1
        for _, y in rows[start:end]:
            insort(seen, y)
        start = end
    untied = count - ties[0] - ties[1] + ties[2]
    root = sqrt((count - ties[0]) * (count - ties[1]))
    if not root:
        return None, None
    return (untied - 2 * swapped) / root, (untied - swapped) / untied if untied else None


def _ties(values: Any) -> int:
    """Pairs of equal values."""
    counts: dict[Any, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return sum(n * (n - 1) // 2 for n in counts.values())


def spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Spearman's rank correlation; ties have their mean rank. None where a side is constant."""
    if len(pairs) < 2:
        return None
    one, other = _ranks([x for x, _ in pairs]), _ranks([y for _, y in pairs])
    mean = (len(pairs) + 1) / 2
    cross = sum((a - mean) * (b - mean) for a, b in zip(one, other, strict=True))
    squares = sum((a - mean) ** 2 for a in one) * sum((b - mean) ** 2 for b in other)
    return cross / sqrt(squares) if squares else None


def _ranks(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    first: dict[float, int] = {}
    last: dict[float, int] = {}
    for rank, value in enumerate(ordered, start=1):
        first.setdefault(value, rank)
        last[value] = rank
    return [(first[value] + last[value]) / 2 for value in values]
