"""Measures of the rulebook: indicators as expressions, in capitals, with levels and settings."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources.abc import Traversable
from typing import Any

from wattana.kernel.problems import N_, Invalid
from wattana.rules import codebook as codebooks
from wattana.rules import parameters as parameter_files
from wattana.rules.book import Codebook
from wattana.rules.expressions import Expression, Scope, compile_in
from wattana.rules.files import RULEBOOK, Table, Words, read
from wattana.rules.parameters import Parameter
from wattana.rules.variables import STATUSES

BOUNDARY_RULES = ("upper", "lower")
PLACE = re.compile(r"\{(\w+(?: \w+)*)(?::([^{}|]+)\|([^{}|]+))?\}")
"""A place in the text of a reason: `{name}` of a variable, a value or a parameter.

`{name:มี|ไม่มี}` gives the words for yes and no. A variable of members is told as how many of them
gave which answer; the name of a table as the answers of its lines, `{one other}` of two side by
side. What stands in [ ] is left out where a place in it has nothing to tell.
"""
_HEAVIEST = 100
_TEXTS = ("missing", "unknown", "not_applicable", "yes", "no", "nothing")


@dataclass(frozen=True)
class Settings:
    """What an administrator may decide about a measure; see the YAML for what each means."""

    cut_points: tuple[float, float, float]
    boundary_rule: str
    minimum_capitals: int
    change_dead_band: float


@dataclass(frozen=True)
class Value:
    """A quantity that indicators and their reasons share."""

    name: str
    label: Words
    unit: str
    expression: Expression


@dataclass(frozen=True)
class Indicator:
    """One of the 37. `expression` is None while the indicator waits (`pending` says for what).

    `applies` says whether it concerns the household at all; None: always. `sensitive`: made of
    health or disability. `weight` is its part in the mean of its capital; 0: left out of it.
    """

    code: str
    capital: str
    title: Words
    rubric: Words
    expression: Expression | None
    applies: Expression | None
    reason: Words | None
    pending: Words | None
    inputs: tuple[str, ...]
    member_inputs: tuple[str, ...]
    sensitive: bool
    weight: float = 1


@dataclass(frozen=True)
class Capital:
    """One of the five capitals (ทุน); `weight` is its part in X."""

    code: str
    title: Words
    indicators: tuple[Indicator, ...]
    weight: float = 1

    @property
    def counted(self) -> tuple[Indicator, ...]:
        """The indicators that its mean is made of."""
        return tuple(one for one in self.indicators if one.weight)


@dataclass(frozen=True, eq=False)
class Measure:
    """A measure as its YAML defines it, compiled. Equal hashes mean equal answers."""

    name: str
    version: str
    status: str
    title: Words
    scheme: Words
    note: Words
    settings: Settings
    constants: Mapping[str, float]
    levels: Mapping[int, Words]
    values: tuple[Value, ...]
    capitals: tuple[Capital, ...]
    texts: Mapping[str, Words]
    codebook: Codebook
    parameters: Mapping[str, Parameter]
    definitions: Mapping[str, Any]

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in their order."""
        return tuple(one for capital in self.capitals for one in capital.indicators)

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Every expression that a score depends on."""
        found = (one for i in self.indicators for one in (i.expression, i.applies))
        return tuple(one for one in found if one is not None)

    @cached_property
    def definitions_hash(self) -> str:
        """SHA-256 over the definitions, the settings, the parameters and the SQL made from them."""
        used = {one.name for expression in self.expressions for one in expression.parameters}
        stated = {
            "definitions": self.definitions,
            "settings": vars(self.settings),
            "parameters": {name: repr(self.parameters[name].periods) for name in sorted(used)},
            "sql": [[one.sql(), dict(one.aggregates())] for one in self.expressions],
        }
        text = json.dumps(stated, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=8)
def load_measure(name: str) -> Measure:
    """A measure of this installation. Raises `Invalid` when there is none or it has a fault."""
    return read_measure(name, RULEBOOK, codebooks.load(), parameter_files.load())


def read_measure(
    name: str, root: Traversable, codebook: Codebook, parameters: Mapping[str, Parameter]
) -> Measure:
    """Read `measures/<name>.yaml` under `root`. Raises `Invalid`."""
    if not name.isidentifier():
        raise Invalid(N_("There is no measure “%(name)s”."), name=name[:60])
    return measure_of(name, read(f"measures/{name}.yaml", root), codebook, parameters)


def measure_of(
    name: str, table: Table, codebook: Codebook, parameters: Mapping[str, Parameter]
) -> Measure:
    """A measure from its definitions, wherever they are kept. Raises `Invalid` with the place."""
    raw = dict(table.raw)
    constants = _constants(table)
    values = _values(table, Scope(codebook, "household", parameters, constants))
    scope = Scope(
        codebook, "household", parameters, constants, {v.name: v.expression.node for v in values}
    )
    measure = Measure(
        name=table.one_of("measure", (name,)),
        version=table.text("version"),
        status=table.one_of("status", STATUSES),
        title=table.words("title"),
        scheme=table.words("scheme"),
        note=table.words("note"),
        settings=_settings(table.table("settings")),
        constants=constants,
        levels=_levels(table),
        values=values,
        capitals=tuple(_capital(one, scope) for one in table.tables("capitals")),
        texts=_texts(table.table("texts")),
        codebook=codebook,
        parameters=parameters,
        definitions=raw,
    )
    table.end()
    _check_codes(table, measure)
    return measure


def _constants(table: Table) -> Mapping[str, float]:
    constants = {}
    for one in table.tables("constants"):
        one.words("label")
        constants[one.text("name")] = one.number("value")
        one.end()
    return constants


def _settings(table: Table) -> Settings:
    low, middle, high = table.numbers("cut_points", 3)
    boundary_rule = table.one_of("boundary_rule", BOUNDARY_RULES)
    minimum = table.number("minimum_capitals")
    dead_band = table.number("change_dead_band")
    table.end()
    if not 1 < low < middle < high < 4:
        table.refuse(
            N_("%(place)s: the cut points have to rise between 1 and 4."), key="cut_points"
        )
    whole = minimum in range(1, 6)
    if not whole or not 0 <= dead_band < 4:
        table.refuse(
            N_("%(place)s: 1 to 5 capitals, and a dead band of 0 or more."),
            key="change_dead_band" if whole else "minimum_capitals",
        )
    return Settings((low, middle, high), boundary_rule, int(minimum), dead_band)


def _levels(table: Table) -> Mapping[int, Words]:
    levels = {}
    for one in table.tables("levels"):
        levels[int(one.number("level"))] = Words(one.text("th"), one.text("en"))
        one.end()
    if list(levels) != [1, 2, 3, 4]:
        table.refuse(N_("%(place)s: the levels are 1, 2, 3 and 4."))
    return levels


def _texts(table: Table) -> Mapping[str, Words]:
    texts = {key: table.words(key) for key in _TEXTS}
    table.end()
    return texts


def _values(table: Table, scope: Scope) -> tuple[Value, ...]:
    """Each value may use those before it."""
    found: list[Value] = []
    for one in table.tables("values"):
        known = {value.name: value.expression.node for value in found}
        within = Scope(scope.codebook, "household", scope.parameters, scope.constants, known)
        name = one.text("name")
        taken = {*known, *scope.constants, *scope.parameters, *scope.codebook.variables}
        if name in taken:
            one.refuse(N_("%(place)s: the name is taken already."))
        unit = one.text("unit")
        if unit and unit not in scope.codebook.units:
            one.refuse(N_("%(place)s: codebook.yaml has no unit “%(unit)s”."), unit=unit)
        expression = compile_in(within, one.text("expression"), place=f"{one.place}, expression")
        found.append(Value(name, one.words("label"), unit, expression))
        one.end()
    return tuple(found)


def _capital(table: Table, scope: Scope) -> Capital:
    code = table.text("code")
    capital = Capital(
        code,
        table.words("title"),
        tuple(_indicator(one, code, scope) for one in table.tables("indicators")),
        _weight(table),
    )
    table.end()
    if not capital.weight or not capital.counted:
        table.refuse(
            N_("%(place)s: a capital and one of its indicators need a weight above 0."),
            key="weight",
        )
    return capital


def _weight(table: Table) -> float:
    """The weight among those beside it: 1 unless the file gives another."""
    weight = table.number("weight") if "weight" in table else 1
    if not 0 <= weight <= _HEAVIEST:
        table.refuse(N_("%(place)s: the weight has to lie between 0 and 100."), key="weight")
    return weight


def _indicator(table: Table, capital: str, scope: Scope) -> Indicator:
    pending = table.words("pending") if "pending" in table else None
    expression = None if pending else _compiled(table, "expression", scope, "number")
    applies = _compiled(table, "applies", scope, "boolean") if "applies" in table else None
    used = [one for one in (expression, applies) if one]
    inputs = _each(name for one in used for name in one.inputs)
    member_inputs = _each(name for one in used for name in one.member_inputs)
    indicator = Indicator(
        code=table.text("code"),
        capital=capital,
        title=table.words("title"),
        rubric=table.words("rubric"),
        expression=expression,
        applies=applies,
        reason=None if pending else table.words("reason"),
        pending=pending,
        inputs=inputs,
        member_inputs=member_inputs,
        sensitive=any(
            scope.codebook.variable(name).sensitivity == "sensitive"
            for name in (*inputs, *member_inputs)
        ),
        weight=_weight(table),
    )
    table.end()
    if indicator.reason:
        _check_places(table, indicator.reason, indicator, scope)
    return indicator


def _compiled(table: Table, key: str, scope: Scope, wanted: Any) -> Expression:
    return compile_in(scope, table.text(key), place=f"{table.place}, {key}", wanted=wanted)


def places(words: Words) -> list[str]:
    """What the places in a text name."""
    return [found[1] for text in (words.th, words.en) for found in PLACE.finditer(text)]


def _check_places(table: Table, reason: Words, indicator: Indicator, scope: Scope) -> None:
    tables = {scope.codebook.variable(name).family for name in indicator.inputs}
    allowed = {*indicator.inputs, *indicator.member_inputs, *tables}
    allowed |= {*scope.values, *scope.constants, *scope.parameters}
    for name in places(reason):
        if not allowed.issuperset(name.split()):
            table.refuse(
                N_("%(place)s: the reason names “%(name)s”, which the indicator does not use."),
                key="reason",
                name=name,
            )


def _check_codes(table: Table, measure: Measure) -> None:
    codes = [*(c.code for c in measure.capitals), *(i.code for i in measure.indicators)]
    for code in codes:
        if codes.count(code) > 1:
            table.refuse(N_("%(place)s: the code “%(code)s” stands twice."), code=code)


def _each(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
