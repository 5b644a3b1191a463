from __future__ import annotations

from importlib import import_module

import pytest
from django.urls import reverse

from tests import factories
from tests.registry.conftest import office
from tests.registry.pages import listed, text_of
from wattana.accounts.models import AuditEvent
from wattana.kernel import keys
from wattana.kernel.problems import Invalid, NotFound
from wattana.registry.actions import identifiers, persons
from wattana.registry.queries import search

pytestmark = pytest.mark.django_db
ID = "9330100001018"


@pytest.fixture
def home(officer):
    made = factories.household(
        "33010303", house_no="25/2", house_code="33010123456", household_code="HC-9"
    )
    persons.create(
        household=made.pk, by=officer, title="นาง", first_name="สมศรี", last_name="ใจดี",
        national_id=ID,
    )  # fmt: skip
    identifiers.add(household=made.pk, kind="green_book", value="330101234567", by=officer)
    identifiers.add(
        household=made.pk, person=made.persons.get().pk, kind="passport", value="AA123", by=officer
    )
    other = factories.household("33010304", house_no="9", house_code="33010999999")
    factories.person(other, first_name="ประยูร", last_name="แก้วงาม")
    return made


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (ID, "national_id"),
        ("9-3301-00001-01-8", "national_id"),
        ("๙๓๓๐๑๐๐๐๐๑๐๑๘", "national_id"),
        ("33010123456", "code"),
        ("3301-012345-6", "code"),
        ("HC-9", "code"),
        ("330101234567", "code"),
        ("AA123", "code"),
        ("สมศรี", "name"),
        ("นางสมศรี ใจดี", "name"),
        ("น.ส. สมสรี ไจ๋ดี", "name"),
        ("ใจดี", "name"),
        ("ใจดี สมศรี", "name"),
        ("25/2", "house_number"),
        ("๒๕/๒ หมู่ ๓", "house_number"),
        ("บ้านเลขที่ 25/2 ม.3", "house_number"),
        ("25/2 moo 3", "house_number"),
        ("บ้านเลขที่ 25/2, หมู่ 3, ต.คูซอด", "house_number"),
        ("25/2 หมู่ที่ 3 บ้านหนองแวง ตำบลคูซอด", "house_number"),
        ("House 25/2, Moo 3, Tambon Khu Sot", "house_number"),
        ("หมู่ 3, ต.คูซอด", "village"),
        ("หมู่ 3", "village"),
        ("หมู่ที่ ๓", "village"),
        ("moo 3", "village"),
    ],
)
def test_a_household_is_found_by_what_is_at_hand(officer, home, text, by):
    found = search(officer, text)
    assert (found.by, found.households) == (by, [home.pk])


def test_a_record_key_finds_its_household(officer, home):
    assert search(officer, keys.to_text(home.pk).lower()).households == [home.pk]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "…",
        "9330100001026",
        "33010123457",
        "ไม่มีใคร ชื่อนี้",
        "25/3",
        "25/2 หมู่ 4",
        "25/2, หมู่ 3, ต.น้ำคำ",
        "หมู่ 5",
        "สมศรี แก้วงาม",
    ],
)
def test_what_is_not_there_is_not_found(officer, home, text):
    found = search(officer, text)
    assert (found.by, found.households) == ("nothing", [])


def test_a_wrong_check_digit_is_told(officer, home):
    with pytest.raises(Invalid):
        search(officer, "9330100001019")


@pytest.mark.parametrize("text", [ID, "33010123456", "HC-9", "AA123", "สมศรี", "25/2"])
def test_nobody_finds_what_lies_outside_the_scope(outsider, home, text):
    assert search(outsider, text).households == []
    assert search(outsider, keys.to_text(home.pk)).households == []
    with pytest.raises(NotFound):
        search(outsider, text, "330103")


def test_an_area_narrows_the_search(officer, home):
    assert search(officer, "สมศรี", "33010303").households == [home.pk]
    assert search(officer, "สมศรี", "33010304").households == []
    assert search(officer, "25/2", "33010303").households == [home.pk]


def test_a_house_number_alone_is_not_looked_for_in_a_whole_district(home):
    district = factories.viewer("district_officer", areas=("3301",))
    assert search(district, "25/2").households == []
    assert search(district, "25/2", "330103").households == [home.pk]
    assert search(district, "25/2, หมู่ 3, ต.คูซอด").meant == home.pk
    assert search(district, "สมศรี").households == [home.pk]


def test_a_village_in_a_whole_district_asks_for_the_tambon(sign_in, home):
    district = sign_in("district_officer", of=office("3330101", ("3301",)))
    asked = "inside a tambon. Choose the tambon"
    for text in ("หมู่ 3", "25/2"):
        assert asked in text_of(district.get(reverse("registry:list"), {"text": text}))
    page = district.get(reverse("registry:list"), {"text": "หมู่ 3", "area": "330103"})
    assert len(listed(page)) == 1 and asked not in text_of(page)


def test_without_an_agreement_only_own_records_are_found(without_agreement, home):
    assert search(without_agreement, "สมศรี").households == []
    own = factories.household("33010303", house_no="25/2", owner=factories.organization("6330106"))
    assert search(without_agreement, "25/2").households == [own.pk]


def test_a_merged_record_is_not_found(officer, home):
    factories.household(
        "33010303", status="merged", merged_into=home, house_no="77", house_code="33010777777"
    )
    assert search(officer, "77").households == []
    assert search(officer, "33010777777").households == []


@pytest.mark.parametrize(
    "text", [ID, "33010123456", "HC-9", "AA123", "สมศรี", "นางสมศรี ใจดี", "25/2 หมู่ 3"]
)
def test_the_box_leads_to_the_household_that_can_only_be_meant(sign_in, home, text):
    answer = sign_in().post(reverse("registry:search"), {"text": text})
    assert answer.url == reverse("registry:household", args=[home.pk])


@pytest.mark.parametrize("text", ["สมสี", "สมส", "abcสมศรี", "25/2", "หมู่ 3"])
def test_the_only_hit_is_listed_where_another_may_be_meant(sign_in, home, text):
    answer = sign_in().post(reverse("registry:search"), {"text": text}, follow=True)
    assert answer.request["PATH_INFO"] == reverse("registry:list")
    assert "สมศรี ใจดี" in text_of(answer)


def test_the_box_leads_to_a_list_of_several(sign_in, officer, home):
    second = factories.household(house_no="25/2")
    factories.person(second, first_name="สมศรี", last_name="", relation="head")
    client = sign_in()
    answer = client.post(reverse("registry:search"), {"text": "25/2"}, follow=True)
    assert len(listed(answer)) == 2
    assert answer.request["QUERY_STRING"] == "text=25%2F2"


def test_a_national_id_never_comes_into_an_address_or_the_audit(sign_in, home):
    client = sign_in(of=office("6330105", ("330105",)))
    answer = client.post(reverse("registry:search"), {"text": ID}, follow=True)
    assert ID not in answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]
    assert "Nobody in your area has this national ID." in text_of(answer)
    assert ID not in repr(list(AuditEvent.objects.values()))


def test_bad_input_in_the_box_is_no_crash(sign_in, home):
    client = sign_in()
    route = reverse("registry:search")
    assert client.post(route, {}).status_code == 302
    told = client.post(route, {"text": "9330100001019"}, follow=True)
    assert told.status_code == 200
    assert "alert-warning" in told.content.decode()
    assert client.post(route, {"text": "ก" * 500}).status_code == 302
    assert client.post(route, {"text": "ก", "area": "x"}).status_code == 400
    page = client.get(route)
    assert page.status_code == 405 and page["Allow"]
    assert "This address only takes what a form sends." in page.content.decode()


def test_a_search_that_fits_too_many_says_so(sign_in, home, monkeypatch):
    monkeypatch.setattr(import_module("wattana.registry.queries.search"), "LIMIT", 2)
    for number in range(3):
        factories.person(factories.household(house_no=str(number)), first_name="สมศรี")
    said = text_of(sign_in().get(reverse("registry:list"), {"text": "สมศรี"}))
    assert "The search fits many households" in said


def named(first: str, relation: str = "head", head: str = ""):
    made = factories.household()
    if head:
        factories.person(made, first_name=head, relation="head")
    factories.person(made, first_name=first, relation=relation)
    return made


def test_the_same_spelling_comes_first_then_the_same_sound_then_the_beginning(officer):
    begins, sounds, spelt = named("พีรพลชัย"), named("พีระพล"), named("พีรพล")
    longer = named("พีรพลชัย", "child", head="สมชาย")
    like = named("พีรพน", "child", head="สมชาย")
    member = named("พีรพล", "child", head="สมชาย")
    found = search(officer, "พีรพล").households
    assert found == [one.pk for one in (spelt, member, sounds, like, begins, longer)]


def test_a_household_stands_where_its_best_match_does(officer):
    begins = named("พีรพลชัย")
    both = named("พีรพล", "child", head="พีรพลชัย")
    found = search(officer, "พีรพล")
    assert found.households == [both.pk, begins.pk]
    assert found.matched[both.pk].relation == "child"


def test_the_list_tells_who_was_found_where_it_is_not_the_head(sign_in, officer):
    named("พีรพล")
    named("พีรพล", "child", head="สมชาย")
    page = sign_in().get(reverse("registry:list"), {"text": "พีรพน"})
    assert listed(page) == ["พีรพล ตัวอย่าง", "สมชาย ตัวอย่าง"]
    assert text_of(page).count("Found:") == 1
    assert "สมชาย ตัวอย่าง Found: พีรพล ตัวอย่าง (child)" in text_of(page)
    by_place = sign_in().get(reverse("registry:list"), {"text": "พีรพน", "sort": "place"})
    assert text_of(by_place).count("Found:") == 1
    assert "Found:" not in text_of(sign_in().get(reverse("registry:list"), {"sort": "match"}))


def test_the_best_matches_stand_on_the_first_of_several_pages(sign_in):
    for _ in range(50):
        named("พีรพล", "child", head="สมชาย")
    named("พีรพล")
    first = sign_in().get(reverse("registry:list"), {"text": "พีรพล"})
    assert len(listed(first)) == 50 and listed(first)[0] == "พีรพล ตัวอย่าง"
    rest = sign_in().get(
        reverse("registry:list"), {"text": "พีรพล", "page": first.context["page"].next}
    )
    assert listed(rest) == ["สมชาย ตัวอย่าง"]
