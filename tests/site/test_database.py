"""How pages talk to PostgreSQL (`settings.DATABASES`)."""

from __future__ import annotations

import pytest
from django.db import connection

from tests import factories
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
