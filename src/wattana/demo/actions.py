"""Builds the demo province as a real one grows: files come in, surveys follow, results stand."""

from __future__ import annotations

import datetime as dt
import itertools
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection
from django.utils import timezone

from wattana.accounts.models import Organization
from wattana.accounts.viewer import System
from wattana.assessment import actions as assessment
from wattana.assessment.prediction import actions as predictions
from wattana.assessment.queries import MEASURES
from wattana.demo import answers, field_work, files, grievances, partners, referrals
from wattana.demo.people import Home, homes
from wattana.entitlements import runs as rights
from wattana.methods.prediction.training import TooFew
from wattana.registry.imports import actions as imports
from wattana.registry.models import Household, Person
from wattana.surveys.actions import bulk

Progress = Callable[[str, int, int], None]
WHOLE_PROVINCE_ABOVE = 30_000
_FIRST_AUTHORITY = "6330113"  # where the demo's tambon officer works
_LIST_YEAR = 2023  # CE, the year of the lists that the first visits went out with


@dataclass(frozen=True)
class _Work:
    draw: Random
    today: dt.date
    by: System
    progress: Progress


def build(*, households: int, rounds: int, seed: int, progress: Progress) -> dict[str, Any]:
    """Fill an empty installation; returns what was made, with the demo accounts.

    The same seed makes the same people and answers; keys and times differ.
    """
    work = _Work(Random(seed), timezone.localdate(), System(), progress)
    whole = households > WHOLE_PROVINCE_ABOVE
    progress("Organisations, agreements, accounts", 0, 1)
    made = partners.set_up(whole_province=whole, today=work.today, by=work.by)
    progress("Organisations, agreements, accounts", 1, 1)
    villages = partners.villages(whole_province=whole)
    first = _round_days(work.today, rounds)[0]
    drawn = homes(work.draw, villages, households, first)
    by_owner = itertools.groupby(drawn, key=lambda home: home.owner)
    people = done = 0
    for owner, group in by_owner:
        some = list(group)
        done += len(some)
        people += _bring_in(work, made[owner], some, rounds)
        progress("Lists, people and surveys come in", done, households)
    field_work.verify(work.draw)
    field_work.leave_work_open(work.draw)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # so that the first pages use the right indexes
    _assess(work)
    referrals.bring_in(
        made[_FIRST_AUTHORITY], seed, work.by,
        lambda share: progress("Half a year of referrals", round(share * 100), 100),
    )  # fmt: skip
    grievances.bring_in(made[_FIRST_AUTHORITY], work.by)
    if not whole:
        with suppress(TooFew):  # in a small demo
            predictions.train(by=work.by, kind=predictions.Kind.AGAIN)
    accounts = [
        {"username": a["username"], "role": a["role"]} for a in partners.province()["accounts"]
    ]
    return {"households": households, "persons": people, "rounds": rounds, "seed": seed,
            "accounts": accounts}  # fmt: skip


def _round_days(today: dt.date, rounds: int) -> list[dt.date]:
    """The middle day of each yearly round, the last one some months ago."""
    last = today - dt.timedelta(days=150)
    return [last.replace(year=last.year - back, day=15) for back in reversed(range(rounds))]


def _bring_in(work: _Work, owner: Organization, some: list[Home], rounds: int) -> int:
    """One authority's files and survey rounds; returns how many people came in."""
    with tempfile.TemporaryDirectory() as folder:
        lists, people = Path(folder) / "households.csv", Path(folder) / "persons.csv"
        files.write_households(lists, ((home, files.lists_of(work.draw, home)) for home in some))
        files.write_people(people, some)
        _import(work, lists, "households", owner)
        _import(work, people, "persons", owner)
    known = _keys(owner)
    for number, day in enumerate(_round_days(work.today, rounds), 1):
        visits = _visits(work, some, known, number, day)
        bulk.save_many(visits, by=work.by, organization=owner.pk)
    return sum(len(home.persons) for home in some)


def _import(work: _Work, path: Path, kind: str, owner: Organization) -> None:
    batch = imports.upload(
        pieces=[path.read_bytes()], name=path.name, kind=kind, year=_LIST_YEAR, by=work.by,
        organization=owner,
    )  # fmt: skip
    imports.check(batch=batch, by=work.by)
    imports.commit(batch=batch, by=work.by)


_Known = Mapping[str, tuple[int, Mapping[tuple[Any, ...], int]]]


def _keys(owner: Organization) -> _Known:
    """Household key by the file's key, with the keys of its people by name and birth."""
    found: dict[str, tuple[int, dict[tuple[Any, ...], int]]] = {}
    by_key: dict[int, dict[tuple[Any, ...], int]] = {}
    for row in Household.objects.filter(owner=owner).values_list("source_key", "id"):
        by_key[row[1]] = {}
        found[row[0]] = (row[1], by_key[row[1]])
    people = Person.objects.filter(household__owner=owner).values_list(
        "household", "id", "first_name", "last_name", "birth_year", "birth_month", "birth_day"
    )
    for household, key, *who in people:
        by_key[household][tuple(who)] = key
    return found


def _visits(
    work: _Work, some: list[Home], known: _Known, number: int, day: dt.date
) -> Iterator[bulk.BulkVisit]:
    for home in some:
        if work.draw.random() < field_work.MISSED[min(number, 3) - 1]:
            continue  # not reached in this round
        household, people = known[files.key(home)]
        said, each = answers.of_round(work.draw, home, number, number - 1)
        when = day + dt.timedelta(days=work.draw.randint(-40, 40))
        yield bulk.BulkVisit(
            household=household,
            year=day.year,
            round=1,
            surveyed_on=when,
            answers=said,
            persons=[
                bulk.BulkPerson(people[_who(person)], one)
                for person, one in zip(home.persons, each, strict=True)
                if _who(person) in people
            ],
        )


def _who(person: Any) -> tuple[Any, ...]:
    born = person.birth
    return person.first_name, person.last_name, born.year, born.month, born.day


def _assess(work: _Work) -> None:
    work.progress("Snapshot and assessment", 0, 1)
    snapshot = assessment.take_snapshot(by=work.by)
    for measure in MEASURES:
        assessment.run(snapshot=snapshot, measure=measure, by=work.by)
    rights.run(snapshot=snapshot, by=work.by)
    work.progress("Snapshot and assessment", 1, 1)
