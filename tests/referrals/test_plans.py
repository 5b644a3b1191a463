"""What pages say of an area is read from an index of its cases alone, on both databases."""

from __future__ import annotations

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.plans import plan_of
from wattana.areas.models import Area
from wattana.referrals.queries import board

pytestmark = pytest.mark.django_db
HOUSEHOLDS, CASES = 10_000, 20_000
_PROVINCE = 2  # digits of its code
SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def cases():
    """20 districts of 5 tambons of 10 villages; of the cases a third are open, half were helped."""
    body = factories.organization("BODY", areas=("33",))
    codes = [f"33{d:02}{t:02}{v:02}" for d in range(1, 21) for t in range(1, 6) for v in range(10)]
    known = set(Area.objects.values_list("code", flat=True))
    for length in (2, 4, 6, 8):
        Area.objects.bulk_create(
            Area(code=code, level=length, parent_id=code[:-2] or None, name_th=code)
            for code in sorted({code[:length] for code in codes} - known)
        )
    with connection.cursor() as cursor:
        for statement in (_HOUSEHOLDS, _NEEDS, _CASES):
            cursor.execute(statement.format(body=body.pk, day=_DAY))
        if not SQLITE:  # on SQLite the plans must do without statistics
            cursor.execute("ANALYZE registry_household")
            cursor.execute("ANALYZE referrals_referral")
    return body


_DAY = (
    "date('now', (-({})) || ' days')" if SQLITE else "(CURRENT_DATE - CAST({} AS integer))"
).format("n % 700")
_NUMBERS = """
    WITH RECURSIVE g(n) AS (
        SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM g WHERE n < %d
    )"""
_HOUSEHOLDS = (
    _NUMBERS % HOUSEHOLDS
    + """, v(i, code) AS (
        SELECT row_number() OVER (ORDER BY code) - 1, code FROM areas_area
        WHERE level = 8 AND substr(code, 1, 2) = '33'
    )
    INSERT INTO registry_household (
        id, owner_id, area_id, household_code, house_code, house_no, road, status, list_status,
        created_at, source_key
    )
    SELECT n, {body}, v.code, '', '33010' || (100000 + n), '1', '', 'active', 'from_list',
           '2026-01-05 00:00:00+00:00', ''
    FROM g JOIN v ON v.i = n % 1000"""
)
_NEEDS = (
    _NUMBERS % CASES
    + f"""
    INSERT INTO referrals_need (
        id, household_id, owner_id, service, dimension, indicator, programme, severity, source,
        text, evidence, sensitive, state, reason, found_on, created_at
    )
    SELECT n, 1 + n * 7919 % {HOUSEHOLDS}, {{body}}, 'housing', 'living', '', 'b' || n, 2, 'survey',
           '', '', false, 'confirmed', '', {{day}}, '2026-01-05 00:00:00+00:00'
    FROM g"""
)
_CASES = (
    _NUMBERS % CASES
    + f"""
    INSERT INTO referrals_referral (
        id, number, need_id, household_id, area_code, sender_id, receiver_id, service, dimension,
        urgency, sensitive, state, version, basis, basis_note, shared, summary, created_at,
        sent_at, entered_at, entered_on, due_on, risk_on, tier, appealed, helped_on, helped_after,
        helped_again, closed_at
    )
    SELECT n, 'B-' || n, n, home.id, home.area_id, {{body}}, {{body}}, 'housing', 'living',
           'normal', false, CASE WHEN n % 3 = 0 THEN 'sent' ELSE 'closed' END, 1, 'vital', '',
           '[]', '', '2026-01-05 00:00:00+00:00', '2026-01-05 00:00:00+00:00',
           '2026-01-05 00:00:00+00:00', '2026-01-05', CASE WHEN n % 3 = 0 THEN {{day}} END,
           CASE WHEN n % 3 = 0 THEN {{day}} END, 0, false,
           CASE WHEN n % 4 > 1 THEN {{day}} END, CASE WHEN n % 4 > 1 THEN n % 90 END, false,
           CASE WHEN n % 3 > 0 THEN CAST('2026-01-05 00:00:00+00:00' AS {{time}}) END
    FROM g JOIN registry_household home ON home.id = 1 + n * 7919 % {HOUSEHOLDS}"""
).replace("{time}", "text" if SQLITE else "timestamptz")


def plans_of(viewer, area: str) -> list[str]:
    """The plans of what is asked about open cases and about days to help, in that order; first,
    on SQLite in a district, whether there are many."""
    with CaptureQueriesContext(connection) as captured:
        assert board.standing(viewer, area).open
    asked = [q["sql"] for q in captured if 'FROM "referrals_referral"' in q["sql"]]
    assert len(asked) in (2, 3)
    return [plan_of(sql) for sql in asked]


ASKED = {
    "33": ["33", "3305", "330503", "33050304"],
    "3305": ["3305", "330503", "33050304"],
    "330503": ["330503", "33050304"],
}


@pytest.mark.parametrize("scope", ASKED)
def test_what_is_said_of_an_area_is_read_from_its_part_of_an_index(cases, scope):
    viewer = factories.viewer("province_officer", areas=(scope,))
    for area in ASKED[scope]:
        *many, standing, helped = plans_of(viewer, area)
        for plan in many:
            assert_by_index(plan, "referral_open_area", area)
        assert_by_index(standing, "referral_open_area", area)
        assert_by_index(helped, "referral_helped_area", area)
        if SQLITE:  # in a small area PostgreSQL may find it in the same index
            assert "referrals_referral_need_id" in helped, "the first help of a need, by its key"


@pytest.mark.skipif(not SQLITE, reason="PostgreSQL chooses by its statistics")
@pytest.mark.parametrize("few", [CASES, 10])
def test_a_districts_households_are_read_once_for_many_cases_alone(cases, monkeypatch, few):
    monkeypatch.setattr(board, "_FEW", few)
    vars(connections[connection.alias]).pop("prepared", None)  # its SQL holds the bound
    viewer = factories.viewer("province_officer", areas=("3305",))
    _, standing, _ = plans_of(viewer, "3305")
    vars(connections[connection.alias]).pop("prepared", None)
    assert ("LIST SUBQUERY" in standing) == (few == 10), standing
    assert ("CORRELATED" in standing) == (few != 10), standing


def assert_by_index(plan: str, index: str, area: str) -> None:
    if SQLITE:
        assert "SCAN referrals_referral" not in plan
        assert f"INDEX {index} (area_code>? AND area_code<?)" in plan
    elif len(area) > _PROVINCE:  # of the whole province PostgreSQL may read the table in turn
        assert index in plan
        assert "Seq Scan on referrals_referral" not in plan
