"""Words for the reason of a score, in Thai and English, from the measure's templates."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from wattana.rules.files import Words
from wattana.rules.measures import PLACE, Indicator, Measure, places
from wattana.rules.variables import Variable

_NAMED = 3
"""How many missing questions a reason names."""
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Known:
    """What is known of the household: its answers, its members', the measure's values, the day."""

    measure: Measure
    answers: Mapping[str, Any]
    persons: Sequence[Mapping[str, Any]]
    values: Mapping[str, Any]
    day: dt.date | None

    def variable(self, name: str) -> Variable:
        return self.measure.codebook.variable(name)

    def answer(self, name: str) -> Words | None:
        """The household's answer in words; None when there is none."""
        value = self.answers.get(name)
        return None if value is None else self._answered(self.variable(name), value)

    def told(self, place: str, indicator: Indicator) -> Words | None:
        """What stands in a place of the indicator's reason; None: there is nothing to tell."""
        book, names = self.measure.codebook, place.split()
        if names[0] in book.families:
            return _listed(self._lines(names, indicator))
        if names[0] in indicator.member_inputs:
            return _listed(self._tally(self.variable(names[0]), indicator))
        return self._words(place)

    def held(self, name: str) -> bool | None:
        """The value or answer of that name where it is a yes or a no."""
        value = self.values.get(name, self.answers.get(name))
        return value if isinstance(value, bool) else None

    def _words(self, name: str) -> Words | None:
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
        return self.answer(name)

    def _lines(self, families: Sequence[str], indicator: Indicator) -> list[Words]:
        """The answers of a table's lines: of the one that decided, or of all that have any."""
        tables = [self.measure.codebook.families[name] for name in families]
        lines = list(zip(*tables, strict=True))
        if indicator.expression:
            chosen = indicator.expression.decisive(tables[0][0].name, self.answers, (), self.day)
            lines = lines if chosen is None else [lines[chosen]]
        return [told for line in lines if (told := self._line(line))]

    def _line(self, line: Sequence[Variable]) -> Words | None:
        item = Words(line[0].item_label_th, line[0].item_label_en)
        if line[0].kind == "boolean":
            return item if self.answers.get(line[0].name) else None
        said = _listed(found for one in line if (found := self.answer(one.name)))
        return said and Words(f"{item.th}: {said.th}", f"{item.en}: {said.en}")

    def _tally(self, variable: Variable, indicator: Indicator) -> list[Words]:
        """How many of the members concerned gave which answer, in the order of the codebook."""
        if indicator.expression is None:
            return []
        concerned = indicator.expression.concerned(variable.name, self.persons, self.day)
        given = Counter(
            code
            for value in (person.get(variable.name) for person in concerned)
            for code in (value if isinstance(value, list) else [value])
        )
        return [
            Words(f"{one.label_th} {given[one.code]} คน", f"{one.label_en} {given[one.code]}")
            for one in variable.choices
            if given[one.code]
        ]

    def _answered(self, variable: Variable, value: Any) -> Words | None:
        if variable.kind in ("integer", "number", "boolean"):
            return self._quantity(value, variable.unit)
        codes = value if isinstance(value, list) else [value]
        choices = [variable.choice(code) for code in codes if code in variable.codes]
        return _listed(Words(one.label_th, one.label_en) for one in choices)

    def _quantity(self, value: Any, unit: str) -> Words | None:
        if value is None:
            return None
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
        return _reason(indicator.reason, indicator, known)
    if not missing:
        return texts["unknown"]
    return _filled(texts["missing"], {"inputs": _named(missing)}, {}, texts["nothing"])


def _reason(reason: Words, indicator: Indicator, known: Known) -> Words:
    named = places(reason)
    words = {name: known.told(name, indicator) for name in named}
    held = {name: known.held(name) for name in named}
    return _filled(reason, words, held, known.measure.texts["nothing"])


def _named(missing: Sequence[Variable]) -> Words:
    more = " …" if len(missing) > _NAMED else ""
    shown = missing[:_NAMED]
    return Words(
        ", ".join(one.label_th for one in shown) + more,
        ", ".join(one.label_en for one in shown) + more,
    )


def _listed(words: Iterable[Words]) -> Words | None:
    found = list(words)
    if not found:
        return None
    return Words(", ".join(one.th for one in found), ", ".join(one.en for one in found))


def _filled(
    template: Words,
    words: Mapping[str, Words | None],
    held: Mapping[str, bool | None],
    nothing: Words,
) -> Words:
    """The template with its places filled, and without those of its parts in [ ] that lack one."""

    def filled(text: str, language: Literal["th", "en"]) -> str:
        def fill(place: re.Match[str]) -> str:
            name, yes, no = place.groups()
            if yes is not None and (holds := held.get(name)) is not None:
                return yes if holds else no
            said = words[name] or nothing
            return said.th if language == "th" else said.en

        def keep(part: re.Match[str]) -> str:
            lacking = any(words[one[1]] is None for one in PLACE.finditer(part[1]))
            return "" if lacking else part[1]

        return PLACE.sub(fill, _OPTIONAL.sub(keep, text))

    return Words(filled(template.th, "th"), filled(template.en, "en"))
