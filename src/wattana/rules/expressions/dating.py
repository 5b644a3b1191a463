"""Dates in the language: how long between two days, fiscal years, the day that is asked about.

Years are completed years; a person of whose birth only the year or the month is known counts as
born on its first day (Civil and Commercial Code, section 16). The fiscal year begins on 1 October.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from wattana.kernel.problems import N_
from wattana.rules.expressions.checking import Checker
from wattana.rules.expressions.nodes import Node

Call = Callable[[Checker, exp.Expr, list[exp.Expr]], Node]
_MOST_MONTHS = 1_200
TODAY = Node("day", "date")
FISCAL_YEAR_START = Node("fiscal_year_start", "date", (TODAY,))


# --- reading


def _without_arguments(node: Node) -> Call:
    def call(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
        _count(check, tree, args, 0)
        return node

    return call


def _between(op: str) -> Call:
    """years_between(from, to) in completed years, days_between(from, to); unknown if to < from."""

    def call(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
        _count(check, tree, args, 2)
        return Node(op, "number", (check.check(args[0], "date"), check.check(args[1], "date")))

    return call


def _age_on(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    """age_on(day): the completed years since `birth_date`."""
    _count(check, tree, args, 1)
    born = check.check(exp.column("birth_date"), "date")
    return Node("years_between", "number", (born, check.check(args[0], "date")))


def _months_later(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    """months_later(day, months): the same day of a later month, or that month's last."""
    _count(check, tree, args, 2)
    months = check.check(args[1], "number")
    if months.op != "constant" or months.value not in range(_MOST_MONTHS):
        check.refuse(
            tree, N_("%(place)s, character %(position)s: say how many months, as a whole number.")
        )
    day = check.check(args[0], "date")
    return Node("months_later", "date", (day,), value=int(months.value))


def _count(check: Checker, tree: exp.Expr, args: list[exp.Expr], wanted: int) -> None:
    if len(args) != wanted:
        check.refuse(
            tree,
            N_("%(place)s, character %(position)s: this function takes %(allowed)s arguments."),
            allowed=wanted,
        )


FUNCTIONS: dict[str, Call] = {
    "as_of": _without_arguments(TODAY),
    "fiscal_year_start": _without_arguments(FISCAL_YEAR_START),
    "years_between": _between("years_between"),
    "days_between": _between("days_between"),
    "age_on": _age_on,
    "months_later": _months_later,
}


# --- in Python


def as_date(value: Any) -> dt.date | None:
    """A day from a date, or from ISO text whose day or month may be missing (“1965”)."""
    if value is None or isinstance(value, dt.date):
        return value
    year, month, day = ([int(part) for part in str(value).split("-")] + [1, 1])[:3]
    return dt.date(year, month, day)


def years_between(start: dt.date, end: dt.date) -> float | None:
    """Completed years; None when the end lies before the start."""
    if end < start:
        return None
    return float(end.year - start.year - ((end.month, end.day) < (start.month, start.day)))


def days_between(start: dt.date, end: dt.date) -> float | None:
    """Days; None when the end lies before the start."""
    return float((end - start).days) if end >= start else None


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def fiscal_year_start(day: dt.date) -> dt.date:
    """1 October of this fiscal year (ปีงบประมาณ)."""
    return dt.date(day.year if day.month >= 10 else day.year - 1, 10, 1)


# --- in SQL


def _part(name: str, day: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.Var(this=name), expression=day.copy())


def _literal(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def years_between_sql(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """As `years_between`, as DOUBLE."""
    years = exp.paren(exp.Sub(this=_part("YEAR", end), expression=_part("YEAR", start)))
    before = exp.LT(this=_day_of_year(end), expression=_day_of_year(start))
    part = exp.Case().when(before, _literal(1)).else_(_literal(0))
    return _when_in_order(start, end, exp.Sub(this=years, expression=part))


def days_between_sql(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """As `days_between`, as DOUBLE."""
    days = exp.DateDiff(this=end.copy(), expression=start.copy(), unit=exp.Var(this="DAY"))
    return _when_in_order(start, end, days)


def _when_in_order(start: exp.Expr, end: exp.Expr, count: exp.Expr) -> exp.Expr:
    in_order = exp.GTE(this=end.copy(), expression=start.copy())
    return exp.Case().when(in_order, exp.cast(count, "DOUBLE"))


def _day_of_year(day: exp.Expr) -> exp.Expr:
    hundred = exp.Mul(this=_part("MONTH", day), expression=_literal(100))
    return exp.paren(exp.Add(this=hundred, expression=_part("DAY", day)))


def months_later_sql(day: exp.Expr, months: int) -> exp.Expr:
    """As `months_later`, as DATE."""
    unit = exp.Var(this="MONTH")
    return exp.cast(exp.DateAdd(this=day, expression=_literal(months), unit=unit), "DATE")


def fiscal_year_start_sql(day: exp.Expr) -> exp.Expr:
    """As `fiscal_year_start`, as DATE."""
    year = _part("YEAR", day)
    earlier = exp.Sub(this=year.copy(), expression=_literal(1))
    begun = exp.GTE(this=_part("MONTH", day), expression=_literal(10))
    starts = (exp.DateFromParts(year=one, month=_literal(10), day=_literal(1))
              for one in (year, earlier))  # fmt: skip
    this_year, last_year = starts
    return exp.Case().when(begun, this_year).else_(last_year)
