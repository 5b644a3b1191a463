"""Facts that cannot be, or that contradict one another: told to the officer, never decided on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattana.kernel.problems import N_
from wattana.methods.rights.impossible import OLDEST, rules
from wattana.methods.rights.judging import Answer
from wattana.methods.rights.situation import Situation
from wattana.rules.book import Codebook
from wattana.rules.derived import derivations
from wattana.rules.programmes.facts import ID, Facts


@dataclass(frozen=True)
class Flag:
    """Something to look into. `message` is English with places, filled by `params`."""

    kind: str
    person: str | None
    variables: tuple[str, ...]
    message: str
    params: Mapping[str, Any]


def impossible(codebook: Codebook, facts: Facts, day: dt.date) -> tuple[Facts, list[Flag]]:
    """The facts without those that cannot be, and a flag for each of these."""
    flags: list[Flag] = []
    persons = []
    for one in sorted(facts.persons, key=lambda one: str(one[ID])):
        found = [
            Flag(rule.kind, one[ID], rule.variables, rule.message, {"oldest": OLDEST})
            for rule in rules(codebook)
            if rule.expression.value(one, (), day)
        ]
        left_out = {name for flag in found for name in flag.variables}
        flags += found
        persons.append({name: value for name, value in one.items() if name not in left_out})
    return Facts(facts.household, persons), flags


def contradictions(codebook: Codebook, facts: Facts, known: Situation) -> Iterator[Flag]:
    """Facts that were stated and yet follow differently from others; presumptions aside."""
    stated = {one[ID]: one for one in facts.persons}
    for name, one in derivations(codebook).items():
        if one.variable.presumed:
            continue
        rows = (
            [(None, facts.household, known.seen(None))]
            if one.variable.level == "household"
            else [(p[ID], stated[p[ID]], known.seen(p)) for p in known.persons]
        )
        for who, row, seen in rows:
            if _differs(row.get(name), seen.value(one.expression)):
                yield Flag(
                    "contradiction",
                    who,
                    (name, *one.expression.inputs),
                    N_("“%(name)s” does not fit with %(others)s."),
                    {"name": name, "others": ", ".join(one.expression.inputs)},
                )


def _differs(stated: Any, derived: Any) -> bool:
    if stated is None or derived is None:
        return False
    if isinstance(stated, bool):
        return bool(stated != derived)
    return abs(float(stated) - float(derived)) > 1


def of_answers(answers: Sequence[Answer], known: Situation) -> Iterator[Flag]:
    """The dead who receive, and programmes that exclude one another but are received together."""
    dead = {one[ID] for one in known.persons if one.get("deceased")}
    received = {(one.person, one.programme.id) for one in answers if one.received}
    for one in answers:
        if not one.received:
            continue
        if one.person in dead and one.programme.concerns == "living":
            yield Flag(
                "dead_and_receiving",
                one.person,
                ("died_on", "receives"),
                N_("Deceased, and yet receiving “%(programme)s”."),
                {"programme": one.programme.id},
            )
        for other in one.programme.excludes:
            if (one.person, other) in received:
                yield Flag(
                    "excluded_together",
                    one.person,
                    ("receives",),
                    N_("Receives “%(programme)s” and “%(other)s”, which exclude one another."),
                    {"programme": one.programme.id, "other": other},
                )
