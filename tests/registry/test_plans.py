"""The main lists start from an index and are never sorted, on both databases."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.plans import plan_of
from wattana.areas.models import Area
from wattana.registry.queries import Filters, household_list, search

pytestmark = pytest.mark.django_db
HOUSEHOLDS = 30_000
SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def register():
    """A district-rich province: 20 districts of 5 tambons of 10 villages, 30 households each."""
    owner = factories.organization()
    codes = [
        f"33{d:02}{t:02}{v:02}"
        for d in range(1, 21)
        for t in range(1, 6)
        for v in range(1, 11)
    ]  # fmt: skip
    wanted = {code[:length] for code in codes for length in (2, 4, 6, 8)}
    known = set(Area.objects.values_list("code", flat=True))
    for length in (2, 4, 6, 8):
        Area.objects.bulk_create(
            Area(code=code, level=length, parent_id=code[:-2] or None, name_th=code)
            for code in sorted(wanted - known)
            if len(code) == length
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH RECURSIVE g(n) AS (
                SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM g WHERE n < {HOUSEHOLDS}
            ),
            v(i, code) AS (
                SELECT row_number() OVER (ORDER BY code) - 1, code FROM areas_area WHERE level = 8
            )
            INSERT INTO registry_household (
                id, owner_id, area_id, household_code, house_code, house_no, road, status,
                list_status, standing_score, standing_level, created_at, source_key
            )
            SELECT 1000000 + n * 7, {owner.pk}, v.code, '', '33010' || (100000 + n),
                   CAST(n % 90 AS varchar(5)), '', 'active',
                   CASE WHEN n % 40 = 0 THEN 'added' ELSE 'from_list' END,
                   CASE WHEN n % 3 > 0 THEN 1000 + (n * 7919) % 3000 END,
                   CASE WHEN n % 3 > 0 THEN 1 + ((n * 7919) % 3000) / 750 END,
                   '2026-01-05 00:00:00+00:00', ''
            FROM g JOIN v ON v.i = n % 1000
            """
        )
        secret = "randomblob(32)" if SQLITE else "sha256(n::text::bytea)"
        cursor.execute(
            f"""
            WITH RECURSIVE g(n) AS (
                SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM g WHERE n < {HOUSEHOLDS}
            )
            INSERT INTO registry_person (
                id, household_id, relation, registered, title, first_name, last_name, first_key,
                last_key, sex, phone, no_id_reason, national_id_hash, national_id_sealed,
                created_at, source_key
            )
            SELECT n, 1000000 + n * 7, 'head', 'unknown', '', 'ก', 'ข', 'F' || n % 500,
                   'L' || n % 5000, '', '', CASE WHEN n % 20 = 0 THEN 'lost' ELSE '' END,
                   CASE WHEN n % 20 > 0 THEN {secret} END, CASE WHEN n % 20 > 0 THEN {secret} END,
                   '2026-01-05 00:00:00+00:00', ''
            FROM g
            """
        )
        if not SQLITE:  # on SQLite the plans must do without statistics
            cursor.execute("ANALYZE registry_household")
            cursor.execute("ANALYZE registry_person")


def page_plan(viewer, filters, cursor=None) -> str:
    with CaptureQueriesContext(connection) as captured:
        household_list(viewer, filters, cursor)
    pages = [q["sql"] for q in captured if "ORDER BY" in q["sql"] and "LIMIT 51" in q["sql"]]
    assert len(pages) == 1
    return plan_of(pages[0])


def assert_by_index(plan: str, index: str) -> None:
    if SQLITE:  # PostgreSQL may find another index that gives the order as well
        assert index in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    assert "SCAN registry_household" not in plan
    assert "Seq Scan" not in plan


CASES = [
    ("33", {}, "household_province_rank"),
    ("3305", {}, "household_district_rank"),
    ("330503", {}, "household_tambon_rank"),
    ("33", {"area": "3305"}, "household_district_rank"),
    ("33", {"area": "330503"}, "household_tambon_rank"),
    ("33", {"level": "1"}, "household_province_rank"),
    ("33", {"level": "none"}, "household_province_rank"),
    ("3305", {"level": "4"}, "household_district_rank"),
    ("33", {"list_status": "added"}, "household_province_rank"),
    ("33", {"surveyed": "no"}, "household_unsurveyed"),
    ("330503", {"surveyed": "no"}, "household_tambon_rank"),
    ("33", {"sort": "place"}, "household_place"),
    ("3305", {"sort": "place"}, "household_place"),
    ("330503", {"sort": "place"}, "household_place"),
]


@pytest.mark.parametrize(("scope", "filters", "index"), CASES, ids=str)
def test_first_and_later_pages_start_from_an_index(register, scope, filters, index):
    viewer = factories.viewer("tambon_officer", areas=(scope,))
    wanted = Filters(**filters)
    assert_by_index(page_plan(viewer, wanted), index)
    following = household_list(viewer, wanted).page.next
    if following:
        assert_by_index(page_plan(viewer, wanted, following), index)


@pytest.mark.skipif(not SQLITE, reason="PostgreSQL chooses by its statistics")
@pytest.mark.parametrize("filters", [{"no_id": "yes"}, {"no_id": "yes", "level": "2"}], ids=str)
def test_people_without_number_are_probed_along_the_order(register, filters):
    viewer = factories.viewer(areas=("3305",))
    plan = page_plan(viewer, Filters(**filters))
    assert_by_index(plan, "household_district_rank")
    assert "person_of_household" in plan


@pytest.mark.skipif(SQLITE, reason="SQLite's plan does not tell what an index answers")
@pytest.mark.parametrize("scope", ["3305", "330503"])
def test_who_is_not_yet_surveyed_is_told_by_the_index_of_the_order(register, scope):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_household SET surveyed_on = '2026-01-05' WHERE id % 10 < 7")
        cursor.execute("ANALYZE registry_household")
    plan = page_plan(factories.viewer(areas=(scope,)), Filters(surveyed="no"))
    asked = [line for line in plan.splitlines() if "surveyed_on IS NULL" in line]
    assert asked and all("Index Cond" in line for line in asked)


def test_several_tambons_are_read_by_their_index(register):
    viewer = factories.viewer(areas=("330103", "330105", "330201"))
    plan = page_plan(viewer, Filters())
    assert "household_tambon_rank" in plan
    assert "Seq Scan" not in plan
    assert "SCAN registry_household" not in plan


def test_a_count_of_a_long_list_stops_at_the_cap(register):
    viewer = factories.viewer(areas=("33",))
    with CaptureQueriesContext(connection) as captured:
        found = household_list(viewer, Filters())
    assert (found.count.number, found.count.capped) == (1000, True)
    counts = [q["sql"] for q in captured if "COUNT" in q["sql"]]
    assert len(counts) == 1
    assert "LIMIT 1001" in counts[0]


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("33010100077", "household_house_code"),
        ("สมศรี ใจดี", "person_sound"),
        ("9330100001018", "national_id"),
    ],
)
def test_a_search_starts_from_an_index(register, text, index):
    viewer = factories.viewer(areas=("33",))
    with CaptureQueriesContext(connection) as captured:
        search(viewer, text)
    plans = [plan_of(q["sql"]) for q in captured if q["sql"].startswith("SELECT")]
    assert any(index in plan or "autoindex_registry_person" in plan for plan in plans)


def test_a_name_that_few_bear_is_looked_for_among_the_names_not_the_households(register):
    with CaptureQueriesContext(connection) as captured:
        assert search(factories.viewer(areas=("33",)), "ศรีทวีสาธิต").by == "nothing"
    plans = [plan_of(q["sql"]) for q in captured if 'FROM "registry_person"' in q["sql"]]
    named = [plan for plan in plans if "person_sound" in plan or "person_last_sound" in plan]
    assert len(named) == 4, "first and last name: as they sound, as they begin"
    assert not any("registry_household" in plan or "Seq Scan" in plan for plan in plans)
