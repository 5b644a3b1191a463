from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.entitlements.conftest import DUE, elder, misses, surveyed, years_ago
from tests.registry.conftest import office
from tests.registry.pages import text_of
from wattana.accounts.models import AuditEvent
from wattana.entitlements import ahead, queries
from wattana.entitlements.queries import Filters
from wattana.kernel import keys
from wattana.kit.pages import Count
from wattana.referrals.models import Referral

pytestmark = pytest.mark.django_db
ALLOWANCE, DISABILITY = "old_age_allowance", "disability_allowance"


def missing(client, **query):
    return client.get(reverse("entitlements:missing"), query)


def test_the_largest_amount_comes_first(sign_in, run):
    misses(run, 7200, first_name="น้อย")
    misses(run, 12000, first_name="มาก")
    said = text_of(missing(sign_in()))
    assert said.index("มาก") < said.index("น้อย")
    assert "12,000" in said and "Old-age allowance" in said
    assert "2 rights" in said


def test_the_page_for_the_family_is_one_step_away(sign_in, run):
    home = misses(run, 7200).household
    client = sign_in()
    address = reverse("entitlements:family_page", args=[home.pk])
    assert f'href="{address}"' in missing(client).content.decode()
    assert client.get(address)["Content-Type"] == "application/pdf"


def test_a_referral_of_a_missed_right_is_one_step_away(sign_in, run):
    missed = misses(run, 7200)
    client = sign_in()
    shown = missing(client).content.decode()
    assert "Prepare a referral" in shown
    person = keys.to_text(missed.person_id) if missed.person_id else ""
    assert f'name="person" value="{person}"' in shown
    address = reverse("referrals:refer_right", args=[missed.household_id])
    prepared = client.post(address, {"person": person, "programme": ALLOWANCE})
    assert prepared.status_code == 302 and "/draft/" in prepared["Location"]
    shown = missing(client).content.decode()
    assert "Prepare a referral" not in shown and Referral.objects.get().number in shown


def test_who_may_not_refer_is_offered_no_referral(sign_in, run):
    misses(run, 7200)
    assert "Prepare a referral" not in missing(sign_in("province_officer")).content.decode()


def test_a_right_whose_registration_is_over_is_listed_with_its_last_day(sign_in, run):
    misses(run, 3600, programme="state_welfare_card")
    assert "The last registration known ended on 31 Oct 2022." in text_of(missing(sign_in()))


def test_a_right_without_time_of_registration_is_listed_without(sign_in, run):
    misses(run, 7200, programme="child_support_grant")
    assert "The last registration" not in text_of(missing(sign_in()))


def test_only_the_own_area_is_listed(sign_in, run):
    misses(run, 7200, first_name="ของเรา")
    misses(run, 8400, first_name="ของเขา", village="33010501",
           owner=factories.organization("6330105", areas=("330105",)))  # fmt: skip
    said = text_of(missing(sign_in()))
    assert "ของเรา" in said and "ของเขา" not in said
    assert "ของเขา" not in text_of(missing(sign_in(), area="330105"))


@pytest.mark.parametrize("areas", [("330103",), ("3301",), ("33",)], ids=str)
def test_whatever_the_scope_it_lists_and_counts_the_households_that_are_there(run, areas):
    viewer = factories.viewer("tambon_officer", areas=areas)
    other = factories.organization("BODY35", areas=("35",))
    kept = {misses(run, 7200 + number).household_id for number in range(55)}
    gone = misses(run, 9200).household
    gone.status = "moved"
    gone.save()
    misses(run, 9300, village="35010101", owner=other)
    first = queries.missing_list(viewer, Filters())
    second = queries.missing_list(viewer, Filters(), first.page.next)
    listed = [row.household for row in (*first.rows, *second.rows)]
    assert kept == set(listed) and len(listed) == 55
    assert first.count == second.count == Count(55, capped=False)
    assert listed == [row.household for row in sorted(first.rows + second.rows, key=_largest)]


def _largest(row):
    return -row.satang_year


def test_what_tells_of_disability_is_listed_for_those_alone_who_may_see_it(sign_in, run):
    misses(run, 9600, first_name="ลับ", programme=DISABILITY, sensitive=True)
    assert "ลับ" in text_of(missing(sign_in()))
    district = sign_in("district_officer", office("D3301", ("3301",)))
    said = text_of(missing(district))
    assert "ลับ" not in said and "isability" not in said


def test_the_list_is_narrowed_by_village_programme_and_agency(sign_in, run):
    misses(run, 7200, first_name="หนึ่ง")
    misses(run, 7200, first_name="สอง", village="33010302", programme="child_support_grant")
    client = sign_in()
    for query, named, left in (
        ({"area": "33010301"}, "หนึ่ง", "สอง"),
        ({"programme": "child_support_grant"}, "สอง", "หนึ่ง"),
        ({"agency": "local_authority"}, "หนึ่ง", "สอง"),
    ):
        said = text_of(missing(client, **query))
        assert named in said and left not in said, query


@pytest.mark.parametrize(
    "query", [{"area": "x"}, {"programme": "nonsense"}, {"agency": "'"}, {"page": "forged"}]
)
def test_a_filter_that_no_form_offers_is_refused(sign_in, run, query):
    assert missing(sign_in(), **query).status_code == 400


def test_figures_alone_are_for_roles_without_lists(sign_in, run):
    for role in ("researcher", "agency_caseworker"):
        client = sign_in(role, office("U33", ("33",)))
        assert missing(client).status_code == 403
        assert client.get(reverse("entitlements:ahead")).status_code == 403
        assert client.get(reverse("entitlements:programmes")).status_code == 200


def test_reading_the_list_is_audited_without_names(sign_in, run):
    misses(run, 7200)
    missing(sign_in(), programme=ALLOWANCE)
    event = AuditEvent.objects.get(action="rights.list")
    assert event.detail == {"filters": ["programme"], "rows": 1}


def test_a_page_of_the_list_costs_a_fixed_number_of_queries(
    sign_in, run, django_assert_max_num_queries
):
    for number in range(60):
        misses(run, 7200 + number)
    client = sign_in()
    with django_assert_max_num_queries(15):
        page = missing(client)
    assert "Next page" in page.content.decode()


def test_before_the_first_run_the_list_says_so(sign_in):
    assert "have not been worked out yet" in text_of(missing(sign_in()))


# --- birthdays ahead


def turning(home, age, days, **more):
    """Somebody who comes to an age so many days from now."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return elder(home, birth_year=day.year - age, birth_month=day.month, birth_day=min(day.day, 28),
                 **more)  # fmt: skip


def test_who_turns_sixty_within_a_year_is_named_with_the_right(sign_in):
    home = factories.household(owner=office())
    soon, later = turning(home, 60, 60, first_name="ใกล้"), turning(home, 60, 300, first_name="ไกล")
    surveyed(home, {soon: DUE, later: DUE})
    said = text_of(sign_in().get(reverse("entitlements:ahead")))
    assert said.index("ใกล้") < said.index("ไกล")
    assert "Old-age allowance (is due" in said


def test_nobody_is_named_who_is_ruled_out_or_too_far_away(sign_in):
    home = factories.household(owner=office())
    foreign = turning(home, 60, 60, first_name="ต่างชาติ")
    young = elder(home, age=40, first_name="หนุ่ม")
    surveyed(home, {foreign: {"thai_national": False, "state_pension": False}, young: DUE})
    said = text_of(sign_in().get(reverse("entitlements:ahead")))
    assert "ต่างชาติ" not in said and "หนุ่ม" not in said


def test_birthdays_of_another_area_are_not_shown(sign_in):
    home = factories.household(
        "33010501", owner=factories.organization("6330105", areas=("330105",))
    )
    turning(home, 60, 60, first_name="ที่อื่น")
    for query in ({}, {"area": "330105"}):
        page = sign_in().get(reverse("entitlements:ahead"), query)
        assert "ที่อื่น" not in page.content.decode()


def test_a_birth_known_by_year_alone_counts_from_new_year(sign_in):
    home = factories.household(owner=office())
    elder(home, birth_year=years_ago(-1) - 60, birth_month=None, birth_day=None, first_name="ปีเดียว")
    page = sign_in().get(reverse("entitlements:ahead"))
    assert "ปีเดียว" in page.content.decode()


def test_birthdays_cost_a_fixed_number_of_queries(sign_in, django_assert_max_num_queries):
    for number in range(30):
        home = factories.household(owner=office(), house_no=str(number))
        surveyed(home, {turning(home, 60, 30 + number): DUE})
    client = sign_in()
    with django_assert_max_num_queries(17):
        page = client.get(reverse("entitlements:ahead")).content.decode()
    assert page.count("Old-age allowance") == 25 and "Next page" in page
    assert AuditEvent.objects.get(action="rights.ahead").detail["rows"] == 25


def test_every_birthday_is_on_one_of_the_pages_the_next_first(sign_in, monkeypatch):
    monkeypatch.setattr(ahead, "_PAGE", 2)
    home = factories.household(owner=office())
    days = [330, 20, 200, 90, 150]
    people = {turning(home, 60, number, first_name=f"วัน{number}"): DUE for number in days}
    surveyed(home, people)
    client, address, seen = sign_in(), reverse("entitlements:ahead") + "?area=33", []
    while address:
        page = client.get(address).content.decode()
        seen.append([int(one) for one in re.findall(r"วัน(\d+)", page)])
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = reverse("entitlements:ahead") + unescape(found[1]) if found else ""
    assert seen == [[20, 90], [150, 200], [330]]
    assert client.get(reverse("entitlements:ahead"), {"page": "made up"}).status_code == 400


def test_a_page_on_which_everybody_is_ruled_out_leads_on(sign_in, monkeypatch):
    monkeypatch.setattr(ahead, "_PAGE", 1)
    home = factories.household(owner=office())
    foreign, due = turning(home, 60, 60), turning(home, 60, 90, first_name="ถึงวัย")
    surveyed(home, {foreign: {"thai_national": False, "state_pension": False}, due: DUE})
    page = sign_in().get(reverse("entitlements:ahead")).content.decode()
    assert "everybody is ruled out" in page and "Next page" in page and "ถึงวัย" not in page


@pytest.mark.parametrize(
    ("today", "born", "birthday"),
    [
        (dt.date(2026, 11, 28), (1966, 11, 28), None),  # today
        (dt.date(2026, 11, 28), (1967, 11, 28), dt.date(2027, 11, 28)),
        (dt.date(2026, 11, 28), (1966, 11, 29), dt.date(2026, 11, 29)),
        (dt.date(2026, 11, 28), (1967, 1, None), dt.date(2027, 1, 1)),
        (dt.date(2026, 11, 28), (1967, None, None), dt.date(2027, 1, 1)),
        (dt.date(2027, 3, 1), (1968, 2, 29), dt.date(2028, 2, 29)),
        (dt.date(2027, 12, 31), (1968, 12, 31), dt.date(2028, 12, 31)),
    ],
)
def test_the_birthday_within_a_year_is_found(today, born, birthday):
    home = factories.household(owner=office())
    year, month, day = born
    person = factories.person(home, birth_year=year, birth_month=month, birth_day=day)
    found = {one.pk: one.birthday for one in ahead._coming(today)}
    assert found == ({person.pk: int(f"{birthday:%Y%m%d}")} if birthday else {})


@pytest.mark.parametrize(
    "route", ["registry:list", "registry:export", "entitlements:missing", "entitlements:ahead"]
)
def test_an_area_out_of_scope_is_not_found_on_any_list(sign_in, run, route):
    """The same answer as on the pages of areas, so that no list tells more than another."""
    factories.area("330105")
    client = sign_in()
    assert client.get(reverse(route), {"area": "330105"}).status_code == 404
    assert client.get(reverse(route), {"area": "330103"}).status_code == 200
