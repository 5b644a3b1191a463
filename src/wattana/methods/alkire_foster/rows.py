"""SQL of what one row is: deprived in which indicators, with what score, poor or not.

Scores are whole numbers of 1/denominator, so that who sits exactly on the cut-off is poor on every
machine. Plain SQL in DuckDB's dialect that other engines can translate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wattana.methods.sql import quoted
from wattana.rules.expressions import Expression
from wattana.rules.poverty import PovertyIndicator, PovertyMeasure

KEY = ("household", "visit_year", "visit_round")
"""What makes a household of a snapshot in one round."""


def source(table: str) -> str:
    """A table's name, or a query (which has spaces), as SQL after FROM."""
    return f"({table}) AS source" if " " in table.strip() else quoted(table)


def deprived_sql(indicator: PovertyIndicator) -> str:
    """TRUE, FALSE, or NULL where the row cannot be told and the indicator has no rule of its own.

    Where the indicator does not apply the row is not deprived in it.
    """
    test = f"({indicator.deprived.sql()})"
    if indicator.applies is not None:
        applies = f"({indicator.applies.sql()})"
        test = (
            f"CASE {applies} WHEN TRUE THEN {test} WHEN FALSE THEN FALSE"
            f" ELSE CASE {test} WHEN FALSE THEN FALSE END END"
        )
    if indicator.missing is not None:
        return f"COALESCE({test}, {_truth(indicator.missing == 'deprived')})"
    return test


def _truth(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def masks_sql(measure: PovertyMeasure, table: str, keep: Sequence[str]) -> str:
    """One row for each of the table: `keep`, and two BIGINT of one bit an indicator.

    Bit j of `deprivations`: deprived in indicator j. Bit j of `missing`: unknown. `keep` are column
    names or “expression AS name”. The rule for missing answers comes later.
    """
    flags = ", ".join(f"{deprived_sql(one)} AS d{j}" for j, one in enumerate(measure.indicators))
    bits = range(len(measure.indicators))
    deprivations = _bits(f"WHEN d{j} THEN" for j in bits)
    missing = _bits(f"WHEN d{j} IS NULL THEN" for j in bits)
    kept = ", ".join(f"k{i} AS {_name(one)}" for i, one in enumerate(keep))
    taken = ", ".join(f"{_value(one)} AS k{i}" for i, one in enumerate(keep))
    return (
        f"SELECT {kept}{', ' if keep else ''}{deprivations} AS deprivations, {missing} AS missing"
        f" FROM (SELECT {taken}{', ' if keep else ''}{flags} FROM {source(table)}) AS answers"
    )


def _bits(tests: Iterable[str]) -> str:
    terms = (f"CASE {test} {1 << j} ELSE 0 END" for j, test in enumerate(tests))
    return f"CAST({' + '.join(terms)} AS BIGINT)"


def _name(kept: str) -> str:
    return kept.rpartition(" AS ")[2] if " AS " in kept else quoted(kept)


def _value(kept: str) -> str:
    return kept.rpartition(" AS ")[0] if " AS " in kept else quoted(kept)


def scored_sql(measure: PovertyMeasure, table: str, keep: Sequence[str], missing: str) -> str:
    """One row for each of the table, with the score.

    `keep` (“expression AS name”), d0 … (0 or 1), `used` (0 for a row that the rule for missing
    answers leaves out; all else is 0 then), `score` in parts of the denominator, `poor` (0 or 1);
    r0 … (gap of the deprived, DOUBLE) where every indicator has a gap.
    """
    names = [_name(one) for one in keep]
    indicators = range(len(measure.indicators))
    flags = [f"{deprived_sql(one)} AS t{j}" for j, one in enumerate(measure.indicators)]
    gaps = [f"{_gap(one.gap)} AS y{j}" for j, one in enumerate(measure.indicators) if one.gap]
    answers = f"SELECT {', '.join([*keep, *flags, *gaps])} FROM {source(table)}"
    known = " AND ".join(_known(measure, missing)) or "TRUE"
    used = f"SELECT *, CASE WHEN {known} THEN 1 ELSE 0 END AS used FROM ({answers}) AS answers"
    deprived = [f"CASE WHEN {_counts(j, missing)} THEN used ELSE 0 END AS d{j}" for j in indicators]
    ratios = [f"CASE WHEN t{j} THEN y{j} ELSE 0.0e0 END AS r{j}"
              for j, one in enumerate(measure.indicators) if one.gap]  # fmt: skip
    counted = f"SELECT {', '.join([*names, 'used', *deprived, *ratios])} FROM ({used}) AS used_rows"
    score = " + ".join(f"{one.weight} * d{j}" for j, one in enumerate(measure.indicators))
    scored = f"SELECT *, CAST({score} AS BIGINT) AS score FROM ({counted}) AS counted"
    return (
        f"SELECT *, CASE WHEN used = 1 AND score >= {measure.cutoff_units} THEN 1 ELSE 0 END"
        f" AS poor FROM ({scored}) AS scored"
    )


def _gap(gap: Expression) -> str:
    return f"CAST({gap.sql()} AS DOUBLE)"


def _counts(j: int, missing: str) -> str:
    return f"t{j} OR t{j} IS NULL" if missing == "deprived" else f"t{j}"


def _known(measure: PovertyMeasure, missing: str) -> list[str]:
    """What has to be known of a row that counts."""
    tests = []
    for j, one in enumerate(measure.indicators):
        if missing == "complete_case" and one.missing is None:
            tests.append(f"t{j} IS NOT NULL")
        if one.gap is not None:
            tests.append(f"(y{j} IS NOT NULL OR COALESCE(NOT t{j}, TRUE))")
    return tests


def snapshot_sql(measure: PovertyMeasure) -> str:
    """The rows of a snapshot that the measure counts, with all columns that it reads.

    Households with the measure's aggregates of their members, or persons with the columns of their
    household. Tables: households, persons.
    """
    if measure.unit == "person":
        columns = ", ".join(f"h.{quoted(one)}" for one in household_columns(measure))
        more = f", {columns}" if columns else ""
        return f"SELECT persons.*{more} FROM persons JOIN households AS h USING ({', '.join(KEY)})"
    aggregates = {n: sql for one in measure.expressions for n, sql in one.aggregates().items()}
    if not aggregates:
        return "SELECT * FROM households"
    columns = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in aggregates.items())
    key = ", ".join(KEY)
    dated = any(one.dated_members for one in measure.expressions)
    dates = f" JOIN (SELECT {key}, surveyed_on FROM households) AS dates USING ({key})"
    members = f"SELECT {key}, {columns} FROM persons{dates if dated else ''} GROUP BY {key}"
    return f"SELECT * FROM households LEFT JOIN ({members}) AS members USING ({key})"


def household_columns(measure: PovertyMeasure) -> tuple[str, ...]:
    """Columns of the household that a measure of persons reads."""
    variables = (
        node.variable
        for one in measure.expressions
        for node in one.node.walk()
        if node.op == "variable"
    )
    return tuple(dict.fromkeys(one.name for one in variables if one.level == "household"))
