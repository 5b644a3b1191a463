"""The SQL of an assessment, made from the measure's compiled expressions.

Two statements. The first reads households and persons once: aggregates of persons joined to the
households, indicators, capitals, X. The second adds the change since the household's round before,
and puts the rows into the order of areas, so that reading one area touches few pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
    return f"SELECT {', '.join(kept)} FROM ({_totals_sql(measure, _indicators_sql(measure))})"


def moves_sql(before: Measure, after: Measure) -> str:
    """Rows (tambon, before, after, households) of the latest visits, from `scores` of `before`.

    Only indicators that `after` scores in another way are worked out from the answers again.
    """
    anew = _scored_anew(before, after)
    scores = (
        f"{'anew' if one in anew else 'known'}.{_named(one.code)}" for one in after.indicators
    )
    source = f"""
        SELECT known.area, known.level AS before, {", ".join(scores)},
            {", ".join(f"0 AS {_named(one.code + '_applies')}" for one in after.indicators)}
        FROM scores AS known {_joined_anew(anew)} WHERE known.latest"""
    return f"""
        SELECT left(area, 6) AS tambon, before, {_level("score", after)} AS after,
            COUNT(*) AS households
        FROM ({_totals_sql(after, source)}) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


def _scored_anew(before: Measure, after: Measure) -> list[Indicator]:
    known = {one.code: _stated(one) for one in before.indicators}
    return [one for one in after.indicators if known.get(one.code) != _stated(one)]


def _stated(indicator: Indicator) -> tuple[object, ...]:
    """All that an indicator's score depends on, besides the answers."""
    used = [one for one in (indicator.expression, indicator.applies) if one]
    return _score(indicator), *(sorted(one.aggregates().items()) for one in used)


def _joined_anew(anew: Sequence[Indicator]) -> str:
    """The join that brings freshly worked out scores; nothing when there are none."""
    if not anew:
        return ""
    columns = ", ".join(f"{_score(one)} AS {_named(one.code)}" for one in anew)
    used = [one for i in anew for one in (i.expression, i.applies) if one]
    return f"""LEFT JOIN (
            SELECT household, visit_year AS year, visit_round AS round, {columns}
            FROM households {joined_members(used)} WHERE latest
        ) AS anew USING (household, year, round)"""


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
    return f"SELECT {', '.join(columns)} FROM households {joined_members(measure.expressions)}"


def joined_members(used: Sequence[Expression]) -> str:
    """The join that brings the aggregates of persons that expressions use; nothing for none."""
    members = _members_sql(used)
    return f"LEFT JOIN ({members}) AS members USING ({', '.join(KEY)})" if members else ""


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


def _counted_sql(measure: Measure, indicators: str) -> str:
    """Adds to rows of indicators, by capital, how many have a score and how many apply."""
    counts = ", ".join(
        f"{_count_known(capital)} AS {capital.code}_n_used,"
        f" {_sum(_named(one.code + '_applies') for one in capital.counted)}"
        f" AS {capital.code}_n_all"
        for capital in measure.capitals
    )
    return f"SELECT *, {counts} FROM ({indicators})"


def _count_known(capital: Capital) -> str:
    return _sum(
        f"CASE WHEN {_named(one.code)} IS NULL THEN 0 ELSE 1 END" for one in capital.counted
    )


def _sum(terms: Iterable[str]) -> str:
    return "(" + " + ".join(terms) + ")"


def _mean(weights: Mapping[str, float], count: str) -> str:
    """The mean of the columns that are not NULL, added in their order, rounded.

    Equal weights, whatever they are, are the plain mean.
    """
    if len(set(weights.values())) == 1:
        total = _sum(f"COALESCE({_named(one)}, 0.0e0)" for one in weights)
        return f"ROUND({total} / NULLIF(CAST({count} AS DOUBLE), 0.0e0), {PLACES})"
    total = _sum(f"{_double(w)} * COALESCE({_named(one)}, 0.0e0)" for one, w in weights.items())
    weight = _sum(
        f"CASE WHEN {_named(one)} IS NULL THEN 0.0e0 ELSE {_double(w)} END"
        for one, w in weights.items()
    )
    return f"ROUND({total} / NULLIF({weight}, 0.0e0), {PLACES})"


def _double(number: float) -> str:
    return f"CAST({float(number)!r} AS DOUBLE)"


def _means_sql(measure: Measure, indicators: str) -> str:
    means = ", ".join(
        f"{_mean({one.code: one.weight for one in capital.counted}, f'{capital.code}_n_used')}"
        f" AS {_named(capital.code)}"
        for capital in measure.capitals
    )
    return f"SELECT *, {means} FROM ({_counted_sql(measure, indicators)})"


def _totals_sql(measure: Measure, indicators: str) -> str:
    """Adds X, how many capitals have a score, and the indicators used and applicable in all."""
    codes = [capital.code for capital in measure.capitals]
    used = _sum(f"CASE WHEN {_named(code)} IS NULL THEN 0 ELSE 1 END" for code in codes)
    mean = _mean({capital.code: capital.weight for capital in measure.capitals}, used)
    score = f"CASE WHEN {used} >= {measure.settings.minimum_capitals} THEN {mean} END"
    return f"""
        SELECT *, {used} AS capitals_used, {score} AS score,
            {_sum(f"{code}_n_used" for code in codes)} AS n_used,
            {_sum(f"{code}_n_all" for code in codes)} AS n_all
        FROM ({_means_sql(measure, indicators)})"""


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
