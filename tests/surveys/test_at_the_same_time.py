"""Two people who record one visit in the same moment, each in a transaction of her own."""

from __future__ import annotations

import datetime as dt
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests import factories
from wattana.surveys.actions import visits
from wattana.surveys.models import AnswerChange

DAY = dt.date(2026, 3, 1)


@pytest.mark.django_db(transaction=True)
def test_all_answers_to_different_questions_survive():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; its tests share one connection")
    visit = factories.visit(factories.household())
    names = ["tap_water", "bought_water", "home_phone", "alternative_energy", "digital_income"]
    start = Barrier(len(names))

    def record(name: str, user: int) -> None:
        by = factories.viewer("enumerator", user_id=user)
        start.wait(timeout=10)
        for value in ("false", "true"):
            visits.answer(visit=visit.pk, variable=name, value=value, by=by)
        connection.close()

    threads = [Thread(target=record, args=(name, user)) for user, name in enumerate(names, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    visit.refresh_from_db()
    assert visit.answers == dict.fromkeys(names, True)
    assert visit.revision == len(names) * 2
    assert AnswerChange.objects.filter(visit=visit).count() == len(names) * 2


@pytest.mark.django_db(transaction=True)
def test_a_round_begun_twice_in_one_moment_is_one_visit():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; its tests share one connection")
    home = factories.household()
    start, begun = Barrier(2), []

    def begin(user: int) -> None:
        by = factories.viewer("enumerator", user_id=user, organization_id=home.owner_id)
        start.wait(timeout=10)
        made = visits.start(
            household=home.pk, year=2026, round=1, surveyed_on=DAY, by=by,
        )  # fmt: skip
        begun.append(made.pk)
        connection.close()

    threads = [Thread(target=begin, args=(user,)) for user in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(begun) == 2 and len(set(begun)) == 1
