"""Where the list of missing rights starts, which SQLite has to find without statistics."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.entitlements.conftest import misses
from tests.plans import plan_of
from wattana.entitlements import queries
from wattana.entitlements.queries import Filters

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="PostgreSQL chooses by its statistics"
    ),
]
SCOPES = [("33", ""), ("3301", ""), ("330103", ""), ("33010301", ""), ("33", "330103")]


def viewer(area: str):
    return factories.viewer("tambon_officer", areas=(area,))


def plans(ask) -> list[str]:
    """How each question to the missing rights is answered."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    return [plan_of(one["sql"]) for one in captured if '"entitlements_missing"' in one["sql"]]


@pytest.mark.parametrize(("scope", "area"), SCOPES, ids=str)
def test_a_page_starts_with_the_households_but_of_a_province_with_the_order(run, scope, area):
    for number in range(60):
        misses(run, 7200 + number)
    for plan in plans(lambda: queries.missing_list(viewer(scope), Filters(area=area))):
        first = next(line for line in plan.splitlines() if "SEARCH" in line or "SCAN" in line)
        if scope == "33" and not area:
            assert "missing_largest" in first and "TEMP B-TREE" not in plan, plan
        else:
            assert "SEARCH registry_household" in first, plan
            assert "entitlements_missing USING INDEX entitlements_missing_household" in plan, plan


@pytest.mark.parametrize("scope", ["3301", "330103"])
def test_the_sums_of_areas_start_with_the_households(run, scope):
    misses(run, 7200)
    (plan,) = plans(lambda: queries.missing_by_area(viewer(scope), 8))
    assert plan.startswith("SEARCH registry_household"), plan
