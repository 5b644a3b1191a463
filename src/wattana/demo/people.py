"""Households with a believable structure: who lives together, how old, related how."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from wattana.demo import names
from wattana.thai import national_id

# Shapes of rural households in the north-east and how often they are drawn: many grandparents raise
# grandchildren whose parents work away. Their mean size is near the 4.7 of the published survey
# (110,889 members in 23,462 households).
_SHAPES = {
    "old_alone": 3,
    "old_couple": 5,
    "skipped_generation": 14,
    "couple_with_children": 20,
    "three_generations": 48,
    "lone_parent": 7,
    "adult_siblings": 3,
}


@dataclass
class Person:
    """One invented person; `years` is the age on the reference day."""

    relation: str
    sex: str
    years: int
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    birth: dt.date = dt.date(2000, 1, 1)
    national_id: str = ""
    no_id_reason: str = ""
    registered: str = "here_lives"
    phone: str = ""
    married: bool = False


@dataclass
class Home:
    """One invented household; `hardship` is latent and standard normal, higher is harder."""

    number: int
    village: str
    owner: str
    house_no: str
    hardship: float
    shape: str
    persons: list[Person] = field(default_factory=list)

    @property
    def head(self) -> Person:
        return self.persons[0]


def homes(
    draw: Random, villages: list[tuple[str, str]], count: int, today: dt.date
) -> Iterator[Home]:
    """Draw `count` households spread evenly over `villages` (code, owner's code)."""
    shapes, weights = list(_SHAPES), list(_SHAPES.values())
    serial = 0
    reached = position = -1
    for number in range(count):
        here = number * len(villages) // count
        reached, position = here, position + 1 if here == reached else 0
        village, owner = villages[here]
        home = Home(
            number=number,
            village=village,
            owner=owner,
            house_no=_house_no(draw, position),
            hardship=draw.gauss(0, 1),
            shape=draw.choices(shapes, weights)[0],
        )
        home.persons = _members(draw, home.shape)
        _name(draw, home.persons)
        for person in home.persons:
            serial += 1
            _complete(draw, person, serial, today)
        yield home


def _house_no(draw: Random, position: int) -> str:
    number = str(position + 1)
    return f"{number}/{draw.randint(1, 9)}" if draw.random() < 0.2 else number


def _members(draw: Random, shape: str) -> list[Person]:
    return {
        "old_alone": _old_alone,
        "old_couple": _old_couple,
        "skipped_generation": _skipped_generation,
        "couple_with_children": _couple_with_children,
        "three_generations": _three_generations,
        "lone_parent": _lone_parent,
        "adult_siblings": _adult_siblings,
    }[shape](draw)


def _one(draw: Random, relation: str, low: int, high: int, sex: str = "") -> Person:
    sex = sex or draw.choice(("female", "male"))
    return Person(relation=relation, sex=sex, years=draw.randint(low, high))


def _couple(draw: Random, low: int, high: int) -> list[Person]:
    husband = _one(draw, "head", low, high, "male")
    wife = _one(draw, "spouse", max(low - 5, 18), husband.years, "female")
    husband.married = wife.married = True
    return [husband, wife]


def _children(draw: Random, relation: str, number: int, youngest: int, oldest: int) -> list[Person]:
    return [_one(draw, relation, youngest, oldest) for _ in range(number)]


def _old_alone(draw: Random) -> list[Person]:
    return [_one(draw, "head", 62, 92)]


def _old_couple(draw: Random) -> list[Person]:
    return _couple(draw, 60, 85)


def _skipped_generation(draw: Random) -> list[Person]:
    elders = (
        _couple(draw, 52, 74) if draw.random() < 0.7 else [_one(draw, "head", 52, 78, "female")]
    )
    return elders + _children(draw, "grandchild", draw.choice((1, 1, 2, 2, 3)), 0, 19)


def _couple_with_children(draw: Random) -> list[Person]:
    parents = _couple(draw, 33, 64)
    oldest = max(parents[1].years - 18, 1)
    youngest = max(parents[1].years - 42, 0)
    return parents + _children(draw, "child", draw.choice((1, 2, 2, 3, 3)), youngest, oldest)


def _three_generations(draw: Random) -> list[Person]:
    parents = _couple(draw, 36, 58)
    oldest = max(parents[1].years - 18, 1)
    elders = [_one(draw, "parent", parents[0].years + 20, min(parents[0].years + 32, 94), "female")]
    if draw.random() < 0.55:
        elders.append(_one(draw, "parent", elders[0].years, min(elders[0].years + 6, 96), "male"))
        elders[0].married = elders[1].married = True
    children = _children(draw, "child", draw.choice((1, 2, 2, 3, 3)), 0, oldest)
    others = [_one(draw, "sibling", 22, 55)] if draw.random() < 0.35 else []
    return parents + elders + children + others


def _lone_parent(draw: Random) -> list[Person]:
    parent = _one(draw, "head", 24, 50, draw.choice(("female", "female", "male")))
    children = _children(draw, "child", draw.choice((1, 1, 2, 3)), 0, max(parent.years - 18, 1))
    elders = [_one(draw, "parent", parent.years + 20, parent.years + 36, "female")]
    return [parent, *children, *(elders if draw.random() < 0.5 else [])]


def _adult_siblings(draw: Random) -> list[Person]:
    return [_one(draw, "head", 35, 65), *(_one(draw, "sibling", 30, 65) for _ in range(2))]


def _name(draw: Random, persons: list[Person]) -> None:
    family, in_law = names.surname(draw), names.surname(draw)
    for person in persons:
        taken = {other.first_name for other in persons}
        person.first_name = names.given(draw, person.sex, taken)
        married_in = person.relation == "spouse" and draw.random() < 0.25
        person.last_name = in_law if married_in else family
        person.title = names.title(person.sex, person.years, married=person.married)


def _complete(draw: Random, person: Person, serial: int, today: dt.date) -> None:
    person.birth = today - dt.timedelta(days=int(person.years * 365.25) + draw.randint(1, 360))
    if draw.random() < 0.992:
        person.national_id = invented_id(serial)
    else:
        person.no_id_reason = draw.choice(("never_registered", "stateless", "lost", "declined"))
    person.registered = draw.choices(("here_lives", "elsewhere_lives", "here_away"), (90, 6, 4))[0]
    if person.years >= 18 and draw.random() < 0.6:
        person.phone = f"0{draw.choice('689')}0000{draw.randint(0, 9999):04d}"


def invented_id(serial: int) -> str:
    """A 13-digit number of the unassigned class 9 with a valid check digit."""
    body = f"9{serial:011d}"
    return next(body + digit for digit in "0123456789" if national_id.is_valid(body + digit))
