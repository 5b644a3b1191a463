"""Where the questions to visits start, which SQLite has to find without statistics."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.plans import plan_of
from wattana.surveys import queries

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="PostgreSQL chooses by its statistics"
    ),
]


@pytest.mark.parametrize("area", ["33", "3301", "330103", "33010301"])
def test_visits_before_approval_are_found_among_the_few_at_work(area):
    viewer = factories.viewer("tambon_officer", areas=(area,))
    with CaptureQueriesContext(connection) as captured:
        queries.work(viewer)
    asked = [
        one["sql"] for one in captured if "IN ('draft', 'submitted', 'returned')" in one["sql"]
    ]
    assert len(asked) == 3
    for sql in asked:
        plan = plan_of(sql)
        assert "USING INDEX visit_at_work" in plan.splitlines()[0], plan
        assert "TEMP B-TREE" not in plan
