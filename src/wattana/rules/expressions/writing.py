"""Write SQL from a typed tree. Numbers are worked out in DOUBLE, sums over members in DECIMAL.

Sums of decimals do not depend on the order of the rows; all else is the same arithmetic in the same
order on every engine, so that engines agree to the last bit.

Each part is written anew and stands in one place: nothing is copied, as sqlglot would at each step.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from sqlglot import exp

from wattana.rules.expressions import dating
from wattana.rules.expressions.nodes import TRUE, Node
from wattana.rules.parameters import Parameter

SURVEY_DATE = "surveyed_on"
"""The column of the day as of which a row is judged: dated parameters, ages."""
_DOUBLE = exp.DataType.build("DOUBLE")
_EXACT = exp.DataType.build("DECIMAL(18, 6)")


def alias(aggregate: Node) -> str:
    """The column that holds a member aggregate: the same for the same aggregate everywhere."""
    text = written_aggregate(aggregate).sql("duckdb", copy=False)
    return "m_" + hashlib.sha256(text.encode()).hexdigest()[:12]


def written(node: Node) -> exp.Expr:
    """SQL over the row; member aggregates are columns named by `alias`."""
    return _WRITERS[node.op](node)


def written_aggregate(node: Node) -> exp.Expr:
    """SQL over the persons of one household, grouped."""
    return _AGGREGATES[node.value](node)


def _boolean(value: bool) -> exp.Expr:
    return exp.Boolean(this=value)


def _number(value: float) -> exp.Expr:
    return exp.Literal.number(repr(value)) if value >= 0 else exp.Neg(this=_number(-value))


def _double(node: Node) -> exp.Expr:
    """The node as DOUBLE; what is worked out is one already."""
    if node.op == "constant" and node.value is not None:
        return _double_literal(node.value)
    sql = written(node)
    return exp.Cast(this=sql, to=_DOUBLE.copy()) if node.op == "variable" else sql


def _operand(sql: exp.Expr) -> exp.Expr:
    """In parentheses where it needs them."""
    simple = (exp.Column, exp.Literal, exp.Boolean, exp.Func, exp.Paren)
    return sql if isinstance(sql, simple) else exp.paren(sql, copy=False)


def _is_unknown(sql: exp.Expr) -> exp.Expr:
    return exp.Is(this=_operand(sql), expression=exp.Null())


def _double_literal(value: float) -> exp.Expr:
    """1.5e0 is a DOUBLE on every engine; 1.5 is a DECIMAL."""
    if value < 0:
        return exp.Neg(this=_double_literal(-value))
    text = repr(float(value))
    return exp.Literal.number(text if "e" in text else f"{text}e0")


def _variable(node: Node) -> exp.Expr:
    return exp.column(node.variable.name, quoted=True)


def _constant(node: Node) -> exp.Expr:
    if node.value is None:
        return exp.Null()
    if isinstance(node.value, bool):
        return _boolean(node.value)
    if isinstance(node.value, dt.date):
        return exp.cast(exp.Literal.string(node.value.isoformat()), "DATE")
    return exp.Literal.string(node.value) if isinstance(node.value, str) else _number(node.value)


def _parameter(node: Node) -> exp.Expr:
    parameter: Parameter = node.value
    cases = exp.Case()
    for period in reversed(parameter.periods):
        day = exp.cast(exp.Literal.string(period.start.isoformat()), "DATE")
        value = exp.Null() if period.value is None else _double_literal(period.value)
        cases = cases.when(exp.GTE(this=exp.column(SURVEY_DATE), expression=day), value, copy=False)
    return cases


def _day(_node: Node) -> exp.Expr:
    return exp.column(SURVEY_DATE)


def _of_dates(write: Callable[..., exp.Expr]) -> Callable[[Node], exp.Expr]:
    def writer(node: Node) -> exp.Expr:
        days = [written(one) for one in node.args]
        return write(*days) if node.value is None else write(*days, node.value)

    return writer


def _lookup(node: Node) -> exp.Expr:
    cases = exp.Case(this=written(node.args[0]))
    for code, score in node.value:
        cases = cases.when(exp.Literal.string(code), _double_literal(score), copy=False)
    return cases


def _in(node: Node) -> exp.Expr:
    values = [_constant(Node("constant", "code", value=value)) for value in node.value]
    return exp.In(this=_operand(written(node.args[0])), expressions=values)


def _has(node: Node) -> exp.Expr:
    return exp.ArrayContains(this=written(node.args[0]), expression=exp.Literal.string(node.value))


def _count_choices(node: Node) -> exp.Expr:
    multi = node.args[0]
    empty = [written(Node("has", "boolean", (multi,), value=c)) for c in multi.variable.exclusive]
    size = exp.cast(exp.ArraySize(this=written(multi)), _DOUBLE.copy())
    cases = exp.Case().when(_is_unknown(written(multi)), exp.Null(), copy=False)
    if empty:
        cases = cases.when(exp.or_(*empty), _double_literal(0), copy=False)
    return cases.else_(size, copy=False)


def _case(node: Node) -> exp.Expr:
    """CASE c WHEN TRUE THEN … WHEN FALSE THEN the rest: an unknown condition matches neither."""
    result = _double if node.type == "number" else written
    rest = result(node.args[-1])
    for condition, value in reversed(list(zip(node.args[:-1:2], node.args[1:-1:2], strict=True))):
        cases = exp.Case(this=_operand(written(condition))).when(
            _boolean(True), result(value), copy=False
        )
        rest = (
            cases if isinstance(rest, exp.Null) else cases.when(_boolean(False), rest, copy=False)
        )
    return rest


def _coalesce(node: Node) -> exp.Expr:
    parts = [_double(one) if node.type == "number" else written(one) for one in node.args]
    return exp.Coalesce(this=parts[0], expressions=parts[1:])


def _not(node: Node) -> exp.Expr:
    return exp.Not(this=_operand(written(node.args[0])))


def _is_null(node: Node) -> exp.Expr:
    return _is_unknown(written(node.args[0]))


def _connector(join: Callable[..., exp.Expr]) -> Callable[[Node], exp.Expr]:
    return lambda node: exp.paren(
        join(*(_operand(written(one)) for one in node.args), copy=False), copy=False
    )


def _comparison(kind: type[exp.Binary]) -> Callable[[Node], exp.Expr]:
    def write(node: Node) -> exp.Expr:
        left, right = (_operand(written(one)) for one in node.args)
        return kind(this=left, expression=right)

    return write


def _arithmetic(kind: type[exp.Binary]) -> Callable[[Node], exp.Expr]:
    def write(node: Node) -> exp.Expr:
        left, right = (_operand(_double(one)) for one in node.args)
        if kind is exp.Div:  # division by zero is unknown
            divisor = exp.Nullif(this=right, expression=_double_literal(0))
            return exp.paren(kind(this=left, expression=divisor), copy=False)
        return exp.paren(kind(this=left, expression=right), copy=False)

    return write


def _function(kind: type[exp.Func]) -> Callable[[Node], exp.Expr]:
    return lambda node: kind(this=_double(node.args[0]))


def _round(node: Node) -> exp.Expr:
    return exp.Round(this=_double(node.args[0]), decimals=exp.Literal.number(node.value))


def _extreme(kind: type[exp.Func], known_only: bool) -> Callable[[Node], exp.Expr]:
    """GREATEST and LEAST pass over unknown numbers on DuckDB and Spark alike."""

    def write(node: Node) -> exp.Expr:
        parts = [_double(one) for one in node.args]
        extreme = kind(this=parts[0], expressions=parts[1:], ignore_nulls=True)
        if known_only:
            return extreme
        unknown = exp.or_(*(_is_unknown(p.copy()) for p in parts))
        return exp.Case().when(unknown, exp.Null(), copy=False).else_(extreme, copy=False)

    return write


def _sum_known(node: Node) -> exp.Expr:
    parts = [_double(one) for one in node.args]
    total: exp.Expr = _double_literal(0)
    for part in parts:
        known = exp.Coalesce(this=part, expressions=[_double_literal(0)])
        total = exp.Add(this=total, expression=known)
    none = exp.and_(*(_is_unknown(p.copy()) for p in parts))
    return exp.Case().when(none, exp.Null(), copy=False).else_(total, copy=False)


def _aggregate(node: Node) -> exp.Expr:
    return exp.column(alias(node), quoted=True)


def _truth(condition: Node) -> exp.Expr:
    """2 for true, 1 for unknown, 0 for false."""
    return (
        exp.Case(this=_operand(written(condition)))
        .when(_boolean(True), exp.Literal.number(2), copy=False)
        .when(_boolean(False), exp.Literal.number(0), copy=False)
        .else_(exp.Literal.number(1), copy=False)
    )


def _quantified(fold: type[exp.AggFunc]) -> Callable[[Node], exp.Expr]:
    def write(node: Node) -> exp.Expr:
        return (
            exp.Case(this=fold(this=_truth(node.args[0])))
            .when(exp.Literal.number(2), _boolean(True), copy=False)
            .when(exp.Literal.number(0), _boolean(False), copy=False)
        )

    return write


def _all_persons() -> exp.Expr:
    return exp.Count(this=exp.Star())


def _as_double(sql: exp.Expr) -> exp.Expr:
    return exp.cast(sql, _DOUBLE.copy(), copy=False)


def _count(node: Node) -> exp.Expr:
    if node.args[0] == TRUE:
        return _as_double(_all_persons())
    test = written(node.args[0])
    held = exp.Count(this=exp.Case().when(test, exp.Literal.number(1), copy=False))
    known = exp.EQ(this=exp.Count(this=test.copy()), expression=_all_persons())
    return exp.Case().when(known, _as_double(held), copy=False)


def _exact(value: Node) -> exp.Expr:
    """As a decimal; a number too large for it counts as unknown."""
    return exp.TryCast(this=_double(value), to=_EXACT.copy())


def _chosen(node: Node, write: Callable[[Node], exp.Expr]) -> exp.Expr:
    """The number of the persons who count; NULL for the others."""
    value, which = node.args
    if which == TRUE:
        return write(value)
    return exp.Case().when(written(which), write(value), copy=False)


def _sum(node: Node) -> exp.Expr:
    """Unknown when one who counts has no number, or when it is unknown who counts."""
    value, which = node.args
    settled: exp.Expr = exp.Not(this=_is_unknown(_exact(value)))
    if which != TRUE:
        test = _operand(written(which))
        settled = exp.or_(exp.Not(this=test), exp.and_(test.copy(), settled))
    counted = exp.Count(this=exp.Case().when(settled, exp.Literal.number(1), copy=False))
    total = exp.Coalesce(this=_sum_of_known(node), expressions=[_double_literal(0)])
    return exp.Case().when(exp.EQ(this=counted, expression=_all_persons()), total, copy=False)


def _sum_of_known(node: Node) -> exp.Expr:
    return _as_double(exp.Sum(this=_chosen(node, _exact)))


def _average(node: Node) -> exp.Expr:
    count = _as_double(exp.Count(this=_chosen(node, _exact)))
    return exp.Div(
        this=_sum_of_known(node),
        expression=exp.Nullif(this=count, expression=_double_literal(0)),
    )


def _fold(fold: type[exp.AggFunc]) -> Callable[[Node], exp.Expr]:
    return lambda node: fold(this=_chosen(node, _double))


_AGGREGATES: dict[str, Callable[[Node], exp.Expr]] = {
    "any": _quantified(exp.Max),
    "all": _quantified(exp.Min),
    "count": _count,
    "sum": _sum,
    "sum_known": _sum_of_known,
    "avg": _average,
    "min": _fold(exp.Min),
    "max": _fold(exp.Max),
}
_WRITERS: dict[str, Callable[[Node], exp.Expr]] = {
    "variable": _variable,
    "constant": _constant,
    "day": _day,
    "fiscal_year_start": _of_dates(dating.fiscal_year_start_sql),
    "months_later": _of_dates(dating.months_later_sql),
    "years_between": _of_dates(dating.years_between_sql),
    "days_between": _of_dates(dating.days_between_sql),
    "parameter": _parameter,
    "lookup": _lookup,
    "in": _in,
    "has": _has,
    "count_choices": _count_choices,
    "case": _case,
    "coalesce": _coalesce,
    "not": _not,
    "is_null": _is_null,
    "and": _connector(exp.and_),
    "or": _connector(exp.or_),
    "=": _comparison(exp.EQ),
    "<>": _comparison(exp.NEQ),
    "<": _comparison(exp.LT),
    "<=": _comparison(exp.LTE),
    ">": _comparison(exp.GT),
    ">=": _comparison(exp.GTE),
    "+": _arithmetic(exp.Add),
    "-": _arithmetic(exp.Sub),
    "*": _arithmetic(exp.Mul),
    "/": _arithmetic(exp.Div),
    "abs": _function(exp.Abs),
    "round": _round,
    "least": _extreme(exp.Least, known_only=False),
    "greatest": _extreme(exp.Greatest, known_only=False),
    "min_known": _extreme(exp.Least, known_only=True),
    "max_known": _extreme(exp.Greatest, known_only=True),
    "sum_known": _sum_known,
    "aggregate": _aggregate,
}
