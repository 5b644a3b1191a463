"""Builds the demo province as a real one grows: files come in, surveys follow, results stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random
from typing import Any

from django.db import connection
from django.utils import timezone

from wattana.accounts.models import Organization
from wattana.accounts.viewer import System
from wattana.assessment import actions as assessment
from wattana.assessment.prediction import actions as predictions
from wattana.assessment.queries import MEASURES
from wattana.demo import field_work, grievances, partners, referrals
from wattana.demo.drawing import Answered, Brought, Who, drawn
from wattana.entitlements import runs as rights
from wattana.kit.ahead import ahead
from wattana.methods.prediction.training import TooFew
from wattana.registry.imports import actions as imports
from wattana.registry.imports import checking
from wattana.registry.imports.kinds import Job
from wattana.registry.models import Household, Person
from wattana.surveys.actions import bulk

Progress = Callable[[str, int, int], None]
WHOLE_PROVINCE_ABOVE = 30_000
_FIRST_AUTHORITY = "6330113"  # where the demo's tambon officer works
_LIST_YEAR = 2023  # CE, the year of the lists that the first visits went out with


def build(*, households: int, rounds: int, seed: int, progress: Progress) -> dict[str, Any]:
    """Fill an empty installation; returns what was made, with the demo accounts.

    The same seed makes the same people and answers; keys and times differ.
    """
    by, today = System(), timezone.localdate()
    whole = households > WHOLE_PROVINCE_ABOVE
    villages = partners.villages(whole_province=whole)
    with ahead(drawn, seed, villages, households, _round_days(today, rounds)) as brought:
        progress("Organisations, agreements, accounts", 0, 1)
        made = partners.set_up(whole_province=whole, today=today, by=by)
        progress("Organisations, agreements, accounts", 1, 1)
        draw, people, done = Random(), 0, 0
        for one in brought:
            _bring_in(made[one.owner], one, by)
            draw.setstate(one.chance)
            people += one.persons
            done += one.households
            progress("Lists, people and surveys come in", done, households)
    field_work.verify(draw)
    field_work.leave_work_open(draw)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # so that the first pages use the right indexes
    _assess(by, progress)
    referrals.bring_in(
        made[_FIRST_AUTHORITY], seed, by,
        lambda share: progress("Half a year of referrals", round(share * 100), 100),
    )  # fmt: skip
    grievances.bring_in(made[_FIRST_AUTHORITY], by)
    if not whole:
        with suppress(TooFew):  # in a small demo
            predictions.train(by=by, kind=predictions.Kind.AGAIN)
    accounts = [
        {"username": a["username"], "role": a["role"]} for a in partners.province()["accounts"]
    ]
    return {"households": households, "persons": people, "rounds": rounds, "seed": seed,
            "accounts": accounts}  # fmt: skip


def _round_days(today: dt.date, rounds: int) -> list[dt.date]:
    """The middle day of each yearly round, the last one some months ago."""
    last = today - dt.timedelta(days=150)
    return [last.replace(year=last.year - back, day=15) for back in reversed(range(rounds))]


def _bring_in(owner: Organization, brought: Brought, by: System) -> None:
    """One authority's files and survey rounds."""
    _import("households", brought.lists, owner, by)
    _import("persons", brought.people, owner, by)
    known = _keys(owner)
    for visits in brought.rounds:
        rows = (_visit(one, *known[one.household]) for one in visits)
        bulk.save_many(rows, by=by, organization=owner.pk)


def _import(kind: str, content: bytes, owner: Organization, by: System) -> None:
    batch = imports.upload(
        pieces=[content], name=f"{kind}.csv", kind=kind, year=_LIST_YEAR, by=by, organization=owner
    )
    imports.bring(batch=batch, by=by, accept_valid=True, read=_all_good)


def _all_good(job: Job) -> None:
    """The demo's files have no faults."""
    if faults := checking.faults(job, count=1):
        raise ValueError(faults)


_Known = Mapping[str, tuple[int, Mapping[Who, int]]]


def _keys(owner: Organization) -> _Known:
    """Household key by the file's key, with the keys of its people by name and birth."""
    found: dict[str, tuple[int, dict[Who, int]]] = {}
    by_key: dict[int, dict[Who, int]] = {}
    for row in Household.objects.filter(owner=owner).values_list("source_key", "id"):
        by_key[row[1]] = {}
        found[row[0]] = (row[1], by_key[row[1]])
    people = Person.objects.filter(household__owner=owner).values_list(
        "household", "id", "first_name", "last_name", "birth_year", "birth_month", "birth_day"
    )
    for household, key, *who in people:
        by_key[household][tuple(who)] = key
    return found


def _visit(said: Answered, household: int, people: Mapping[Who, int]) -> bulk.BulkVisit:
    return bulk.BulkVisit(
        household=household,
        year=said.year,
        round=1,
        surveyed_on=said.surveyed_on,
        answers=said.answers,
        persons=[bulk.BulkPerson(people[who], one) for who, one in said.persons if who in people],
    )


def _assess(by: System, progress: Progress) -> None:
    progress("Snapshot and assessment", 0, 1)
    snapshot = assessment.take_snapshot(by=by)
    for measure in MEASURES:
        assessment.run(snapshot=snapshot, measure=measure, by=by)
    rights.run(snapshot=snapshot, by=by)
    progress("Snapshot and assessment", 1, 1)
