"""What is referred to whom: `rulebook/referrals.yaml`, read strictly."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from wattana.kernel.problems import N_
from wattana.rules import programmes
from wattana.rules.files import Table, Words, read
from wattana.rules.programmes.model import Agency
from wattana.rules.programmes.reading import Desk

CAPITALS = ("human", "physical", "financial", "natural", "social")
REGISTER, ANSWER = "register", "answer"
STATUSES = ("stated", "proposed")
_NOTHING_CALLED = N_("%(place)s: nothing is called “%(name)s” here. Write one of: %(known)s.")


@dataclass(frozen=True)
class Field:
    """A fact that an agency may be shown; `variable` is asked in visits, "" in the register."""

    id: str
    title: Words
    variable: str
    sensitive: bool


@dataclass(frozen=True)
class Service:
    """A kind of need with the agencies that meet it, the first proposed.

    `fields` are the facts that they see, `documents` those that they usually ask for, `programmes`
    the rights that belong here; `sensitive` cases are open to named members only. `status` is
    "stated" by a source or "proposed".
    """

    id: str
    title: Words
    dimension: str
    capital: str
    indicators: tuple[str, ...]
    agencies: tuple[str, ...]
    fields: tuple[str, ...]
    documents: tuple[str, ...]
    programmes: tuple[str, ...]
    sensitive: bool
    status: str


@dataclass(frozen=True)
class Clocks:
    """Working days for a step; calendar days for the code and the answer of a household."""

    to_district: int
    other: int
    urgent: int
    escalate_after: int
    confirm_code_days: int
    correct_answer_days: int


@dataclass(frozen=True)
class Book:
    """The whole file, and the agencies and documents that it names."""

    dimensions: Mapping[str, Words]
    fields: Mapping[str, Field]
    services: Mapping[str, Service]
    reasons: Mapping[str, Mapping[str, Words]]
    clocks: Clocks
    agencies: Mapping[str, Agency]
    documents: Mapping[str, Words]

    def of_indicator(self, code: str) -> tuple[Service, ...]:
        """The services that answer a low score of an indicator, in the order of the file."""
        return tuple(one for one in self.services.values() if code in one.indicators)

    def of_programme(self, programme: str) -> Service:
        """The service under which a missing right of a programme is referred."""
        named = (one for one in self.services.values() if programme in one.programmes)
        return next(named, next(iter(self.services.values())))


@cache
def load() -> Book:
    """The referral table. Raises `Invalid` that names file, place and key."""
    desk = programmes.desk()
    table = read("referrals.yaml")
    dimensions = _labels(table, "dimensions")
    fields = {key: _field(key, one, desk) for key, one in table.table("fields").named()}
    book = Book(
        dimensions=dimensions,
        fields=fields,
        services={
            key: _service(key, one, dimensions, fields, desk)
            for key, one in table.table("services").named()
        },
        reasons=_reasons(table),
        clocks=_clocks(table.table("clocks")),
        agencies=desk.agencies,
        documents=desk.documents,
    )
    table.end()
    return book


def _labels(table: Table, key: str) -> dict[str, Words]:
    inner = table.table(key)
    return {name: inner.words(name) for name in inner.raw}


def _reasons(table: Table) -> dict[str, dict[str, Words]]:
    inner = table.table("reasons")
    return {action: _labels(inner, action) for action in inner.raw}


def _field(key: str, table: Table, desk: Desk) -> Field:
    title = table.words("title")
    if table.one_of("from", (REGISTER, ANSWER)) == REGISTER:
        found = Field(key, title, "", False)
    else:
        name = table.text("variable")
        if name not in desk.codebook.variables:
            known = ", ".join(difflib.get_close_matches(name, desk.codebook.variables)) or "–"
            table.refuse(_NOTHING_CALLED, key="variable", name=name, known=known)
        variable = desk.codebook.variables[name]
        found = Field(key, title, name, variable.sensitivity == "sensitive")
    table.end()
    return found


def _service(
    key: str, table: Table, dimensions: Mapping[str, Words], fields: Mapping[str, Field],
    desk: Desk,
) -> Service:  # fmt: skip
    made = Service(
        id=key,
        title=table.words("title"),
        dimension=table.one_of("dimension", tuple(dimensions)),
        capital=table.one_of("capital", CAPITALS) if "capital" in table else "",
        indicators=table.texts("indicators"),
        agencies=_known(table, "agencies", desk.agencies),
        fields=_known(table, "fields", fields),
        documents=_known(table, "documents", desk.documents),
        programmes=table.texts("programmes"),
        sensitive=table.flag("sensitive"),
        status=table.one_of("status", STATUSES),
    )
    if not made.agencies:
        table.refuse(N_("%(place)s: “%(key)s” needs at least one entry."), key="agencies")
    table.end()
    return made


def _known(table: Table, key: str, known: Mapping[str, object]) -> tuple[str, ...]:
    names = table.texts(key)
    for name in names:
        if name not in known:
            table.refuse(_NOTHING_CALLED, key=key, name=name, known=", ".join(known))
    return names


def _clocks(table: Table) -> Clocks:
    names = (
        "to_district", "other", "urgent", "escalate_after", "confirm_code_days",
        "correct_answer_days",
    )  # fmt: skip
    clocks = Clocks(**{name: int(table.number(name)) for name in names})
    table.end()
    return clocks
