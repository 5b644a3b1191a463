"""SQL as the house writes it (DuckDB's dialect) turned into Spark's, with the same answers.

SQLGlot turns the words; the rules here turn the meaning where the two engines differ:

    division and remainder by zero   NULL, never an error; `/` always divides as DOUBLE
    ROUND of a DOUBLE                scaled, then half away from zero; Spark would round its digits
    CAST of a DOUBLE to an integer   to the nearest, half to even; Spark would cut
    CAST of a DECIMAL to an integer  half away from zero; Spark would cut
    CAST of a DOUBLE to a DECIMAL    like ROUND
    AVG, SUM of booleans, FLOOR, CEIL, lists, quantiles, MAX_BY    see `_RULES`

Some rules need the type of what they turn, so columns are resolved and typed first; where a type
cannot be told, the SQL is refused (`Untranslatable`) instead of being answered differently. Not
turned, so to be avoided in SQL for both: names spelt in two cases, the order of rows without ORDER
BY, MAX_BY among equals, sums of DOUBLE where the last digit matters (sum DECIMAL or integers).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB as Dialect
from sqlglot.optimizer.annotate_types import TypeAnnotator, annotate_types
from sqlglot.optimizer.qualify import qualify

Schema = Mapping[str, Mapping[str, str]]
"""Types of columns (as DuckDB calls them) by table and column."""
_HOUSE = "duckdb, normalization_strategy = case_sensitive"
_INTEGERS = {*exp.DataType.INTEGER_TYPES, exp.DType.INT128, exp.DType.BIT}
_DOUBLES = {exp.DType.DOUBLE, exp.DType.FLOAT}
_WIDER = {
    exp.DType.INT128: "DECIMAL(38, 0)",
    exp.DType.UBIGINT: "DECIMAL(20, 0)",
    exp.DType.UINT: "BIGINT",
    exp.DType.USMALLINT: "INT",
    exp.DType.UTINYINT: "SMALLINT",
}
"""Types that Spark has not, and one that holds their values."""


class Untranslatable(RuntimeError):
    """SQL that could mean something else on another engine: a mistake in the house's own SQL."""


def to_spark(sql: str, tables: Schema) -> str:
    """One SELECT in DuckDB's dialect, as Spark SQL with the same meaning."""
    schema: dict[str, object] = {name: _plain(columns) for name, columns in tables.items()}
    tree = qualify(
        sqlglot.parse_one(sql, dialect="duckdb"),
        schema=schema,
        dialect=_HOUSE,
        validate_qualify_columns=False,
    )
    return _turned(_typed_tree(tree, schema)).sql("spark")


def house_type(spark_type: str) -> str:
    """The name by which the house calls one of Spark's types: string is VARCHAR."""
    return exp.DataType.build(spark_type, dialect="spark").sql("duckdb").replace("TEXT", "VARCHAR")


def _plain(columns: Mapping[str, str]) -> dict[str, exp.DataType]:
    """Types without precision and scale, which would stop SQLGlot from finding common ones."""
    return {name: _unscaled(exp.DataType.build(kind, "duckdb")) for name, kind in columns.items()}


def _unscaled(kind: exp.DataType) -> exp.DataType:
    return exp.DataType(this=kind.this) if kind.this == exp.DType.DECIMAL else kind


def _typed_tree(tree: exp.Expr, schema: dict[str, object]) -> exp.Expr:
    return annotate_types(
        tree,
        schema=schema,
        expression_metadata=_TYPES,
        coerces_to=_COERCES,
        dialect=_HOUSE,
    )


def _turned(tree: exp.Expr) -> exp.Expr:
    """Apply the rules from the leaves upwards; a turned node keeps the type of the one before."""
    for node in reversed(list(tree.walk())):
        rule = _RULES.get(type(node))
        if rule is None:
            continue
        new = rule(node)
        if new is not node:
            new.type = node.type
            node.replace(new)
    return tree


def _kind(node: exp.Expr) -> str:
    """integer, decimal, double, boolean, text, list or null. Raises `Untranslatable`."""
    kind = node.type.this if node.type else exp.DType.UNKNOWN
    if kind in _INTEGERS:
        return "integer"
    if kind in _DOUBLES:
        return "double"
    if kind in (exp.DType.UNKNOWN, exp.DType.NULL) and isinstance(node.unnest(), exp.Null):
        return "null"
    if kind in _NAMES:
        return _NAMES[kind]
    raise Untranslatable(f"Of what type is {node.sql('duckdb')[:200]}? Say it with CAST.")


_NAMES = {
    exp.DType.DECIMAL: "decimal",
    exp.DType.BOOLEAN: "boolean",
    exp.DType.TEXT: "text",
    exp.DType.VARCHAR: "text",
    exp.DType.ARRAY: "list",
    exp.DType.LIST: "list",
    exp.DType.DATE: "date",
    exp.DType.TIMESTAMP: "date",
}


def _double(node: exp.Expr) -> exp.Expr:
    return exp.Cast(this=node, to=exp.DataType.build("DOUBLE"))


def _literal(value: float) -> exp.Expr:
    """1e6 is a DOUBLE on Spark; 1000000.0 would be a DECIMAL."""
    text = repr(float(value))
    return exp.Literal.number(text if "e" in text else f"{text}e0")


def _called(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _not_zero(node: exp.Expr) -> exp.Expr:
    return exp.Nullif(this=node, expression=exp.Literal.number(0))


def _divided(node: exp.Expr) -> exp.Expr:
    return exp.Div(
        this=_double(node.this), expression=_not_zero(_double(node.expression)), safe=True
    )


def _whole_divided(node: exp.Expr) -> exp.Expr:
    if {_kind(node.this), _kind(node.expression)} != {"integer"}:
        raise Untranslatable(f"// is for integers: {node.sql('duckdb')[:200]}")
    return exp.IntDiv(this=node.this, expression=_not_zero(node.expression))


def _remainder(node: exp.Expr) -> exp.Expr:
    return exp.Mod(this=node.this, expression=_not_zero(node.expression))


def _rounded(node: exp.Expr) -> exp.Expr:
    places = node.args.get("decimals")
    if places is None or _kind(node.this) != "double":
        return node
    if not isinstance(places, exp.Literal):
        raise Untranslatable(f"ROUND to how many places? {node.sql('duckdb')[:200]}")
    return exp.paren(_to_places(node.this, int(places.name)))


def _to_places(node: exp.Expr, places: int) -> exp.Expr:
    power = _literal(10.0**places)
    scaled = exp.Mul(this=_double(node), expression=power)
    return exp.Div(this=exp.Round(this=scaled), expression=power.copy(), safe=True)


def _cast(node: exp.Expr) -> exp.Expr:
    target = node.args["to"].this
    if target in _INTEGERS:
        node.set("this", _whole(node.this))
    elif target == exp.DType.DECIMAL and _kind(node.this) == "double":
        _, scale = node.args["to"].expressions
        node.set("this", _to_places(node.this, int(scale.name)))
    if target in _WIDER:
        node.set("to", exp.DataType.build(_WIDER[target]))
    return node


def _whole(node: exp.Expr) -> exp.Expr:
    kind = _kind(node)
    if kind == "double":
        return _called("RINT", node)
    return exp.Round(this=node) if kind == "decimal" else node


def _of_double(node: exp.Expr) -> exp.Expr:
    """AVG of what is not DOUBLE would be a DECIMAL."""
    if _kind(node.this) != "double":
        node.set("this", _double(node.this))
    return node


def _summed(node: exp.Expr) -> exp.Expr:
    if _kind(node.this) == "boolean":
        node.set("this", exp.cast(node.this, "INT"))
    return node


def _stays_double(node: exp.Expr) -> exp.Expr:
    """FLOOR and CEIL are DOUBLE (of a DECIMAL a DECIMAL); on Spark they would be BIGINT."""
    return node if _kind(node.this) == "decimal" else _double(node.copy())


def _contains(node: exp.Expr) -> exp.Expr:
    """A list with an unknown element does not make “contains” unknown."""
    known = exp.Coalesce(this=node.copy(), expressions=[exp.false()])
    unknown = exp.Is(this=node.this.copy(), expression=exp.Null())
    return exp.Case().when(unknown, exp.Null()).else_(known)


def _length(node: exp.Expr) -> exp.Expr:
    return exp.ArraySize(this=node.this) if _kind(node.this) == "list" else node


def _quantile(node: exp.Expr) -> exp.Expr:
    return _called("PERCENTILE", _double(node.this), node.expression)


def _of_known(node: exp.Expr) -> exp.Expr:
    """MAX_BY and MIN_BY pass over rows whose first argument is NULL."""
    known = exp.Not(this=exp.Is(this=exp.paren(node.this.copy()), expression=exp.Null()))
    node.set("expression", exp.Case().when(known, node.expression))
    return node


_RULES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Div: _divided,
    exp.IntDiv: _whole_divided,
    exp.Mod: _remainder,
    exp.Round: _rounded,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Avg: _of_double,
    exp.Sum: _summed,
    exp.Floor: _stays_double,
    exp.Ceil: _stays_double,
    exp.ArrayContains: _contains,
    exp.Length: _length,
    exp.PercentileCont: _quantile,
    exp.ArgMax: _of_known,
    exp.ArgMin: _of_known,
}


def _typed_number(self: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    """1 is an integer, 1.5 a DECIMAL, 1.5e0 a DOUBLE."""
    if node.is_string:
        return self._set_type(node, exp.DType.VARCHAR)
    if node.is_int:
        return self._set_type(node, exp.DType.INT)
    exponent = "e" in node.name.lower()
    return self._set_type(node, exp.DType.DOUBLE if exponent else exp.DType.DECIMAL)


def _typed_target(self: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    return self._set_type(node, _unscaled(node.args["to"]))


def _typed_argument(self: TypeAnnotator, node: exp.Expr) -> exp.Expr:
    return self._set_type(node, node.this.type)


def _all(kinds: tuple[type[exp.Expr], ...], **annotation: object) -> dict[type[exp.Expr], Any]:
    return dict.fromkeys(kinds, annotation)


_TYPES = {
    **Dialect.EXPRESSION_METADATA,
    exp.Literal: {"annotator": _typed_number},
    **_all((exp.Cast, exp.TryCast), annotator=_typed_target),
    **_all((exp.Round, exp.Nullif), annotator=_typed_argument),
    **_all((exp.Max, exp.Min, exp.ArgMax, exp.ArgMin), annotator=_typed_argument),
    **_all((exp.First, exp.AnyValue), annotator=_typed_argument),
    **_all((exp.Div, exp.Median), returns=exp.DType.DOUBLE),
    **_all((exp.Left, exp.Right, exp.Pad), returns=exp.DType.VARCHAR),
    **_all((exp.Grouping,), returns=exp.DType.INT),
}
"""SQLGlot's types of DuckDB's functions, with those corrected that it tells wrongly."""
_RISING = (
    *(exp.DType.UTINYINT, exp.DType.TINYINT, exp.DType.USMALLINT, exp.DType.SMALLINT),
    *(exp.DType.UINT, exp.DType.INT, exp.DType.UBIGINT, exp.DType.BIGINT, exp.DType.INT128),
    *(exp.DType.DECIMAL, exp.DType.FLOAT, exp.DType.DOUBLE),
)
_COERCES = {kind: set(_RISING[place + 1 :]) for place, kind in enumerate(_RISING)}
"""Of two numbers of different types the result has the later one."""
