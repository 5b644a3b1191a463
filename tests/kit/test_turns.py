from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from tests.waiting import turn_of_another
from wattana.kit import machine, turns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


def test_who_comes_second_waits_and_is_told_until_the_first_has_ended():
    with turn_of_another("work") as let_go:
        assert not turns.is_free("work")
        assert turns.is_free("other work")
        told = []

        def waiting() -> None:
            told.append("waiting")
            if len(told) == 2:
                let_go()

        with turns.turn("work", waiting):
            assert told == ["waiting", "waiting"]
    assert turns.is_free("work")


@pytest.mark.django_db(transaction=True)  # within one PostgreSQL would not look again
def test_who_waits_can_ask_for_whom_and_since_when():
    assert turns.holder("work") is None
    before = timezone.now().replace(microsecond=0)
    with turn_of_another("work", whose=77) as let_go:
        held = turns.holder("work")
        assert held and held.whose == 77 and before <= held.since <= timezone.now()
        assert turns.holder("other work") is None
        let_go()
    assert turns.holder("work") is None


def test_a_turn_ends_with_a_failure():
    with pytest.raises(ZeroDivisionError), turns.turn("work", lambda: None):
        raise ZeroDivisionError
    with turn_of_another("work"):
        pass


def test_work_that_nobody_watches_waits_longer_than_a_page():
    page = connection.copy()  # opened anew, as for a page
    turns.be_patient()
    try:
        assert _patience(connection) > _patience(page) > 0
    finally:
        page.close()
        connection.close()  # whose next user is a page again


def _patience(connection: BaseDatabaseWrapper) -> int:
    """Milliseconds that a connection waits for who writes."""
    asked = {
        "sqlite": "SELECT timeout FROM pragma_busy_timeout",
        "postgresql": "SELECT setting::int FROM pg_settings WHERE name = 'lock_timeout'",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_who_stands_alone_keeps_others_off_until_the_end_of_the_transaction():
    if connection.vendor == "sqlite":
        with transaction.atomic():  # one writes at a time: nothing is asked
            turns.alone("area", iter([1]))
        return
    with transaction.atomic():
        turns.beside("area", [1, 2])
        assert _others_may(turns.beside, 1)
        assert not _others_may(turns.alone, 2)
        turns.alone("area", [3])
        assert not _others_may(turns.beside, 3)
        assert _others_may(turns.alone, 4)
    assert _others_may(turns.alone, 3)


def _others_may(hold: Callable[[str, list[int]], None], number: int) -> bool:
    """Whether another connection gets what it asks for at once; where not, it is told as busy."""
    answers: list[bool] = []

    def ask() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '50ms'")
                hold("area", [number])
                answers.append(True)
        except OperationalError as error:
            answers.append(not machine.is_busy(error))
        finally:
            connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(60)
    return answers[0]
