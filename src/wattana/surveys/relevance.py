"""Skip logic: which questions a visit asks, by the codebook's `relevant` expressions.

Three outcomes. True: asked. False: ruled out; an answer that was given is set aside. Unknown
because a question before it is not answered: it waits, but an answer that is there (from a file
that lacks the question before) stays. Unknown because the register does not know (an age): asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from wattana.rules import codebook as codebooks
from wattana.rules import parameters
from wattana.rules.expressions import Expression, compile  # noqa: A004  its name in the language
from wattana.rules.variables import Level
from wattana.surveys.documents import Document, Part
from wattana.surveys.models import Visit
from wattana.surveys.progress import Asked, Progress

_REMEMBERED = 200_000  # outcomes


def of_one(document: Document) -> Asked:
    """What a visit asks, as its documents stand."""
    return _asked(document, _judged(document))


def settle(visit: Visit, document: Document) -> Asked:
    """Set aside what is ruled out, bring back what is not, and count; saves nothing."""
    asked = _settled(document)
    total = asked.total
    visit.asked, visit.answered = total.asked, total.answered
    return asked


def settle_many(documents: Iterable[Document]) -> list[Progress]:
    """`settle` for many visits: the counts of each."""
    return [_settled(document).total for document in documents]


def _settled(document: Document) -> Asked:
    rows = _judged(document)
    for row in rows.values():
        for name in row.ruled_out & row.part.answers.keys():
            row.part.move(name, aside=True)
        for name in row.part.set_aside.keys() - row.ruled_out:
            row.part.move(name, aside=False)
    return _asked(document, rows)


@dataclass
class _Row:
    """The household, or a member with the household above, while it is judged."""

    part: Part
    facts: Mapping[str, Any] = field(default_factory=dict)
    above: _Row | None = None
    ruled_out: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)

    def value(self, name: str) -> Any:
        """The answer or fact as the rules see it: nothing where the question is ruled out."""
        if name in self.ruled_out:
            return None
        for known in (self.part.answers, self.part.set_aside, self.facts):
            if name in known:
                return known[name]
        return self.above.value(name) if self.above else None

    def is_ruled_out(self, name: str) -> bool:
        return name in self.ruled_out or (self.above is not None and self.above.is_ruled_out(name))

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(self.ruled_out | (self.waiting - self.part.answers.keys()))


@dataclass(frozen=True, eq=False)
class _Gate:
    """Neighbouring questions that depend on the same inputs."""

    rules: tuple[tuple[str, Expression], ...]
    inputs: tuple[str, ...]
    asked: frozenset[str]  # the inputs that are questions, not facts of the register
    alone: bool  # depends on nothing but the inputs: no other members, no dated figures


def _judged(document: Document) -> dict[int | None, _Row]:
    members = [{**one.facts, **one.part.answers} for one in document.members.values()]
    home = _Row(document.household)
    _judge(home, "household", document, members)
    rows: dict[int | None, _Row] = {None: home}
    for key, one in document.members.items():
        rows[key] = _Row(one.part, one.facts, home)
        _judge(rows[key], "person", document, [])
    return rows


def _judge(row: _Row, level: Level, document: Document, members: list[dict[str, Any]]) -> None:
    for gate in _gates(level):
        values = tuple(_hashable(row.value(name)) for name in gate.inputs)
        if gate.alone:
            out, unknown = _outcome(gate, values)
        else:
            answers = dict(zip(gate.inputs, values, strict=True))
            out, unknown = _sorted_out(
                (name, rule.value(answers, members, document.surveyed_on))
                for name, rule in gate.rules
            )
        row.ruled_out |= out
        if unknown and any(map(row.is_ruled_out, gate.inputs)):
            row.ruled_out |= unknown
        elif unknown and any(row.value(name) is None for name in gate.asked):
            row.waiting |= unknown


@lru_cache(maxsize=_REMEMBERED)
def _outcome(gate: _Gate, values: tuple[Any, ...]) -> tuple[frozenset[str], frozenset[str]]:
    answers = dict(zip(gate.inputs, values, strict=True))
    return _sorted_out((name, rule.value(answers)) for name, rule in gate.rules)


def _sorted_out(outcomes: Iterable[tuple[str, Any]]) -> tuple[frozenset[str], frozenset[str]]:
    """The questions that are ruled out, and those of which nothing is known."""
    listed = list(outcomes)
    return (
        frozenset(name for name, held in listed if held is False),
        frozenset(name for name, held in listed if held is None),
    )


@lru_cache(maxsize=2)
def rules(level: Level) -> Mapping[str, Expression]:
    """When each question is asked, by its name, in the order of asking."""
    codebook = codebooks.load()
    return {
        one.name: compile(
            one.relevant, codebook=codebook, level=level, place=one.name,
            parameters=parameters.load(), wanted="boolean",
        )
        for one in codebook.answers(level)
        if one.relevant
    }  # fmt: skip


@lru_cache(maxsize=2)
def _gates(level: Level) -> tuple[_Gate, ...]:
    """The gates of a level in the order of asking; a question depends on earlier ones only."""
    codebook = codebooks.load()
    gates = []
    for inputs, group in groupby(rules(level).items(), key=lambda rule: rule[1].inputs):
        together = tuple(group)
        asked = frozenset(name for name in inputs if codebook.variable(name).stored == "answers")
        alone = not any(rule.member_inputs or rule.parameters for _, rule in together)
        gates.append(_Gate(together, inputs, asked, alone))
    return tuple(gates)


def _asked(document: Document, rows: Mapping[int | None, _Row]) -> Asked:
    return Asked(document, {person: row.hidden for person, row in rows.items()})


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
