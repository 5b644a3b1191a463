"""How pages talk to PostgreSQL (`settings.DATABASES`)."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests import factories
from tests.site.commands import wattana
from wattana.areas import queries as areas

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL only"),
]


def told(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_a_statement_that_comes_again_is_prepared():
    factories.area("330103")
    for _ in range(4):
        assert areas.breadcrumb("330103")
    prepared = [text for (text,) in told("SELECT statement FROM pg_prepared_statements")]
    assert any('FROM "areas_area"' in text for text in prepared)


def test_small_questions_are_not_compiled():
    assert told("SHOW jit") == [("off",)]


NO_SERVER, NO_ENTRY = "Check that the server runs", "Check user name and password"


@pytest.mark.parametrize(
    ("part", "instead", "advice"),
    [
        ("path", "/nowhere", "has no database of the name"),
        ("query", "host=/nowhere", NO_SERVER),
        ("netloc", "stranger:Geheim1@", NO_ENTRY),
    ],
)
def test_a_part_of_the_address_that_is_wrong_is_named(tmp_path, part, instead, advice):
    wrong = urlsplit(os.environ["WATTANA_DATABASE"])._replace(**{part: instead}).geturl()
    said = told_of(tmp_path, wrong)
    assert advice in said
    assert "disk" not in said and "Geheim1" not in said


def told_of(folder, address: str) -> str:
    done = wattana(folder, "install", WATTANA_DATABASE=address)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    return done.stderr
