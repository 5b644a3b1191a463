from __future__ import annotations

import pytest
from django.db import connection

from tests.waiting import turn_of_another
from wattana.kit import turns

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


def test_a_turn_ends_with_a_failure():
    with pytest.raises(ZeroDivisionError), turns.turn("work", lambda: None):
        raise ZeroDivisionError
    with turn_of_another("work"):
        pass


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite only")
def test_work_that_nobody_watches_waits_longer_than_a_page():
    seconds = connection.settings_dict["OPTIONS"]["timeout"]
    turns.be_patient()
    (waits,) = connection.connection.execute("PRAGMA busy_timeout").fetchone()
    connection.connection.execute(f"PRAGMA busy_timeout = {seconds * 1000}")
    assert waits > seconds * 1000
