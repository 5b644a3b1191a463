"""Measure files of kind `ratio`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wattana.kernel.problems import N_, Invalid
from wattana.rules.expressions import Expression, Scope
from wattana.rules.files import Table, Words
from wattana.rules.heads import Headed, take_headed
from wattana.rules.poverty import compiled, take_scope, take_words

_FORMS = ("share", "mean", "numerator")
_STATUSES = ("stated", "proposed", "memory")


@dataclass(frozen=True)
class Figure:
    """One figure: the share of rows for which `share` holds, the mean of `mean`, or the sum of
    `numerator` over the sum of `denominator`; among the rows for which `among` holds.

    The value is multiplied by `per` (100: per hundred). What is known from memory only is not
    `active`: it is read and checked, but not worked out.
    """

    name: str
    title: Words
    form: str
    numerator: Expression
    denominator: Expression | None
    among: Expression | None
    per: float
    status: str
    active: bool

    @property
    def sql(self) -> tuple[str, str]:
        """Numerator and denominator of one row; NULL where the row does not count."""
        upper = f"({self.numerator.sql()})"
        if self.form == "share":
            upper = f"(CASE {upper} WHEN TRUE THEN 1 WHEN FALSE THEN 0 END)"
        lower = f"({self.denominator.sql()})" if self.denominator else "1"
        if self.among is None:
            return upper, lower
        among = f"({self.among.sql()})"
        return (
            f"CASE {among} WHEN TRUE THEN {upper} END",
            f"CASE {among} WHEN TRUE THEN {lower} END",
        )


@dataclass(frozen=True)
class RatioMeasure(Headed):
    """A measure of kind `ratio`, compiled against the columns of a file."""

    figures: tuple[Figure, ...]

    @property
    def definitions_hash(self) -> str:
        return self.head.hash_with(part for one in self.figures for part in one.sql)


def read(
    table: Table, columns: Mapping[str, str], *, examples: Mapping[str, str] | None = None
) -> RatioMeasure:
    """Read an open measure file against the columns of a file (name → SQL type). Raises `Invalid`.

    `examples`: what stands in text columns, for the message to one who expected numbers.
    """
    begun, missing = take_headed(table, "ratio", columns)
    scope = take_scope(table, columns, "household", examples or {})
    wanted = [one for one in table.tables("figures") if missing.isdisjoint(one.texts("needs"))]
    figures = tuple(_figure(one, scope) for one in wanted)
    table.end()
    if not figures:
        table.refuse(N_("%(place)s: “%(key)s” has to list at least one figure."), key="figures")
    return RatioMeasure(begun.head, begun.facts, figures)


def _figure(table: Table, scope: Scope) -> Figure:
    name = table.text("name")
    form = _form(table)
    status = table.one_of("status", _STATUSES, "proposed")
    figure = Figure(
        name=name,
        title=take_words(table, "title", name),
        form=form,
        numerator=compiled(table, form, scope, "boolean" if form == "share" else "number"),
        denominator=(
            compiled(table, "denominator", scope, "number") if form == "numerator" else None
        ),
        among=compiled(table, "among", scope, "boolean") if "among" in table else None,
        per=table.number("per") if "per" in table else 1,
        status=status,
        active=table.flag("active") if "active" in table else status != "memory",
    )
    table.end()
    return figure


def _form(table: Table) -> str:
    given = [one for one in _FORMS if one in table]
    if len(given) != 1:
        raise Invalid(
            N_("%(place)s: write one of “share” (a condition), “mean” (a number), or “numerator” "
               "with “denominator”."),
            place=table.place,
        )  # fmt: skip
    return given[0]
