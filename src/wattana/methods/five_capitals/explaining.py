"""The scores of one household and the reason of each, from its answers, without a snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from wattana.methods.five_capitals.queries import PLACES
from wattana.methods.five_capitals.wording import Known, reason_of
from wattana.rules.expressions import Expression
from wattana.rules.files import Words
from wattana.rules.measures import Indicator, Measure
from wattana.rules.relevance import is_relevant
from wattana.rules.variables import Variable

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Input:
    """An answer of the household that an indicator reads; `value` is None when it is missing."""

    name: str
    label: Words
    value: Words | None


@dataclass(frozen=True)
class Reason:
    """The score of one indicator and why it is so.

    `applies` is False when the indicator does not concern the household or still waits for data.
    `inputs` are the household's answers that were used, and the missing ones that should be asked.
    """

    indicator: Indicator
    score: float | None
    applies: bool
    inputs: tuple[Input, ...]
    text: Words

    @property
    def code(self) -> str:
        return self.indicator.code


@dataclass(frozen=True)
class Explanation:
    """All indicators of a household, and the values that reasons quote, by name."""

    reasons: tuple[Reason, ...]
    values: Mapping[str, Any]

    def __iter__(self) -> Iterator[Reason]:
        return iter(self.reasons)

    def reason(self, code: str) -> Reason:
        """The reason of one indicator. Raises KeyError."""
        return {one.code: one for one in self.reasons}[code]


def explain(
    measure: Measure,
    answers: Row,
    persons: Sequence[Row],
    surveyed_on: dt.date | None = None,
) -> Explanation:
    """Score one household in Python; a test holds the scores to those of `assess`.

    `answers` are the household's; each of `persons` holds a member's answers with `age` (years on
    the survey day), `sex` and `relation`. Without `surveyed_on` dated parameters are unknown.
    """

    work_out = partial(_work_out, answers=answers, persons=persons, surveyed_on=surveyed_on)
    values = {one.name: work_out(one.expression) for one in measure.values}
    known = Known(measure, answers, persons, values, surveyed_on)
    reasons = []
    for one in measure.indicators:
        found, applies = _scored(one, work_out)
        reasons.append(_reason(one, found, applies, known))
    return Explanation(tuple(reasons), values)


def score(
    indicator: Indicator, answers: Row, persons: Sequence[Row], surveyed_on: dt.date | None = None
) -> float | None:
    """The score that `explain` gives for one indicator, without its reason."""
    work_out = partial(_work_out, answers=answers, persons=persons, surveyed_on=surveyed_on)
    return _rounded(_scored(indicator, work_out)[0])


def _work_out(
    expression: Expression, *, answers: Row, persons: Sequence[Row], surveyed_on: dt.date | None
) -> Any:
    return expression.value(answers, persons, surveyed_on)


def _scored(
    indicator: Indicator, work_out: Callable[[Expression], Any]
) -> tuple[float | None, bool]:
    """The score, and whether the indicator applies."""
    applies = indicator.expression is not None and (
        indicator.applies is None or work_out(indicator.applies) is not False
    )
    found = work_out(indicator.expression) if indicator.expression and applies else None
    return found, applies


def _rounded(found: float | None) -> float | None:
    return None if found is None else round(float(found), PLACES)


def _reason(
    indicator: Indicator,
    found: float | None,
    applies: bool,
    known: Known,
) -> Reason:
    missing = _missing(indicator, known) if found is None and applies else []
    names = {variable.name for variable in missing}
    inputs = tuple(
        Input(name, _label(known.variable(name)), known.answer(name))
        for name in indicator.inputs
        if known.answers.get(name) is not None or name in names
    )
    text = reason_of(indicator, found, applies, missing, known)
    return Reason(indicator, _rounded(found), applies, inputs, text)


def _missing(indicator: Indicator, known: Known) -> list[Variable]:
    """What to ask for a score: unanswered questions that are to be asked, as far as is known."""
    book, answers = known.measure.codebook, known.answers
    asked: dict[str, bool | None] = {}
    for name in indicator.inputs:
        if answers.get(name) is None:
            asked[name] = is_relevant(book, name, answers)
    for name in indicator.member_inputs:
        for person in known.persons:
            if person.get(name) is None:
                asked[name] = asked.get(name) or is_relevant(book, name, answers, person)
    for wanted in (True, None):
        found = [book.variable(name) for name, relevant in asked.items() if relevant is wanted]
        if found:
            return found
    return []


def _label(variable: Variable) -> Words:
    return Words(variable.label_th, variable.label_en)
