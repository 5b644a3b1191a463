"""A file of จปฐ. results as one table of whole numbers, for persons or for households.

bmn_N is 1 (passes), 0 (fails), 2 (not applicable) or NULL (unknown). A household indicator counts
for every member, even where the file writes it in the row of one member only; an empty cell of a
person indicator means that the member is not concerned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wattana.engines.port import Engine
from wattana.kernel.problems import N_, Invalid
from wattana.methods.sql import quoted
from wattana.methods.tpmap.definition import Found, TpmapMeasure
from wattana.methods.tpmap.rounds import FAIL, NOT_APPLICABLE, PASS, BasicNeed, writing

HOUSEHOLD, CARD, NO_CARD_AT_HOME, POOR, UNKNOWN = (
    "tpmap_household",
    "tpmap_card",
    "tpmap_no_card_at_home",
    "tpmap_poor",
    "tpmap_unknown",
)
"""Columns that `persons_sql` adds: the household; card 1, 0, NULL; nobody at home holds one 1, 0,
NULL; deprived in any dimension 1, 0; a household indicator is unknown 1, 0."""


def deprived(dimension: str) -> str:
    """The column, 1 or 0, that says who is deprived in a dimension."""
    return f"tpmap_{dimension}"


def check(engine: Engine, table: str, measure: TpmapMeasure) -> None:
    """Raise `Invalid` for a result that no list knows, or a person without a household."""
    write = writing()
    known = [one for texts in write.results.values() for one in texts]
    results = measure.found.results
    looked = {results[one.number]: known for one in measure.needs if one.number in results}
    if measure.found.card:
        looked[measure.found.card] = [one for texts in write.card.values() for one in texts]
    strange = " UNION ALL ".join(
        f"SELECT {number} AS column_number, MIN({_text(column)}) AS value FROM {quoted(table)} "
        f"WHERE {_text(column)} <> '' AND {_text(column)} NOT IN ({_listed(texts)})"
        for number, (column, texts) in enumerate(looked.items())
    )
    for row in engine.rows(f"{strange} ORDER BY column_number").to_pylist():
        if row["value"] is not None:
            column = list(looked)[row["column_number"]]
            raise Invalid(
                N_("Column %(column)s holds “%(value)s”. Write 1 or ผ่าน, 0 or ไม่ผ่าน, - for not "
                   "applicable, or leave it empty."),
                column=column,
                value=str(row["value"])[:20],
            )  # fmt: skip
    if measure.found.household:
        _check_households(engine, table, measure.found.household)


def _check_households(engine: Engine, table: str, column: str) -> None:
    sql = f"SELECT COUNT(*) - COUNT({quoted(column)}) AS missing FROM {quoted(table)}"
    missing = engine.rows(sql).to_pylist()[0]["missing"]
    if missing:
        raise Invalid(
            N_("Column %(column)s is empty. Rows: %(rows)s. Give every person a household."),
            column=column,
            rows=missing,
        )


def rows_are_persons(engine: Engine, table: str, measure: TpmapMeasure) -> bool:
    """Whether rows are members: the file names a household more than once, or never names one."""
    if measure.counting.unit == "household":
        return False
    column = measure.found.household
    if column is None:
        return True
    sql = f"SELECT COUNT(*) AS n, COUNT(DISTINCT {quoted(column)}) AS homes FROM {quoted(table)}"
    row = engine.rows(sql).to_pylist()[0]
    return bool(row["n"] > row["homes"])


def persons_sql(table: str, measure: TpmapMeasure, *, members: bool) -> str:
    """One row for each of the table: its other columns, bmn_N, and the columns named above.

    `members`: rows are members of households, who share household indicators and cards.
    """
    found = measure.found
    shared = members and found.household is not None
    kept = [quoted(one) for one in measure.others]
    results = [_result(need, found) for need in measure.needs]
    household = quoted(found.household) if found.household else "NULL"
    card = _card(found.card) if found.card else "CAST(NULL AS INTEGER)"
    read = (
        f"SELECT {_with(kept, results)}, CAST({household} AS VARCHAR) AS {HOUSEHOLD}, "
        f"{card} AS {CARD} FROM {quoted(table)}"
    )
    spread = [_spread(need) if shared and not need.of_person else _name(need)
              for need in measure.needs]  # fmt: skip
    home = f"PARTITION BY {HOUSEHOLD}" if shared else ""
    at_home = (
        f"CASE WHEN MAX({CARD}) OVER ({home}) = 1 THEN 0 "
        f"WHEN MIN(CASE WHEN {CARD} IS NULL THEN 0 ELSE 1 END) OVER ({home}) = 1 THEN 1 END"
        if shared
        else f"1 - {CARD}"
    )
    joined = (
        f"SELECT {_with(kept, spread)}, {HOUSEHOLD}, {CARD}, {at_home} AS {NO_CARD_AT_HOME} "
        f"FROM ({read}) AS results"
    )
    dimensions = {one.name: one.indicators for one in measure.counting.dimensions}
    flags = [f"{_any_fails(names)} AS {deprived(name)}" for name, names in dimensions.items()]
    every = [one.name for one in measure.counting.indicators]
    unknown = " OR ".join(f"{one} IS NULL" for one in every)
    return (
        f"SELECT *, {', '.join(flags)}, {_any_fails(every)} AS {POOR}, "
        f"CASE WHEN {unknown} THEN 1 ELSE 0 END AS {UNKNOWN} FROM ({joined}) AS joined"
    )


def households_sql(
    persons: str, measure: TpmapMeasure, by: Sequence[str], weight: str | None, targeted: str | None
) -> str:
    """One row per household (and group of its members): results, flags, whether one is targeted.

    A household passes a person indicator when all eligible members pass; without one it is not
    applicable. `targeted` is SQL over a member.
    """
    keys = ", ".join([HOUSEHOLD, *map(quoted, by)])
    results = [_of_household(f"bmn_{need.number}") for need in measure.needs]
    flags = [deprived(one.name) for one in measure.counting.dimensions]
    folded = [f"MAX({one}) AS {one}" for one in (*flags, POOR, UNKNOWN)]
    weights = [f"MAX({quoted(weight)}) AS {quoted(weight)}"] if weight else []
    target = [f"MAX({targeted}) AS targeted"] if targeted else []
    columns = ", ".join([keys, *results, *folded, *weights, *target])
    return f"SELECT {columns} FROM {quoted(persons)} GROUP BY {keys}"


def _name(need: BasicNeed) -> str:
    return f"bmn_{need.number}"


def _with(kept: Sequence[str], more: Sequence[str]) -> str:
    return ", ".join((*kept, *more))


def _text(column: str) -> str:
    return f"LOWER(TRIM(CAST({quoted(column)} AS VARCHAR)))"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join("'" + one.replace("'", "''") + "'" for one in texts)


def _coded(column: str, codes: Mapping[int, Sequence[str]]) -> str:
    cases = " ".join(
        f"WHEN {_text(column)} IN ({_listed(texts)}) THEN {code}" for code, texts in codes.items()
    )
    return f"CASE {cases}"


def _result(need: BasicNeed, found: Found) -> str:
    column = found.results.get(need.number)
    if column is None:
        income = f"CAST({quoted(str(found.income))} AS DOUBLE)"
        test = f"{income} >= {need.income_line!r}"
        return f"CASE {test} WHEN TRUE THEN {PASS} WHEN FALSE THEN {FAIL} END AS {_name(need)}"
    empty = f" ELSE {NOT_APPLICABLE}" if need.of_person else ""
    return f"{_coded(column, writing().results)}{empty} END AS {_name(need)}"


def _card(column: str) -> str:
    return _coded(column, {int(held): texts for held, texts in writing().card.items()}) + " END"


def _spread(need: BasicNeed) -> str:
    """A household's result in the row of every member; one failure anywhere is a failure."""
    name = _name(need)
    told = f"MIN(CASE WHEN {name} IN ({FAIL}, {PASS}) THEN {name} END)"
    over = f"OVER (PARTITION BY {HOUSEHOLD})"
    return f"COALESCE({told} {over}, MAX({name}) {over}) AS {name}"


def _any_fails(names: Iterable[str]) -> str:
    return f"CASE WHEN {' OR '.join(f'{one} = {FAIL}' for one in names)} THEN 1 ELSE 0 END"


def _of_household(name: str) -> str:
    """One failure fails; then one unknown is unknown; then one pass passes."""
    return (
        f"CASE WHEN MIN({name}) = {FAIL} THEN {FAIL} WHEN COUNT({name}) < COUNT(*) THEN NULL "
        f"WHEN MIN({name}) = {PASS} THEN {PASS} ELSE {NOT_APPLICABLE} END AS {name}"
    )
