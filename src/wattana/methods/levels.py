"""The level of a score between cut points."""

from __future__ import annotations

from collections.abc import Sequence


def level_of(score: float | None, cut_points: Sequence[float], boundary_rule: str) -> int | None:
    """1 … n+1 for a score among n rising cut points; None without a score.

    `boundary_rule` says where a score exactly on a cut point belongs: "upper" or "lower". Scores
    are compared as rounded to 6 decimals, so that all engines agree.
    """
    if score is None:
        return None
    exact = round(score, 6)
    if boundary_rule == "upper":
        return 1 + sum(exact >= cut for cut in cut_points)
    return 1 + sum(exact > cut for cut in cut_points)


def level_sql(score: str, cut_points: Sequence[float], boundary_rule: str) -> str:
    """The same as SQL over a column that is rounded already."""
    sign = ">=" if boundary_rule == "upper" else ">"
    cases = " ".join(
        f"WHEN {score} {sign} {cut!r} THEN {level}"
        for level, cut in reversed(list(enumerate(cut_points, start=2)))
    )
    return f"CASE WHEN {score} IS NULL THEN NULL {cases} ELSE 1 END"
