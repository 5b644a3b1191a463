"""Words for the reason of a score, in Thai and English, from the measure's templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattana.rules.files import Words
from wattana.rules.measures import PLACE, Indicator, Measure
from wattana.rules.variables import Variable

_NAMED = 3
"""How many missing questions a reason names."""


@dataclass(frozen=True)
class Known:
    """What is known of the household: its answers, the measure's values, the day."""

    measure: Measure
    answers: Mapping[str, Any]
    values: Mapping[str, Any]
    day: dt.date | None

    def variable(self, name: str) -> Variable:
        return self.measure.codebook.variable(name)

    def answer(self, name: str) -> Words | None:
        """The household's answer in words; None when there is none."""
        value = self.answers.get(name)
        return None if value is None else self._answered(self.variable(name), value)

    def words(self, name: str) -> Words:
        """A value, parameter, constant or answer in words."""
        measure = self.measure
        for one in measure.values:
            if one.name == name:
                return self._quantity(self.values[name], one.unit)
        if name in measure.parameters:
            parameter = measure.parameters[name]
            return self._quantity(parameter.on(self.day), parameter.unit)
        if name in measure.constants:
            return self._quantity(measure.constants[name], "")
        return self.answer(name) or measure.texts["nothing"]

    def _answered(self, variable: Variable, value: Any) -> Words:
        if variable.kind in ("integer", "number", "boolean"):
            return self._quantity(value, variable.unit)
        codes = value if isinstance(value, list) else [value]
        choices = [variable.choice(code) for code in codes if code in variable.codes]
        return Words(
            ", ".join(one.label_th for one in choices), ", ".join(one.label_en for one in choices)
        )

    def _quantity(self, value: Any, unit: str) -> Words:
        if value is None:
            return self.measure.texts["nothing"]
        if isinstance(value, bool):
            return self.measure.texts["yes" if value else "no"]
        number = f"{value:,.2f}".removesuffix(".00")
        words = self.measure.codebook.units.get(unit)
        return (
            Words(f"{number} {words.th}", f"{number} {words.en}")
            if words
            else Words(number, number)
        )


def reason_of(
    indicator: Indicator,
    score: float | None,
    applies: bool,
    missing: Sequence[Variable],
    known: Known,
) -> Words:
    """The reason of a score, or of there being none."""
    texts = known.measure.texts
    if indicator.pending:
        return indicator.pending
    if not applies or indicator.reason is None:
        return texts["not_applicable"]
    if score is not None:
        return _filled(indicator.reason, {n: known.words(n) for n in _places(indicator.reason)})
    if not missing:
        return texts["unknown"]
    return _filled(texts["missing"], {"inputs": _named(missing)})


def _named(missing: Sequence[Variable]) -> Words:
    more = " …" if len(missing) > _NAMED else ""
    shown = missing[:_NAMED]
    return Words(
        ", ".join(one.label_th for one in shown) + more,
        ", ".join(one.label_en for one in shown) + more,
    )


def _places(words: Words) -> list[str]:
    return [*PLACE.findall(words.th), *PLACE.findall(words.en)]


def _filled(template: Words, words: Mapping[str, Words]) -> Words:
    return Words(
        PLACE.sub(lambda place: words[place[1]].th, template.th),
        PLACE.sub(lambda place: words[place[1]].en, template.en),
    )
