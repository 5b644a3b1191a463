"""Read a measure file. Every fault names file, line and key, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from importlib.resources.abc import Traversable
from typing import cast

from wattana.kernel.problems import N_, Invalid
from wattana.rules.expressions import Expression, Scope, compile_in
from wattana.rules.expressions.nodes import Type
from wattana.rules.files import Table, Words, read_lined
from wattana.rules.poverty.columns import scope_of
from wattana.rules.poverty.measures import (
    MISSING_RULES,
    MOST_INDICATORS,
    UNITS,
    Bands,
    Columns,
    Dimension,
    PovertyIndicator,
    PovertyMeasure,
    check_cutoff,
    check_weights,
)
from wattana.rules.poverty.weights import common_denominator, exact, told
from wattana.rules.variables import STATUSES, Level

Shares = list[tuple[Table, list[tuple[Table, Fraction]]]]
"""The dimensions with their indicators, and the share of each indicator in the whole."""


def read_poverty_measure(
    source: Traversable,
    columns: Mapping[str, str] | None,
    *,
    examples: Mapping[str, str] | None = None,
) -> PovertyMeasure:
    """Read a YAML file against the columns of a file (name → SQL type) or (None) the codebook.

    `examples`: what stands in text columns, for the message to one who expected numbers. Raises
    `Invalid`.
    """
    table = read_lined(source)
    table.one_of("kind", ("alkire_foster",), "alkire_foster")
    measure = take_measure(table, columns, examples=examples)
    table.end()
    return measure


def take_measure(
    table: Table,
    columns: Mapping[str, str] | None,
    *,
    examples: Mapping[str, str] | None = None,
) -> PovertyMeasure:
    """Take a measure's keys from a table that has been opened; the caller says `end`."""
    name = table.text("name")
    unit = table.one_of("unit", UNITS, "household")
    head = (
        table.optional_text("version") or "1",
        table.one_of("status", STATUSES, "proposed"),
        take_words(table, "title", name),
        take_words(table, "note", ""),
    )
    scope = take_scope(table, columns, cast(Level, unit), examples or {})
    dimensions = table.tables("dimensions")
    opened: list[tuple[Table, list[Table]]] = [
        (one, one.tables("indicators")) for one in dimensions
    ]
    shares = _shares(table, opened)
    parts = common_denominator([share for _, inner in shares for _, share in inner])
    read = [_dimension(one, inner, parts, scope) for one, inner in shares]
    _check_dimensions(dimensions, [one.name for one, _ in read])
    indicators = tuple(one for _, inner in read for one in inner)
    _check_indicators(table, indicators)
    cutoff = _cutoff(table, indicators, parts)
    return PovertyMeasure(
        name, *head,
        unit=unit,
        dimensions=tuple(dimension for dimension, _ in read),
        indicators=indicators,
        denominator=parts,
        cutoff=cutoff,
        bands=_bands(table, cutoff),
        missing=table.one_of("missing", MISSING_RULES, MISSING_RULES[0]),
        columns=take_columns(table, columns),
        place=table.place,
    )  # fmt: skip


def take_words(table: Table, key: str, default: str) -> Words:
    """Both languages, or one text for both."""
    if key not in table:
        return Words(default, default)
    if isinstance(table.raw.get(key), Mapping):
        return table.words(key)
    text = table.text(key)
    return Words(text, text)


def take_scope(
    table: Table, columns: Mapping[str, str] | None, level: Level, examples: Mapping[str, str]
) -> Scope:
    """Constants and short names of columns, then values, each of which may use those before it."""
    inner = table.optional_table("constants")
    constants = {name: inner.number(name) for name in inner.left()}
    inner = table.optional_table("names")
    names = {name: take_column(inner, name, columns) for name in inner.left()}
    scope = scope_of(columns, level=level, constants=constants, names=names, examples=examples)
    inner = table.optional_table("values")
    for name in inner.left():
        expression = compile_in(scope, inner.text(name), place=inner.at(name))
        values = {**scope.values, name: expression.node}
        scope = Scope(scope.codebook, scope.level, scope.parameters, scope.constants, values)
    return scope


def take_column(table: Table, key: str, columns: Mapping[str, str] | None) -> str:
    """The name of a column that the data have."""
    column = table.text(key)
    if columns is not None and column not in columns:
        refuse_column(column, columns, table.at(key))
    return column


def refuse_column(column: str, columns: Mapping[str, str], place: str) -> None:
    """Raise `Invalid`: the data have no such column."""
    raise Invalid(
        N_("%(place)s: the data have no column “%(column)s”. Write one of: %(columns)s."),
        place=place,
        column=column[:60],
        columns=", ".join(list(columns)[:20]),
    )


def _share(table: Table, key: str) -> Fraction:
    """A share between 0 and 1 as a number or a text such as 1/3."""
    text = table.text(key)
    raw = table.raw[key]
    try:
        share = exact(raw if isinstance(raw, int | float) else text)
    except ValueError:
        table.refuse(
            N_("%(place)s: “%(key)s” is “%(text)s”; write a number such as 0.25, or 1/3."),
            key=key,
            text=text[:40],
        )
    return share


def _weights(tables: list[Table], whole: Fraction) -> list[Fraction]:
    """The weights that are given, or equal parts of the whole when none is."""
    given = [one for one in tables if "weight" in one]
    if not given:
        return [whole / len(tables)] * len(tables)
    for one in tables:
        if one not in given:
            one.refuse(
                N_("%(place)s: this one has no “%(key)s”, but others beside it have; give all of "
                   "them one, or none."),
                key="weight",
            )  # fmt: skip
    shares = [_share(one, "weight") for one in tables]
    for one, share in zip(tables, shares, strict=True):
        if share <= 0:
            one.refuse(
                N_("%(place)s: “%(key)s” is %(value)s; write a share above 0, or take it out."),
                key="weight",
                value=told(share),
            )
    return shares


def _shares(table: Table, opened: list[tuple[Table, list[Table]]]) -> Shares:
    """The share of each indicator: nested equal weights, or given ones, which have to sum to 1.

    Weights of indicators are shares of the whole; such as sum to 1 inside their dimension are
    shares of the dimension.
    """
    if not opened or not all(inner for _, inner in opened):
        table.refuse(
            N_("%(place)s: “%(key)s” has to list at least one dimension with one indicator."),
            key="dimensions",
        )
    dimensions = _dimension_weights(table, opened)
    shares: Shares = []
    for (dimension, inner), whole in zip(opened, dimensions, strict=True):
        weights = _weights(inner, whole)
        total = sum(weights, Fraction(0))
        if total == 1:
            weights = [weight * whole for weight in weights]
        elif total != whole:
            dimension.refuse(
                N_("%(place)s: the weights of the “%(key)s” sum to %(total)s; make them sum to "
                   "%(whole)s, the weight of the dimension, or to 1, as shares of it."),
                key="indicators",
                total=told(total),
                whole=told(whole),
            )  # fmt: skip
        shares.append((dimension, list(zip(inner, weights, strict=True))))
    place = opened[0][1][0].at("weight")
    check_weights([share for _, inner in shares for _, share in inner], place)
    return shares


def _dimension_weights(table: Table, opened: list[tuple[Table, list[Table]]]) -> list[Fraction]:
    """Given; or the sums of the indicators' weights where they sum to 1 in all; or equal."""
    tables = [dimension for dimension, _ in opened]
    if not any("weight" in one for one in tables):
        every = [one for _, inner in opened for one in inner]
        if all("weight" in one for one in every):
            sums = [_sum_of(inner) for _, inner in opened]
            if sum(sums, Fraction(0)) == 1 or any(one != 1 for one in sums):
                check_weights(sums, every[0].at("weight"))
                return sums
    weights = _weights(tables, Fraction(1))
    check_weights(weights, tables[0].at("weight"))
    return weights


def _sum_of(tables: list[Table]) -> Fraction:
    return sum((exact_or_zero(one.raw["weight"]) for one in tables), Fraction(0))


def exact_or_zero(raw: object) -> Fraction:
    """For a first look at weights, before a fault among them is told at its place."""
    try:
        return exact(raw) if isinstance(raw, int | float | str) else Fraction(0)
    except ValueError:
        return Fraction(0)


def _dimension(
    table: Table, inner: list[tuple[Table, Fraction]], parts: int, scope: Scope
) -> tuple[Dimension, list[PovertyIndicator]]:
    name = table.text("name")
    title = take_words(table, "title", name)
    indicators = [_indicator(one, name, int(share * parts), scope) for one, share in inner]
    table.end()
    return Dimension(name, title, tuple(one.name for one in indicators)), indicators


def _indicator(table: Table, dimension: str, weight: int, scope: Scope) -> PovertyIndicator:
    name = table.text("name")
    indicator = PovertyIndicator(
        name=name,
        title=take_words(table, "title", name),
        dimension=dimension,
        weight=weight,
        deprived=compiled(table, "deprived", scope, "boolean"),
        applies=compiled(table, "applies", scope, "boolean") if "applies" in table else None,
        gap=compiled(table, "gap", scope, "number") if "gap" in table else None,
        missing=table.one_of("missing", MISSING_RULES[1:]) if "missing" in table else None,
        place=table.at("deprived"),
    )
    table.end()
    return indicator


def compiled(table: Table, key: str, scope: Scope, wanted: Type) -> Expression:
    """The expression of a key. Raises `Invalid` with its line."""
    place = table.at(key)
    expression = compile_in(scope, table.text(key), place=place, wanted=wanted)
    if scope.codebook.of_file and expression.aggregates():
        raise Invalid(
            N_("%(place)s: a file has one row each and no list of members; count the members "
               "before, into a column."),
            place=place,
        )  # fmt: skip
    return expression


def _check_dimensions(tables: list[Table], names: list[str]) -> None:
    for number, table in enumerate(tables):
        if names[number] in names[:number]:
            table.refuse(
                N_("%(place)s: two dimensions have this “%(key)s”; give each its own."),
                key="name",
            )


def _check_indicators(table: Table, indicators: tuple[PovertyIndicator, ...]) -> None:
    seen: set[str] = set()
    for one in indicators:
        if one.name in seen:
            raise Invalid(
                N_("%(place)s: two indicators are named “%(name)s”; give each its own name."),
                place=one.place,
                name=one.name[:60],
            )
        seen.add(one.name)
    if len(indicators) > MOST_INDICATORS:
        table.refuse(
            N_("%(place)s: “%(key)s” have more than %(most)s indicators in all."),
            key="dimensions",
            most=MOST_INDICATORS,
        )


def _cutoff(table: Table, indicators: tuple[PovertyIndicator, ...], parts: int) -> Fraction:
    """`union`: poor who is deprived in anything; `intersection`: who is in all."""
    if table.raw.get("poverty_cutoff") == "union":
        table.text("poverty_cutoff")
        return Fraction(min(one.weight for one in indicators), parts)
    if table.raw.get("poverty_cutoff") == "intersection":
        table.text("poverty_cutoff")
        return Fraction(1)
    cutoff = _share(table, "poverty_cutoff")
    check_cutoff(cutoff, table.at("poverty_cutoff"))
    return cutoff


def _bands(table: Table, cutoff: Fraction) -> Bands:
    inner = table.optional_table("bands")
    bands = Bands(
        _share(inner, "vulnerable") if "vulnerable" in inner else None,
        _share(inner, "severe") if "severe" in inner else None,
    )
    inner.end()
    if bands.vulnerable is not None and not 0 < bands.vulnerable < cutoff:
        inner.refuse(
            N_("%(place)s: “%(key)s” has to be above 0 and below the cut-off %(k)s."),
            key="vulnerable",
            k=told(cutoff),
        )
    if bands.severe is not None and not cutoff < bands.severe <= 1:
        inner.refuse(
            N_("%(place)s: “%(key)s” has to be above the cut-off %(k)s and at most 1."),
            key="severe",
            k=told(cutoff),
        )
    return bands


def take_columns(table: Table, columns: Mapping[str, str] | None) -> Columns:
    """The columns that weigh the rows and describe the sample, where the file names them."""
    keys = ("weight", "strata", "psu", "size")
    return Columns(**{key: take_column(table, key, columns) for key in keys if key in table})
