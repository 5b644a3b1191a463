"""How a programme's answer stands in columns: outcome, conditions as bits, receipt, money.

    <id>             outcome: 0 not due, 1 unknown, 2 may be applied for, 3 due
    <id>_conditions  two bits a condition, in the file's order: 0 false, 1 unknown, 2 true, 3 waived
    <id>_received    0 no, 1 yes, 2 unknown
    <id>_satang      what is paid each time, NULL: not known; of what is offered only
    <id>_year        satang a year, NULL: not known or not paid by the year

Conditions that do not bind on the day count as true. The first condition is implied: that the
programme is in force and the person lives (or, for rights after a death, has died).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from wattana.methods.rights.amounts import TIMES_A_YEAR
from wattana.methods.rights.bulk.frame import received_by
from wattana.methods.rights.judging import DUE, IN_FORCE, MAY_APPLY, NOT_DUE, UNKNOWN
from wattana.rules.expressions import SURVEY_DATE
from wattana.rules.programmes.model import Amount, Condition, Dated, Programme, Rate

CODES = {0: NOT_DUE, 1: UNKNOWN, 2: MAY_APPLY, 3: DUE}
_FALSE, _UNKNOWN, _TRUE, _WAIVED = range(4)  # so that the least code of all decides
_VALUES = {_FALSE: False, _TRUE: True, _UNKNOWN: None, _WAIVED: True}


def columns_of(programme: Programme) -> list[str]:
    """The columns of a programme's answer."""
    name = programme.id
    return [name, f"{name}_conditions", f"{name}_received", f"{name}_satang", f"{name}_year"]


def reasons(programme: Programme, conditions: int) -> list[tuple[str, bool | None, bool]]:
    """Name, value and whether a transitional rule waived it, of each condition, from its bits."""
    names = [IN_FORCE, *(one.name for one in applied(programme))]
    found = []
    for place, name in enumerate(names):
        code = conditions >> (2 * place) & 3
        found.append((name, _VALUES[code], code == _WAIVED))
    return found


def applied(programme: Programme) -> list[Condition]:
    """The conditions that may bind, on some day or other."""
    return [one for one in programme.conditions if one.dormant is None]


def codes_sql(programme: Programme, day: dt.date | None) -> dict[str, str]:
    """The code of each condition, and each item's parts, by the column of the first step.

    With a `day` that is the same for all rows, what is not in force then is left out here already.
    """
    name = programme.id
    parts = {f"{name}__0": _implied(programme, day)}
    for place, one in enumerate(applied(programme), 1):
        parts[f"{name}__{place}"] = _coded(one, programme, day)
    for place, amount in enumerate(programme.amounts):
        parts.update(_item(f"{name}__i{place}", amount, day))
    parts[f"{name}__r"] = _received(programme)
    return parts


def answer_sql(programme: Programme) -> dict[str, str]:
    """The columns of the answer from those of the first step."""
    name = programme.id
    codes = [f'"{name}__{place}"' for place in range(len(applied(programme)) + 1)]
    offered = 3 if programme.may_be_due else 2
    least = f"LEAST({', '.join(codes)})" if len(codes) > 1 else codes[0]
    outcome = f"CASE {least} WHEN {_FALSE} THEN 0 WHEN {_UNKNOWN} THEN 1 ELSE {offered} END"
    bits = " + ".join(f"CAST({one} AS BIGINT) * {4**place}" for place, one in enumerate(codes))
    good = f"{least} >= {_TRUE}"
    return {
        name: f"CAST({outcome} AS TINYINT)",
        f"{name}_conditions": bits,
        f"{name}_received": f'CAST("{name}__r" AS TINYINT)',
        f"{name}_satang": f"CASE WHEN {good} THEN {_total(programme)} END",
        f"{name}_year": f"CASE WHEN {good} THEN {_total_a_year(programme)} END",
    }


def _received(programme: Programme) -> str:
    """As a list of what is received has it, or as was answered: 0 no, 1 yes, 2 unknown."""
    if programme.level == "household":
        yes, no = (f"{received_by(programme)} = {code}" for code in (2, 0))
    else:
        yes = f"ARRAY_CONTAINS(receives, '{programme.id}')"
        no = "receives IS NOT NULL"
    answered = programme.received.sql() if programme.received else "CAST(NULL AS BOOLEAN)"
    return f"CASE WHEN {yes} OR ({answered}) THEN 1 WHEN {no} OR NOT ({answered}) THEN 0 ELSE 2 END"


def _implied(programme: Programme, day: dt.date | None) -> str:
    parts = [_in_force(programme, day)]
    if programme.level == "person":
        parts.append('"deceased"' if programme.concerns == "deceased" else 'NOT "deceased"')
    return f"CASE WHEN {' AND '.join(parts)} THEN {_TRUE} ELSE {_FALSE} END"


def _in_force(dated: Dated, day: dt.date | None) -> str:
    """Whether something is in force on the row's day, or on the day of all rows."""
    if day:
        return "TRUE" if dated.on(day) else "FALSE"
    return " AND ".join(
        [
            *([f"{SURVEY_DATE} >= {_date(dated.start)}"] if dated.start else []),
            *([f"{SURVEY_DATE} <= {_date(dated.end)}"] if dated.end else []),
        ]
    ) or "TRUE"  # fmt: skip


def _date(day: dt.date) -> str:
    return f"CAST('{day.isoformat()}' AS DATE)"


def _coded(condition: Condition, programme: Programme, day: dt.date | None) -> str:
    in_force = _in_force(condition, day)
    if in_force == "FALSE":
        return str(_TRUE)
    held = f"({condition.expression.sql()})"
    code = f"COALESCE(CAST({held} AS TINYINT) * {_TRUE}, {_UNKNOWN})"
    waivers = [
        f"({one.expression.sql()})" for one in programme.transitions if condition.name in one.waives
    ]
    free = f"WHEN NOT ({in_force}) THEN {_TRUE} " if in_force != "TRUE" else ""
    if not waivers:
        return f"CASE {free}ELSE {code} END" if free else code
    waived = "".join(f"WHEN {one} THEN {_WAIVED} " for one in waivers)
    open_ones = "".join(f"WHEN {one} IS NULL THEN {_UNKNOWN} " for one in waivers)
    return f"CASE {free}WHEN {held} THEN {_TRUE} {waived}{open_ones}ELSE {code} END"


def _item(column: str, amount: Amount, day: dt.date | None) -> dict[str, str]:
    """Satang, whether anything applies, and whether it is a ceiling."""
    rates = [rate for rate in amount.rates if day is None or rate.on(day)]
    tests = [(_applies(rate, day), rate) for rate in rates]
    held = [f"WHEN {test} THEN {_paid(amount, rate)}" for test, rate in tests]
    present = " OR ".join(f"COALESCE({test}, TRUE)" for test, _ in tests)
    ceiling = " OR ".join(f"({test}) IS TRUE" for test, rate in tests if rate.up_to)
    return {
        f"{column}_s": f"CASE {' '.join(held)} END" if held else "CAST(NULL AS BIGINT)",
        f"{column}_a": present or "FALSE",
        f"{column}_u": ceiling or "FALSE",
    }


def _applies(rate: Rate, day: dt.date | None) -> str:
    parts = [] if day else [_in_force(rate, None)]
    if rate.when:
        parts.append(f"({rate.when.sql()})")
    return f"({' AND '.join(parts) or 'TRUE'})"


def _paid(amount: Amount, rate: Rate) -> str:
    if rate.satang is None or rate.status == "memory":
        return "CAST(NULL AS BIGINT)"
    if amount.times is None:
        return f"CAST({rate.satang} AS BIGINT)"
    times = amount.times.sql()
    most = f"CASE WHEN {times} > {amount.most!r} THEN {amount.most!r} ELSE {times} END"
    counted = f"CAST({most if amount.most is not None else times} AS DECIMAL(18, 6))"
    return f"CAST(ROUND({counted} * {rate.satang}, 0) AS BIGINT)"


def _total(programme: Programme) -> str:
    """As `amounts.total`: the first item that applies, with what is paid as often."""
    cases = []
    for place, main in enumerate(programme.amounts):
        column = f"{programme.id}__i{place}"
        others = [
            f"CASE WHEN {_added(programme, other)} THEN "
            f'COALESCE("{programme.id}__i{other}_s", 0) ELSE 0 END'
            for other in range(place + 1, len(programme.amounts))
            if programme.amounts[other].per == main.per
        ]
        whole = " + ".join([f'"{column}_s"', *others])
        cases.append(
            f'WHEN "{column}_a" THEN CASE WHEN "{column}_u" THEN "{column}_s" ELSE {whole} END'
        )
    return f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS BIGINT)"


def _total_a_year(programme: Programme) -> str:
    paid = [
        f'CASE WHEN {_added(programme, place)} THEN "{programme.id}__i{place}_s" * {times} END'
        for place, one in enumerate(programme.amounts)
        if (times := TIMES_A_YEAR.get(one.period))
    ]
    if not paid:
        return "CAST(NULL AS BIGINT)"
    known = " AND ".join(f"({one}) IS NULL" for one in paid)
    total = " + ".join(f"COALESCE({one}, 0)" for one in paid)
    return f"CASE WHEN NOT ({known}) THEN {total} END"


def _added(programme: Programme, place: int) -> str:
    column = f"{programme.id}__i{place}"
    return f'"{column}_a" AND NOT "{column}_u"'


def programmes_of(programmes: Sequence[Programme], level: str) -> list[Programme]:
    """Those that are on, of persons or of households."""
    return [one for one in programmes if one.is_on and one.level == level]
