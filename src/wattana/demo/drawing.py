"""What each authority of the demo brings: its files, and what its households answer.

Only chance, no database and no Django: it runs ahead in a process of its own (`kit.ahead`).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from wattana.demo import answers, files
from wattana.demo.people import Home, Person, homes

_MISSED = (0.06, 0.05, 0.12)  # shares of households that a round did not reach

Who = tuple[str, str, int, int, int]
"""A person by name and birth, as the register has them."""


@dataclass(frozen=True)
class Answered:
    """A visit: the household by the file's key, and what it and its members say."""

    household: str
    year: int
    surveyed_on: dt.date
    answers: answers.Answers
    persons: list[tuple[Who, answers.Answers]]


@dataclass(frozen=True)
class Brought:
    """One authority's two files and its rounds; `chance` goes on from where it ended."""

    owner: str
    lists: bytes
    people: bytes
    households: int
    persons: int
    rounds: list[list[Answered]]
    chance: Any


def drawn(
    seed: int, villages: list[tuple[str, str]], households: int, days: list[dt.date]
) -> Iterator[Brought]:
    """Authority by authority; `days` are the middle days of the rounds."""
    draw = Random(seed)
    each = homes(draw, villages, households, days[0])
    for owner, group in itertools.groupby(each, key=lambda home: home.owner):
        some = list(group)
        lists = files.of_households((home, files.lists_of(draw, home)) for home in some)
        rounds = [list(_visits(draw, some, *one)) for one in enumerate(days, 1)]
        people = sum(len(home.persons) for home in some)
        yield Brought(
            owner, lists, files.of_people(some), len(some), people, rounds, draw.getstate()
        )


def _visits(draw: Random, some: list[Home], number: int, day: dt.date) -> Iterator[Answered]:
    for home in some:
        if draw.random() < _MISSED[min(number, 3) - 1]:
            continue  # not reached in this round
        said, each = answers.of_round(draw, home, number, number - 1)
        when = day + dt.timedelta(days=draw.randint(-40, 40))
        people = [(_who(person), one) for person, one in zip(home.persons, each, strict=True)]
        yield Answered(files.key(home), day.year, when, said, people)


def _who(person: Person) -> Who:
    born = person.birth
    return person.first_name, person.last_name, born.year, born.month, born.day
