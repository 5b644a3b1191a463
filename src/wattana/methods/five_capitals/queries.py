"""The SQL of an assessment, made from the measure's compiled expressions.

Two statements. The first reads households and persons once: aggregates of persons joined to the
households, indicators, capitals, X. The second adds the change since the household's round before,
and puts the rows into the order of areas, so that reading one area touches few pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wattana.methods.levels import level_sql
from wattana.rules.expressions import SURVEY_DATE, Expression
from wattana.rules.measures import Capital, Indicator, Measure

KEY = ("household", "visit_year", "visit_round")
PLACES = 6
"""Decimals to which scores are rounded before anything is compared."""


def person_columns(measure: Measure) -> list[str]:
    """The columns of the persons' table that the measure reads, besides the key."""
    used = (name for one in measure.expressions for name in one.member_inputs)
    return sorted(set(used))


def household_columns(measure: Measure) -> list[str]:
    """The columns of the households' table that the measure reads, besides the key."""
    used = (name for one in measure.expressions for name in one.inputs)
    return sorted(set(used))


def scores_sql(measure: Measure) -> str:
    """One row per household and round, without changes."""
    kept = [
        "household", "area", "visit_year AS year", "visit_round AS round", "latest",
        *(_named(one.code) for one in measure.indicators),
        *(column for capital in measure.capitals for column in _capital_columns(capital, measure)),
        "capitals_used", "score",
        f"{_level('score', measure)} AS level",
        f"ROUND(n_used / CAST(n_all AS DOUBLE), {PLACES}) AS completeness",
    ]  # fmt: skip
    return f"SELECT {', '.join(kept)} FROM ({_totals_sql(measure)})"


def changes_sql(measure: Measure) -> str:
    """The rows of `scores` with the change of each capital and of X since the round before."""
    aspects = [*(capital.code for capital in measure.capitals), "score"]
    before = ", ".join(
        f"LAG({_named(one)}) OVER earlier AS {_named(one + '_before')}" for one in aspects
    )
    changes = ", ".join(
        f"{_change(one, measure)} AS {'change' if one == 'score' else one + '_change'}"
        for one in aspects
    )
    return f"""
        SELECT scores.*, {changes}
        FROM scores LEFT JOIN (
            SELECT household, year, round, {before} FROM scores
            WINDOW earlier AS (PARTITION BY household ORDER BY year, round)
        ) AS earlier USING (household, year, round)
        ORDER BY area, household, year, round"""


def _named(name: str) -> str:
    return f'"{name}"'


def _members_sql(used: Sequence[Expression]) -> str | None:
    """Aggregates of the persons of each household and round; None when none are used."""
    aggregates = {name: sql for one in used for name, sql in one.aggregates().items()}
    if not aggregates:
        return None
    columns = ", ".join(f"{sql} AS {_named(name)}" for name, sql in aggregates.items())
    key = ", ".join(KEY)
    dated = any(one.dated_members for one in used)
    dates = f"JOIN (SELECT {key}, {SURVEY_DATE} FROM households) AS dates USING ({key})"
    return f"SELECT {key}, {columns} FROM persons {dates if dated else ''} GROUP BY {key}"


def _indicators_sql(measure: Measure) -> str:
    """Each indicator's score under its code, and whether it applies (1, 0) under code_applies."""
    columns = [
        "household", "area", "visit_year", "visit_round", "latest",
        *(f"{_score(one)} AS {_named(one.code)}" for one in measure.indicators),
        *(f"{_applies(one)} AS {_named(one.code + '_applies')}" for one in measure.indicators),
    ]  # fmt: skip
    members = _members_sql(measure.expressions)
    joined = f"LEFT JOIN ({members}) AS members USING ({', '.join(KEY)})" if members else ""
    return f"SELECT {', '.join(columns)} FROM households {joined}"


def _score(indicator: Indicator) -> str:
    if indicator.expression is None:
        return "CAST(NULL AS DOUBLE)"
    score = f"ROUND({indicator.expression.sql()}, {PLACES})"
    if indicator.applies is None:
        return score
    return f"CASE ({indicator.applies.sql()}) WHEN FALSE THEN NULL ELSE {score} END"


def _applies(indicator: Indicator) -> str:
    """An indicator that may apply counts: only a clear “does not apply” takes it out."""
    if indicator.expression is None:
        return "0"
    if indicator.applies is None:
        return "1"
    return f"CASE ({indicator.applies.sql()}) WHEN FALSE THEN 0 ELSE 1 END"


def _counted_sql(measure: Measure) -> str:
    """Adds for each capital how many indicators have a score and how many apply."""
    counts = ", ".join(
        f"{_count_known(capital)} AS {capital.code}_n_used,"
        f" {_sum(_named(one.code + '_applies') for one in capital.indicators)}"
        f" AS {capital.code}_n_all"
        for capital in measure.capitals
    )
    return f"SELECT *, {counts} FROM ({_indicators_sql(measure)})"


def _count_known(capital: Capital) -> str:
    return _sum(
        f"CASE WHEN {_named(one.code)} IS NULL THEN 0 ELSE 1 END" for one in capital.indicators
    )


def _sum(terms: Iterable[str]) -> str:
    return "(" + " + ".join(terms) + ")"


def _mean(columns: Iterable[str], count: str) -> str:
    """The mean of those that are not NULL, added in their order, rounded."""
    total = _sum(f"COALESCE({_named(one)}, 0.0e0)" for one in columns)
    return f"ROUND({total} / NULLIF(CAST({count} AS DOUBLE), 0.0e0), {PLACES})"


def _means_sql(measure: Measure) -> str:
    means = ", ".join(
        f"{_mean((one.code for one in capital.indicators), f'{capital.code}_n_used')}"
        f" AS {_named(capital.code)}"
        for capital in measure.capitals
    )
    return f"SELECT *, {means} FROM ({_counted_sql(measure)})"


def _totals_sql(measure: Measure) -> str:
    """Adds X, how many capitals have a score, and the indicators used and applicable in all."""
    codes = [capital.code for capital in measure.capitals]
    used = _sum(f"CASE WHEN {_named(code)} IS NULL THEN 0 ELSE 1 END" for code in codes)
    score = f"CASE WHEN {used} >= {measure.settings.minimum_capitals} THEN {_mean(codes, used)} END"
    return f"""
        SELECT *, {used} AS capitals_used, {score} AS score,
            {_sum(f"{code}_n_used" for code in codes)} AS n_used,
            {_sum(f"{code}_n_all" for code in codes)} AS n_all
        FROM ({_means_sql(measure)})"""


def _capital_columns(capital: Capital, measure: Measure) -> list[str]:
    code = capital.code
    return [
        _named(code),
        f"{_level(_named(code), measure)} AS {code}_level",
        f"{code}_n_used",
        f"{code}_n_all",
    ]


def _level(score: str, measure: Measure) -> str:
    return level_sql(score, measure.settings.cut_points, measure.settings.boundary_rule)


def _change(aspect: str, measure: Measure) -> str:
    band = measure.settings.change_dead_band
    moved = f"ROUND(scores.{_named(aspect)} - earlier.{_named(aspect + '_before')}, {PLACES})"
    return (
        f"CASE WHEN {moved} > {band!r} THEN 'improved' WHEN {moved} < -{band!r} THEN 'declined'"
        f" WHEN {moved} IS NOT NULL THEN 'unchanged' END"
    )
