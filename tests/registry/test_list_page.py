from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from tests import factories
from tests.registry.conftest import office
from tests.registry.pages import listed, text_of
from wattana.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db
LIST = "/households/"


def home(name, village="33010301", **more):
    made = factories.household(village, **more)
    factories.person(made, first_name=name, last_name="", relation="head")
    return made


@pytest.fixture
def homes(db):
    return [
        home("ก", standing_score=1200, standing_level=1, standing_completeness=90,
             surveyed_on=dt.date(2025, 3, 1), list_status="confirmed_poor", house_no="3"),
        home("ข", "33010302", standing_score=2600, standing_level=3, standing_completeness=80,
             surveyed_on=dt.date(2025, 3, 1), house_no="2"),
        home("ค", house_no="1"),
    ]  # fmt: skip


def test_the_worst_off_come_first_and_the_unscored_last(sign_in, homes):
    page = sign_in().get(LIST)
    assert listed(page) == ["ก", "ข", "ค"]
    said = text_of(page)
    assert "3 households" in said
    assert "In hardship 1.20" in said
    assert "House 3, Moo 1, Tambon Khu Sot" in said


def test_a_household_whose_people_have_no_names_is_not_called_empty(sign_in):
    nameless = factories.household("33010301")
    for relation in ("spouse", "child"):
        factories.person(nameless, title="", first_name="", last_name="", relation=relation)
    page = sign_in().get(LIST)
    assert listed(page) == ["No head is recorded"]
    factories.person(nameless, title="", first_name="ก", last_name="", relation="child")
    assert listed(sign_in().get(LIST)) == ["ก"], "the first with a name where no head has one"
    factories.household("33010302")
    assert set(listed(sign_in().get(LIST))) == {"ก", "Nobody is recorded yet"}


def test_people_without_a_house_stand_where_their_place_was_described(sign_in):
    home("ก", house_no="", road="ใต้สะพานข้างวัด")
    home("ข", house_no="", house_code="33010123456")
    home("ค", house_no="7", road="ซอย 3")
    said = text_of(sign_in().get(LIST))
    assert "ใต้สะพานข้างวัด, Moo 1" in said
    assert "House number not recorded, Moo 1" in said, "the record does not say that there is none"
    assert "House 7, Moo 1" in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("level=1", ["ก"]),
        ("level=none", ["ค"]),
        ("list_status=confirmed_poor", ["ก"]),
        ("surveyed=yes", ["ก", "ข"]),
        ("surveyed=no", ["ค"]),
        ("area=33010302", ["ข"]),
        ("area=3301&level=3", ["ข"]),
        ("area=330105", []),
        ("sort=place", ["ค", "ก", "ข"]),
        ("source=tpmap", ["ข"]),
        ("no_id=yes", ["ก", "ข", "ค"]),
        ("text=นาย ก", ["ก"]),
    ],
)
def test_filters_stand_in_the_address(sign_in, homes, query, found):
    homes[1].list_entries.create(source="tpmap", source_year=2025)
    assert listed(sign_in().get(f"{LIST}?{query}")) == found


def test_the_form_shows_the_filters_of_the_address(sign_in, homes):
    body = sign_in().get(f"{LIST}?level=1&sort=place&no_id=yes&area=33010301").content.decode()
    assert '<option value="1" selected>' in body
    assert '<option value="place" selected>' in body
    assert '<option value="33010301" selected>' in body
    assert 'value="yes" checked' in body


@pytest.mark.parametrize(
    "query",
    ["level=9", "list_status=x", "source=x", "surveyed=maybe", "area=abc", "area=๓๓", "sort=name",
     "page=forged", "text=9330100001018", "no_id=1"],
)  # fmt: skip
def test_what_no_form_offers_is_told_not_a_crash(sign_in, homes, query):
    page = sign_in().get(f"{LIST}?{query}")
    assert page.status_code == 400
    assert listed(page) == []
    assert f'btn-primary" href="{LIST}"' in page.content.decode(), (
        "the list without it is one press away"
    )


def test_pages_keep_the_filters(sign_in):
    for number in range(120):
        home(f"{number}", house_no=str(number), standing_score=1000 + number, standing_level=1)
    client = sign_in()
    first = client.get(f"{LIST}?level=1")
    assert listed(first) == [str(number) for number in range(50)]
    second = client.get(LIST + first.context["page"].next.join(["?level=1&page=", ""]))
    assert listed(second) == [str(number) for number in range(50, 100)]
    assert "level=1" in second.content.decode()
    back = client.get(f"{LIST}?level=1&page={second.context['page'].previous}")
    assert listed(back) == listed(first)


def test_beyond_a_thousand_the_count_says_so(sign_in, monkeypatch):
    monkeypatch.setattr("wattana.kit.pages.COUNT_CAP", 60)
    for number in range(61):
        factories.household(house_no=str(number))
    assert "60+ households" in text_of(sign_in().get(LIST))


def test_an_empty_list_says_what_to_do(sign_in):
    said = text_of(sign_in().get(f"{LIST}?level=2"))
    assert "No household fits this." in said
    assert "Show all households" in said


def test_a_household_without_head_shows_somebody_or_that_nobody_is_there(sign_in):
    one, _ = factories.household(house_no="1"), factories.household(house_no="2")
    factories.person(one, first_name="เด็ก", last_name="", relation="child")
    assert listed(sign_in().get(LIST)) == ["เด็ก", "Nobody is recorded yet"]


def test_the_dead_and_gone_are_not_counted(sign_in):
    one = home("ก")
    factories.person(one, died_on=dt.date(2024, 1, 1))
    factories.person(one, left_on=dt.date(2024, 1, 1))
    assert ">1</td>" in sign_in().get(LIST).content.decode()


def test_merged_and_dissolved_households_are_not_listed(sign_in, homes):
    factories.household(status="merged", merged_into=homes[0])
    factories.household(status="dissolved")
    assert len(listed(sign_in().get(LIST))) == 3


def test_reading_a_list_leaves_one_row_without_what_was_searched(sign_in, homes):
    sign_in().get(f"{LIST}?text=ข&level=3")
    event = AuditEvent.objects.get()
    assert (event.action, event.detail) == (
        "household.list", {"filters": ["level", "text"], "rows": 1},
    )  # fmt: skip


def test_the_page_costs_few_queries_however_many_rows(sign_in, django_assert_max_num_queries):
    for number in range(60):
        home(f"{number}", f"330103{number % 9 + 1:02}", house_no=str(number))
    client = sign_in()
    client.get(LIST)
    with django_assert_max_num_queries(12):
        client.get(LIST)


def test_in_thai_the_page_is_thai(sign_in, homes):
    client = sign_in()
    client.cookies["django_language"] = "th"
    with translation.override("th"):
        said = text_of(client.get(LIST))
    assert "อยู่ลำบาก 1.20" in said
    assert "1 มี.ค. 2568" in said


@pytest.mark.parametrize("role", ["agency_caseworker", "researcher", "administrator"])
def test_roles_without_households_see_none(sign_in, homes, role):
    page = sign_in(role).get(LIST)
    assert page.status_code == 403
    assert listed(page) == []


def test_an_officer_of_another_tambon_sees_none_of_these(sign_in, homes):
    client = sign_in(of=office("6330105", ("330105",)))
    assert listed(client.get(LIST)) == []
    assert listed(client.get(f"{LIST}?area=330103")) == []
    assert listed(client.get(f"{LIST}?text=ก")) == []


def test_without_an_agreement_only_own_records_are_listed(sign_in, homes):
    body = office("6330199", ("330103",), agreed=False)
    home("ตน", owner=body)
    client = sign_in(of=body)
    assert listed(client.get(LIST)) == ["ตน"]
    assert listed(client.get(f"{LIST}?area=33010301")) == ["ตน"]
    assert listed(client.get(f"{LIST}?area=33010302")) == []
    assert listed(client.get(f"{LIST}?sort=place")) == ["ตน"]


def test_an_anonymous_visitor_is_asked_to_sign_in(client, homes):
    page = client.get(LIST)
    assert page.status_code == 302
    assert reverse("accounts:sign_in") in page.url


def test_what_may_be_done_is_what_is_offered(sign_in, homes):
    district = office("D3301", ("3301",))
    body = sign_in("district_officer", of=district).get(LIST).content.decode()
    assert reverse("registry:new") not in body
    assert reverse("registry:export") in body
    body = sign_in("enumerator").get(LIST).content.decode()
    assert reverse("registry:new") in body
    assert reverse("registry:export") not in body
