"""All programmes for one household on one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wattana.methods.rights import flags
from wattana.methods.rights.arrears import Arrears, arrears
from wattana.methods.rights.flags import Flag
from wattana.methods.rights.judging import DUE, NOT_DUE, Answer, Step, judge, standing
from wattana.methods.rights.missing import Asking, Fact
from wattana.methods.rights.situation import Seen, Situation, situation
from wattana.rules.book import Codebook
from wattana.rules.derived import derivations
from wattana.rules.programmes.facts import ID, Facts
from wattana.rules.programmes.model import Programme

Key = tuple[str, str | None]


@dataclass(frozen=True)
class Totals:
    """Satang a year of what is due: received, missing, or not known whether it is received.

    What is paid once, by the season or by the day, and ceilings are not in it.
    """

    due: int
    received: int
    missing: int
    receipt_unknown: int


@dataclass(frozen=True)
class Explanation:
    """Answers of the programmes that are on, by programme and person; and what was not applied.

    `facts` are those that can be; `known` adds what follows from them.
    """

    day: dt.date
    answers: Sequence[Answer]
    off: Sequence[Programme]
    flags: Sequence[Flag]
    facts: Facts
    known: Situation
    judged: Mapping[Key, Answer]

    def answer(self, programme: str, person: str | None = None) -> Answer:
        """One answer, of a programme that is on or off. Raises KeyError."""
        return self.judged[programme, person]

    @property
    def totals(self) -> Totals:
        """What is due and what is missing, in satang a year."""
        due = [one for one in self.answers if one.outcome == DUE]
        return Totals(
            due=_a_year(due),
            received=_a_year(one for one in due if one.received),
            missing=_a_year(one for one in due if one.received is False),
            receipt_unknown=_a_year(one for one in due if one.received is None),
        )

    def arrears(self, answer: Answer) -> Arrears | None:
        """Back pay of an answer; None where nothing is offered, or it is received."""
        return arrears(answer, self.facts, self.day, self.known.codebook)

    def questions(self, fact: Fact) -> Sequence[Fact]:
        """The unanswered questions that a missing fact follows from; itself, if from none."""
        found = derivations(self.known.codebook).get(fact.variable)
        if found is None:
            return [fact]
        asking = Asking(self.known.codebook)
        person = next((one for one in self.known.persons if one[ID] == fact.person), None)
        below = asking.all_of(found.expression.node, self.known.seen(person))
        return asking.in_order({one for part in below for one in self.questions(part)})


def _a_year(answers: Iterable[Answer]) -> int:
    return sum(one.satang_a_year or 0 for one in answers)


def explain(
    programmes: Mapping[str, Programme], facts: Facts, day: dt.date, codebook: Codebook
) -> Explanation:
    """Judge every programme for the household and each of its persons, as of any day (CE).

    `programmes` stand after their gateways, as `rules.programmes.load` gives them. Facts that
    cannot be are left out and flagged. Those that contradict are flagged; what was stated counts.
    """
    possible, found = flags.impossible(codebook, facts, day)
    known = situation(codebook, possible, day)
    judged = _judged(programmes, known.rows, codebook)
    answers = [one for one in judged.values() if one.programme.is_on]
    found += flags.contradictions(codebook, possible, known)
    found += flags.of_answers(answers, known)
    off = [one for one in programmes.values() if not one.is_on]
    return Explanation(day, answers, off, found, possible, known, judged)


def answers_of(
    person: str, programmes: Mapping[str, Programme], facts: Facts, day: dt.date, codebook: Codebook
) -> list[Answer]:
    """What `explain` answers for one person: the others are not judged, nothing is flagged."""
    rows = situation(codebook, flags.impossible(codebook, facts, day)[0], day).rows
    alone = {**rows, "person": [seen for seen in rows["person"] if seen.who == person]}
    judged = _judged(programmes, alone, codebook).values()
    return [one for one in judged if one.person == person and one.programme.is_on]


def _judged(
    programmes: Mapping[str, Programme], rows: Mapping[str, Sequence[Seen]], codebook: Codebook
) -> dict[Key, Answer]:
    asking = Asking(codebook)
    judged: dict[Key, Answer] = {}
    for programme in programmes.values():
        for seen in rows[programme.level]:
            answer = judge(programme, seen, asking)
            first = _open_first(answer, judged)
            judged[programme.id, answer.person] = (
                replace(answer, open_first=first) if first else answer
            )
    return judged


def standings(
    programmes: Iterable[Programme], facts: Facts, day: dt.date, codebook: Codebook
) -> Iterator[tuple[str, bool | None]]:
    """Outcome and receipt of these programmes, for the household or each of its persons.

    The same as `explain` says of them, without its reasons: a part of its work.
    """
    rows = situation(codebook, flags.impossible(codebook, facts, day)[0], day).rows
    for programme in programmes:
        for seen in rows[programme.level]:
            yield standing(programme, seen)


def _open_first(answer: Answer, judged: Mapping[Key, Answer]) -> list[Step]:
    """The gateways that would mend all that fails, each after its own; none if they cannot."""
    failing = [one for one in answer.conditions if one.value is False]
    steps: dict[str, Step] = {}
    for one in failing:
        gateway = one.condition.gateway if one.condition else None
        found = _gateway(gateway, answer.person, judged) if gateway else None
        if found is None or found.received or (found.outcome == NOT_DUE and not found.open_first):
            return []
        for step in (*found.open_first, Step(found.programme, found.outcome)):
            steps.setdefault(step.programme.id, step)
    return list(steps.values())


def _gateway(name: str, person: str | None, judged: Mapping[Key, Answer]) -> Answer | None:
    """The gateway's answer for the same person, or for the household."""
    return judged.get((name, person)) or judged.get((name, None))
