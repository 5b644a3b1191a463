"""What may be changed of a scheme: each field, where it stands, and the faults told beside it.

A draft holds what was typed, by the key of the field; `applied` puts it into the definitions that
`rules.measures` reads. There is no second reader: a fault is the reader's own, found again by its
place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wattana.kernel.problems import N_, Invalid
from wattana.rules import codebook, parameters
from wattana.rules.files import Table
from wattana.rules.measures import Measure, measure_of
from wattana.thai.numerals import parse_number

ROOT = "scheme"
LONGEST = 4_000  # letters of one field: as long as an expression may be
_TOO_LONG = N_("%(place)s: write at most %(longest)s letters.")
_SETTINGS = ("boundary_rule", "minimum_capitals", "change_dead_band")
_RULE = ("expression", "applies", "rubric.th", "rubric.en", "reason.th", "reason.en")
Definitions = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One thing that may be changed. `path` leads to it in the definitions.

    Kinds: number, choice, expression, text. An empty `optional` field leaves its key out.
    """

    key: str
    path: tuple[str | int, ...]
    kind: str
    optional: bool = False

    def read(self, definitions: Mapping[str, Any]) -> str:
        """What stands in the definitions, as a person would type it."""
        value: Any = definitions
        for step in self.path:
            if not isinstance(step, int) and step not in value:
                return "1" if self.path[-1] == "weight" else ""
            value = value[step]
        return str(value).strip()

    def write(self, definitions: Definitions, text: str) -> None:
        """Put a text there; what is not the number it should be stays text and is refused later."""
        *steps, last = self.path
        inner: Any = definitions
        for step in steps:
            inner = inner.setdefault(step, {}) if isinstance(inner, dict) else inner[step]
        if self.optional and not text:
            inner.pop(last, None)
        else:
            inner[last] = _number(text) if self.kind == "number" else text


def _number(text: str) -> int | float | str:
    try:
        number = parse_number(text)
    except Invalid:
        return text
    return number if isinstance(number, int) else float(number)


def fields(definitions: Mapping[str, Any]) -> dict[str, Field]:
    """All that may be changed of these definitions, by key."""
    return {one.key: one for one in _fields(definitions)}


def _fields(definitions: Mapping[str, Any]) -> Iterator[Field]:
    for place in range(3):
        yield Field(f"cut_points.{place}", ("settings", "cut_points", place), "number")
    for name in _SETTINGS:
        kind = "choice" if name == "boundary_rule" else "number"
        yield Field(name, ("settings", name), kind)
    for place, one in enumerate(definitions["constants"]):
        yield Field(f"constant.{one['name']}", ("constants", place, "value"), "number")
    for c, capital in enumerate(definitions["capitals"]):
        place_c = ("capitals", c)
        yield Field(f"{capital['code']}.weight", (*place_c, "weight"), "number", optional=True)
        for i, indicator in enumerate(capital["indicators"]):
            yield from _of_indicator(indicator, (*place_c, "indicators", i))


def _of_indicator(indicator: Mapping[str, Any], place: tuple[str | int, ...]) -> Iterator[Field]:
    code = indicator["code"]
    yield Field(f"{code}.weight", (*place, "weight"), "number", optional=True)
    if "pending" in indicator:  # waits for data that nobody can type
        return
    for name in _RULE:
        kind = "expression" if name in ("expression", "applies") else "text"
        path = (*place, *name.split("."))
        yield Field(f"{code}.{name}", path, kind, optional=name == "applies")


def rule_fields(code: str) -> list[str]:
    """The keys of all fields of one indicator's rule."""
    return [f"{code}.{name}" for name in _RULE]


def differing(base: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, without what says the same as the base."""
    known = fields(base)
    return {
        key: text
        for key, text in typed.items()
        if key in known and not _same(known[key], known[key].read(base), text)
    }


def _same(field: Field, old: str, new: str) -> bool:
    if field.kind == "number":
        return _number(old) == _number(new or ("1" if field.optional else ""))
    return old.split() == new.split() if field.kind == "expression" else old == new


def applied(base: Mapping[str, Any], typed: Mapping[str, str]) -> Definitions:
    """The definitions of the base with what was typed."""
    definitions = json.loads(json.dumps(base))  # YAML anchors share parts; a copy must not
    known = fields(base)
    for key, text in typed.items():
        if key in known:
            known[key].write(definitions, text)
    return definitions


def read(measure: str, definitions: Mapping[str, Any]) -> Measure:
    """The measure that definitions make, by the rulebook's own reader. Raises `Invalid`."""
    return measure_of(measure, Table(definitions, ROOT), codebook.load(), parameters.load())


@dataclass(frozen=True)
class Checked:
    """A draft as far as it can be read: a measure when it has no faults."""

    measure: Measure | None
    faults: Mapping[str, Invalid]  # by field


def checked(measure: str, base: Mapping[str, Any], typed: Mapping[str, str]) -> Checked:
    """Find every fault: a field with a fault goes back to the base, then the reader goes on."""
    faults: dict[str, Invalid] = {}
    left = dict(typed)
    for key in [key for key, text in typed.items() if len(text) > LONGEST]:
        faults[key] = Invalid(_TOO_LONG, place=key, longest=LONGEST)
        del left[key]
    while True:
        try:
            found = read(measure, applied(base, left))
        except Invalid as problem:
            keys = _blamed(problem, measure, base, left)
            if not keys:
                raise
            faults[keys[0]] = problem
            for key in keys:
                del left[key]
        else:
            return Checked(None if faults else found, faults)


def _blamed(
    fault: Invalid, measure: str, base: Mapping[str, Any], typed: Mapping[str, str]
) -> list[str]:
    """The typed fields that a fault comes from: those of its place without which it goes away."""
    steps = str(fault.params.get("place", "")).split(", ")
    near = [key for key in typed if _owner(key) in steps] or list(typed)
    alone = [key for key in near if not _stays(fault, measure, base, typed, without=key)]
    return alone or near


def _owner(key: str) -> str:
    """The part of a place that names what a field belongs to."""
    first, *rest = key.split(".")
    if first in ("cut_points", *_SETTINGS):
        return "settings"
    return rest[0] if first == "constant" else first


def _stays(
    fault: Invalid, measure: str, base: Mapping[str, Any], typed: Mapping[str, str], *, without: str
) -> bool:
    try:
        read(measure, applied(base, {k: text for k, text in typed.items() if k != without}))
    except Invalid as other:
        return (other.message, other.params) == (fault.message, fault.params)
    return False
