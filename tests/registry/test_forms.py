from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from tests import factories
from tests.registry.conftest import office
from tests.registry.pages import text_of
from tests.rules import rulebooks
from wattana.areas.actions import ensure_villages
from wattana.kernel import keys
from wattana.kernel.problems import Forbidden, Invalid
from wattana.kit.middleware import told
from wattana.registry import history, kinship
from wattana.registry.actions import households, lists, merges, persons
from wattana.registry.models import Consent, Household, ListEntry, Membership, Merge, Person

pytestmark = pytest.mark.django_db
ID = "9330100001018"
NEW = {"tambon": "330103", "moo": "3", "house_no": "25/2"}


@pytest.fixture
def desk(sign_in):
    factories.area("330103")
    return sign_in()


@pytest.fixture
def home(db):
    return factories.household(house_no="1")


def go(name, *arguments):
    return reverse(f"registry:{name}", args=arguments)


def test_a_new_household_leads_to_its_people(desk):
    answer = desk.post(go("new"), NEW)
    made = Household.objects.get()
    assert answer.url == go("person_new", made.pk)
    assert (made.area_id, made.house_no, made.owner.code) == ("33010303", "25/2", "6330113")


def test_an_empty_form_makes_no_household_and_says_what_would_find_it(desk):
    page = desk.post(go("new"), NEW | {"house_no": ""})
    assert page.status_code == 422 and not Household.objects.exists()
    (told_at_field,) = page.context["form"].errors["house_no"]
    assert "Where people live without a house, describe the place" in told_at_field


def test_people_without_a_house_are_known_by_the_place_where_they_live(desk):
    where = {"house_no": "", "road": "ใต้สะพานข้างวัด"}
    assert desk.post(go("new"), NEW | where).status_code == 302
    page = text_of(desk.get(go("household", Household.objects.get().pk)))
    assert "ใต้สะพานข้างวัด" in page and "House number not recorded" not in page


def test_the_area_picker_offers_the_viewers_tambons_only(sign_in):
    two = office("6330999", ("330103", "330105"))
    factories.area("330122")
    body = sign_in(of=two).get(go("new")).content.decode()
    assert 'value="330103"' in body
    assert 'value="330105"' in body
    assert "330122" not in body


def test_without_an_agreement_no_household_is_entered(sign_in):
    page = sign_in(of=office("6330106", ("330103",), agreed=False)).get(go("new"))
    assert "No area is open to you" in text_of(page)


def test_an_enumerators_villages_bound_what_she_enters(sign_in):
    body = office("6330999", ("330103",))
    desk = sign_in("enumerator", of=body)
    body.members.get(role="enumerator").areas.set([factories.area("33010303")])
    assert desk.post(go("new"), NEW).status_code == 302
    refused = desk.post(go("new"), NEW | {"moo": "4"})
    assert refused.status_code == 422
    assert "only moo 3 is open to you" in text_of(refused)


def test_an_enumerator_is_told_which_villages_are_hers(sign_in):
    body = office("6330999", ("330103",))
    desk = sign_in("enumerator", of=body)
    body.members.get(role="enumerator").areas.set(
        [factories.area("33010303"), factories.area("33010304")]
    )
    assert "One of your villages: 3–4" in text_of(desk.get(go("new")))
    for moo, reason in (
        ("", "This field is required."),
        ("5", "Of this tambon only moo 3–4 is open to you. Enter one of these villages."),
    ):
        page = desk.post(go("new"), NEW | {"moo": moo})
        assert page.status_code == 422
        assert page.context["form"].errors["moo"] == [reason]
    assert not Household.objects.exists()


def test_an_area_that_is_not_open_is_named_in_the_language_of_the_page(officer):
    factories.area("330105")
    for language, name in (("en", "Chan "), ("th", "จาน ")):
        with override(language), pytest.raises(Forbidden) as refused:
            households.create(by=officer, area="330105")
        with override(language):
            assert told(refused.value).startswith(name)


def test_wrong_answers_are_named_together_with_the_way_to_each(desk, home):
    page = desk.post(go("person_new", home.pk), {"first_name": "", "no_id_reason": ""})
    body = page.content.decode()
    summary = body[body.index('id="errors"') : body.index("<form", body.index('id="errors"'))]
    assert '<a href="#id_first_name">First name</a>: This field is required.' in summary
    assert '<a href="#id_national_id">National ID</a>: Give the national ID' in summary
    desk.cookies["django_language"] = "th"
    page = desk.post(go("person_new", home.pk), {"first_name": ""})
    assert "ชื่อ : โปรดกรอกหรือเลือกข้อมูลในช่องนี้" in text_of(page)


def test_a_wrong_form_keeps_what_was_typed_and_marks_the_field(desk):
    page = desk.post(go("new"), NEW | {"house_code": "123", "road": "ซอย 9", "moo": "สาม"})
    body = page.content.decode()
    assert page.status_code == 422
    assert 'value="ซอย 9"' in body
    assert 'value="123"' in body
    assert "11 digits, this has 3" in body
    assert body.count("is-invalid") == 2
    assert not Household.objects.exists()


def test_the_list_or_person_that_named_a_household_is_kept(desk):
    desk.post(go("new"), NEW | {"source": "tpmap", "source_year": "2567"})
    entry = ListEntry.objects.get()
    assert (entry.source, entry.source_year, entry.verification) == ("tpmap", 2024, "pending")
    desk.post(
        go("new"),
        NEW | {"house_no": "9", "source": "leader", "source_year": "2568", "newly_found": "on"},
    )
    assert Household.objects.get(house_no="9").list_status == "added"
    page = desk.post(go("new"), NEW | {"house_no": "10", "newly_found": "on"})
    assert "Say who found the household." in text_of(page)


def test_a_household_that_looks_the_same_is_shown_before_another_is_entered(desk):
    desk.post(go("new"), NEW)
    known = Household.objects.get()
    assert "Nobody is recorded yet · House" in text_of(desk.post(go("new"), NEW))
    factories.person(known, first_name="สมศรี", last_name="ใจดี", relation="head")
    page = desk.post(go("new"), NEW)
    assert page.status_code == 422
    assert "สมศรี ใจดี · House" in text_of(page), "the head tells which household it is"
    assert go("household", Household.objects.get().pk) in page.content.decode()
    assert desk.post(go("new"), NEW | {"another": "on"}).status_code == 302
    assert Household.objects.count() == 2


def test_a_village_that_the_list_does_not_have_is_asked_about_once_more(desk):
    ensure_villages(["33010301", "33010302"], listed=True)
    page = desk.post(go("new"), NEW | {"moo": "44"})
    assert page.status_code == 422
    assert "only the villages 1–2" in text_of(page)
    assert desk.post(go("new"), NEW | {"moo": "44", "new_village": "on"}).status_code == 302
    assert Household.objects.get().area_id == "33010344"


def test_a_household_is_corrected_unless_somebody_was_quicker(desk, officer, home):
    form = {"tambon": "330103", "moo": "1", "house_no": "2", "status": "moved", "reason": "ย้าย"}
    seen = str(history.latest(home))
    answer = desk.post(go("edit", home.pk), form | {"seen": seen})
    assert answer.url == go("household", home.pk)
    home.refresh_from_db()
    assert (home.house_no, home.status) == ("2", "moved")
    page = desk.post(go("edit", home.pk), form | {"house_no": "3", "seen": seen})
    assert page.status_code == 422
    assert "Somebody else changed this record" in text_of(page)
    assert 'value="3"' in page.content.decode()


def test_the_edit_form_begins_with_what_is_recorded(desk, home):
    body = desk.get(go("edit", home.pk)).content.decode()
    assert 'value="1"' in body
    assert '<option value="330103" selected>' in body


def test_a_merged_household_is_not_edited_on_screen(desk, home):
    gone = factories.household(status="merged", merged_into=home)
    assert desk.get(go("edit", gone.pk)).status_code == 409


def test_the_first_person_is_proposed_as_head_and_another_may_follow(desk, home):
    assert '<option value="head" selected>' in desk.get(go("person_new", home.pk)).content.decode()
    form = {"first_name": "สมศรี", "relation": "head", "registered": "here_lives",
            "national_id": ID, "birth_date": "2508", "another": "1"}  # fmt: skip
    assert desk.post(go("person_new", home.pk), form).url == go("person_new", home.pk)
    assert Person.objects.get().birth_year == 1965


def test_a_person_form_wants_a_number_or_the_reason(desk, home):
    form = {"first_name": "ก", "relation": "child", "registered": "unknown"}
    page = desk.post(go("person_new", home.pk), form)
    assert "or the reason why there is none" in text_of(page)
    page = desk.post(go("person_new", home.pk), form | {"national_id": ID, "no_id_reason": "lost"})
    assert page.status_code == 422
    page = desk.post(go("person_new", home.pk), form | {"national_id": "9330100001019"})
    assert "check digit" in text_of(page)
    assert 'value="9330100001019"' in page.content.decode()


def test_number_and_reason_are_not_called_optional_where_one_of_them_is_needed(desk, officer, home):
    page = text_of(desk.get(go("person_new", home.pk)))
    assert "National ID (one of the two)" in page
    assert "Why there is no national ID (one of the two)" in page
    known = persons.create(household=home.pk, by=officer, first_name="ก", national_id=ID)
    page = text_of(desk.get(go("person", known.pk)))
    assert "New national ID (optional)" in page and "one of the two" not in page


def test_a_parent_younger_than_the_head_is_asked_about_and_not_refused(desk, home):
    factories.person(home, relation="head", birth_year=1965)
    form = {"first_name": "ก", "relation": "parent", "registered": "unknown",
            "no_id_reason": "not_asked", "birth_date": "2558"}  # fmt: skip
    asked = desk.post(go("person_new", home.pk), form)
    assert asked.status_code == 422 and Person.objects.count() == 1
    assert "at least 12 years older than the head" in text_of(asked)
    assert _marked(asked) == {"relation", "birth_date"}
    assert 'name="sure"' in asked.content.decode().split('name="birth_date"')[1]
    desk.post(go("person_new", home.pk), form | {"sure": "on"})
    parent = Person.objects.get(relation="parent")
    there = go("person", parent.pk)
    form["birth_date"] = re.search(
        r'name="birth_date" value="([^"]+)"', desk.get(there).content.decode()
    )[1]
    edited = form | {"seen": str(history.latest(parent)), "phone": "0812345678"}
    assert desk.post(there, edited).status_code == 302, "what stood before is not asked again"
    edited |= {"seen": str(history.latest(parent)), "relation": "grandchild"}
    assert desk.post(there, edited).status_code == 302, "fifty years younger"


def _marked(page) -> set[str]:
    """The fields that are shown as needing a look."""
    tags = re.findall(r"<(?:input|select)[^>]*is-invalid[^>]*>", page.content.decode())
    return {re.search(r'name="([^"]+)"', tag)[1] for tag in tags}


BARE = {"first_name": "ก", "relation": "child", "no_id_reason": "not_asked"}


def test_a_sex_left_empty_is_taken_from_the_title_and_told(desk, home):
    form = BARE | {"title": "น.ส."}
    page = desk.post(go("person_new", home.pk), form, follow=True)
    assert Person.objects.get().sex == "female"
    assert "The sex was taken from the title: female." in text_of(page)
    page = desk.post(go("person_new", home.pk), BARE | {"title": "ดร."}, follow=True)
    assert "taken from the title" not in text_of(page)


def test_a_title_against_the_sex_is_asked_about_and_not_refused(desk, home):
    form = BARE | {"title": "นาย", "sex": "female"}
    asked = desk.post(go("person_new", home.pk), form)
    assert asked.status_code == 422 and not Person.objects.exists()
    told = "By the title this person is male. Look at title and sex."
    assert text_of(asked).count(told) == 4, "above and at each of the two fields"
    summary = asked.content.decode().split('id="errors"')[1].split("<form")[0]
    assert re.findall(r'href="#id_(\w+)"', summary) == ["title", "sex"]
    assert _marked(asked) == {"title", "sex"}
    assert "If they are right, tick “It is right as it stands: save it”" in text_of(asked)
    desk.post(go("person_new", home.pk), form | {"sure": "on"})
    one = Person.objects.get()
    assert (one.title, one.sex) == ("นาย", "female")
    edited = form | {"seen": str(history.latest(one)), "phone": "0812345678",
                     "registered": "unknown"}  # fmt: skip
    assert desk.post(go("person", one.pk), edited).status_code == 302, "it stood so before"


def test_who_is_on_no_house_register_is_not_presumed_to_be(desk, home):
    desk.post(go("person_new", home.pk), BARE | {"no_id_reason": "never_registered"})
    desk.post(go("person_new", home.pk), BARE | {"no_id_reason": "", "national_id": ID})
    said = Person.objects.order_by("pk").values_list("registered", flat=True)
    assert list(said) == ["unknown", "here_lives"]


def test_a_birth_never_registered_in_a_house_register_is_asked_about(desk, home):
    form = BARE | {"no_id_reason": "never_registered", "registered": "here_lives"}
    asked = desk.post(go("person_new", home.pk), form)
    assert "stands in no house register" in text_of(asked) and not Person.objects.exists()
    assert _marked(asked) == {"registered", "no_id_reason"}
    assert desk.post(go("person_new", home.pk), form | {"sure": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("relation", "born", "text"),
    [
        ("parent", 1954, "12 years older"),
        ("parent", 1953, ""),
        ("child", 1976, "12 years younger"),
        ("child", 1977, ""),
        ("grandchild", 1988, "24 years younger"),
        ("grandchild", 1989, ""),
        ("spouse", 1999, ""),
        ("parent", None, ""),
    ],
)
def test_relations_and_years_of_birth_that_hardly_fit(home, relation, born, text):
    head = factories.person(home, relation="head", birth_year=1965)
    asked = kinship.doubt(relation, born, [head])
    assert text in str(asked) if text else asked is None
    member = factories.person(home, relation=relation, birth_year=born)
    assert bool(kinship.doubt("head", 1965, [member])) == bool(text), "whoever is entered first"


def test_the_years_that_are_asked_about_stand_in_the_rulebook_and_say_whether_they_are_proposed(
    tmp_path,
):
    root = rulebooks.copy(tmp_path)
    told = str(kinship.read_rule(root).too_young("parent"))
    assert "12 years older than the head, as a rule (proposed)." in told
    rulebooks.change(root, "kinship.yaml", "parent: 12", "parent: 14")
    rulebooks.change(root, "kinship.yaml", "status: proposed", "status: stated")
    told = str(kinship.read_rule(root).too_young("parent"))
    assert "14 years older than the head, as a rule." in told
    rulebooks.change(root, "kinship.yaml", "{child: 12,", "{chlid: 12,")
    with pytest.raises(Invalid, match=r"kinship.yaml.*chlid"):
        kinship.read_rule(root)


def test_a_taken_number_links_to_the_household_of_the_scope(desk, officer, home):
    other = factories.household(house_no="2")
    persons.create(household=other.pk, by=officer, first_name="ข", national_id=ID)
    form = {"first_name": "ก", "relation": "child", "registered": "unknown", "national_id": ID}
    page = desk.post(go("person_new", home.pk), form)
    assert page.status_code == 422
    assert go("household", other.pk) in page.content.decode()
    away = factories.household("33010501")
    Person.objects.update(household=away)
    page = desk.post(go("person_new", home.pk), form)
    assert "in another area already" in text_of(page)
    assert keys.to_text(away.pk) not in page.content.decode()


def test_a_person_is_corrected_and_her_number_stays_hidden(desk, officer, home):
    one = persons.create(
        household=home.pk, by=officer, first_name="ก", national_id=ID, birth_date="25/2/2508"
    )
    page = desk.get(go("person", one.pk))
    body = page.content.decode()
    assert ID not in body
    assert 'value="25/2/1965"' in body
    form = {"first_name": "ข", "relation": "child", "registered": "unknown",
            "birth_date": "25/2/1965", "seen": str(history.latest(one))}  # fmt: skip
    assert desk.post(go("person", one.pk), form).status_code == 302
    one.refresh_from_db()
    assert (one.first_name, one.has_national_id) == ("ข", True)


def test_a_wrong_death_can_be_taken_back(desk, officer, home):
    one = factories.person(home)
    assert "died_on" not in desk.get(go("person", one.pk)).context["form"].fields
    desk.post(go("person_death", one.pk), {"on": "1/1/2568"})
    one.refresh_from_db()
    assert one.died_on
    form = {
        "first_name": "ก",
        "relation": "child",
        "registered": "unknown",
        "no_id_reason": "not_asked",
        "died_on": "",
        "seen": str(history.latest(one)),
    }
    desk.post(go("person", one.pk), form)
    one.refresh_from_db()
    assert one.died_on is None


def test_a_person_moves_to_a_household_that_a_search_finds(desk, home):
    one = factories.person(home, first_name="ย้าย")
    target = factories.household(house_no="88")
    page = desk.post(go("person_move", one.pk), {"text": "88", "find": ""})
    assert page.status_code == 200
    assert keys.to_text(target.pk) in page.content.decode()
    form = {"text": "88", "to_household": keys.to_text(target.pk), "on": "1/1/2568",
            "relation": "child", "reason": "moved"}  # fmt: skip
    assert desk.post(go("person_move", one.pk), form).url == go("household", target.pk)
    assert Membership.objects.get().household == home
    back = desk.post(go("person_move", one.pk), form | {"text": "1"})
    assert back.status_code == 422


def test_a_search_that_finds_nothing_says_so(desk, home):
    one = factories.person(home)
    said = text_of(desk.post(go("person_move", one.pk), {"text": "ไม่มีใคร", "find": ""}))
    assert "No other household in your area fits this." in said


def test_the_other_household_is_found_by_a_national_id_that_stands_in_no_address(desk, home):
    twin = factories.household(house_no="1/1")
    persons.create(
        household=twin.pk, by=factories.viewer(), first_name="แฝด", national_id="9330100001018"
    )
    for search in (go("merge", home.pk), go("person_move", factories.person(home).pk)):
        asked = desk.get(search).content.decode()
        assert re.search(r'<form method="post"[^>]* role="search">', asked)
        assert "other number or national ID" in asked
        found = desk.post(search, {"text": "9330100001018", "find": ""})
        assert keys.to_text(twin.pk) in found.content.decode()
        wrong = desk.post(search, {"text": "9330100001019", "find": ""})
        assert (wrong.status_code, "check" in text_of(wrong)) == (200, True)
        assert (
            keys.to_text(twin.pk)
            not in desk.get(search, {"text": "9330100001018"}).content.decode()
        )


def test_a_house_number_is_looked_for_in_the_same_tambon_where_the_scope_is_wide(sign_in, home):
    wide = sign_in(of=office("3330101", ("3301",)))
    near, far = (
        factories.household("33010302", house_no="7"),
        factories.household("33010501", house_no="7"),
    )
    found = wide.post(go("merge", home.pk), {"text": "7", "find": ""})
    assert "is looked for in the same tambon" in text_of(found)
    assert keys.to_text(near.pk) in found.content.decode()
    assert keys.to_text(far.pk) not in found.content.decode()


def test_consent_is_recorded_after_the_notice_and_withdrawn(desk, home):
    one = factories.person(home, first_name="สมศรี")
    page = desk.get(go("consent_new", home.pk))
    assert "Personal Data Protection Act" in text_of(page)
    form = {"purposes": ["survey"], "method": "signature", "given_on": "1/1/2568",
            "person": keys.to_text(one.pk)}  # fmt: skip
    desk.post(go("consent_new", home.pk), form)
    made = Consent.objects.get()
    assert made.person == one
    refused = desk.post(go("consent_new", home.pk), form | {"purposes": ["research", "survey"]})
    assert "consent to survey and analysis is recorded already" in text_of(refused)
    assert Consent.objects.count() == 1, "all of it or nothing"
    assert "สมศรี" in text_of(desk.get(go("consent_withdraw", made.pk)))
    desk.post(go("consent_withdraw", made.pk), {"reason": "เปลี่ยนใจ"})
    made.refresh_from_db()
    assert made.withdrawn_at
    assert "withdrawn already" in text_of(desk.post(go("consent_withdraw", made.pk), {}))


def test_one_form_takes_several_consents_of_today_and_none_is_chosen_beforehand(desk, home):
    page = desk.get(go("consent_new", home.pk)).content.decode()
    assert " checked" not in page
    today = re.search(r'name="given_on" value="([^"]+)"', page)[1]
    empty = text_of(desk.post(go("consent_new", home.pk), {"given_on": today}))
    assert re.search(r"What it agrees to ?: This field is required\.", empty)
    desk.post(
        go("consent_new", home.pk),
        {"purposes": ["survey", "referral"], "method": "spoken", "given_on": today},
    )
    made = Consent.objects.order_by("id")
    assert [one.purpose for one in made] == ["survey", "referral"]
    assert {timezone.localtime(one.given_at).date() for one in made} == {timezone.localdate()}


def test_an_entry_is_added_and_verified_with_a_reason(desk, officer, home):
    desk.post(go("list_new", home.pk), {"source": "mso", "source_year": "2568"})
    entry = ListEntry.objects.get()
    page = desk.post(go("list_verify", entry.pk), {"verification": "not_poor", "reason": ""})
    assert "needs a reason" in text_of(page)
    desk.post(go("list_verify", entry.pk), {"verification": "not_poor", "reason": "มีรถ"})
    home.refresh_from_db()
    assert home.list_status == "not_poor"
    assert "not poor (inclusion error)" in text_of(
        desk.get(go("household", home.pk) + "?open=lists")
    )


def test_two_records_are_found_compared_merged_and_parted(desk, officer, home):
    twin = factories.household(house_no="1/1")
    factories.person(twin, first_name="แฝด")
    lists.add(household=twin.pk, source="tpmap", source_year=2568, by=officer)
    page = desk.post(go("merge", home.pk), {"text": "1/1", "find": ""})
    link = f"{go('merge', home.pk)}?other={keys.to_text(twin.pk)}"
    assert link in page.content.decode()
    said = text_of(desk.get(link))
    called = "แฝด ตัวอย่าง · House 1/1, Moo 1, Tambon Khu Sot"
    assert f"{called} Members 1 member Record key {keys.to_text(twin.pk)}" in said
    assert f"{called} · 1 member · {keys.to_text(twin.pk)}" in said
    assert "TPMAP" in said
    assert desk.post(link, {"kept": keys.to_text(home.pk)}).status_code == 422
    form = {"kept": keys.to_text(home.pk), "reason": "บ้านเดียวกัน"}
    assert desk.post(link, form).url == go("household", home.pk)
    made = Merge.objects.get()
    assert (made.kept, made.absorbed) == (home, twin)
    body = desk.get(go("household", home.pk)).content.decode()
    assert go("merge_undo", made.pk) in body
    assert desk.post(go("merge_undo", made.pk)).url == go("household", twin.pk)
    assert twin.persons.count() == 1


def test_the_other_side_may_stay_too(desk, home):
    twin = factories.household(house_no="1/1")
    link = f"{go('merge', home.pk)}?other={keys.to_text(twin.pk)}"
    desk.post(link, {"kept": keys.to_text(twin.pk), "reason": "ซ้ำ"})
    assert Merge.objects.get().kept == twin


def test_a_merge_with_itself_or_with_nothing_is_not_offered(desk, home):
    for other in (keys.to_text(home.pk), "nonsense", ""):
        page = desk.get(go("merge", home.pk), {"other": other})
        assert "Find the other household" in text_of(page)


def test_an_impossible_undo_says_which_household_stands_in_the_way(desk, officer, home):
    twin, third = factories.household(house_no="2"), factories.household(house_no="3")
    one = factories.person(twin)
    made = merges.merge(kept=home.pk, absorbed=twin.pk, reason="ซ้ำ", by=officer)
    households.move_person(
        person=one.pk, to_household=third.pk, on="1/1/2568", relation="child", by=officer
    )
    page = desk.post(go("merge_undo", made.pk))
    assert page.status_code == 422
    assert go("household", third.pk) in page.content.decode()


def test_a_number_is_added_and_removed(desk, home):
    desk.post(go("number_new", home.pk), {"kind": "mso", "value": "M1"})
    number = home.identifiers.get()
    assert "M1" in text_of(desk.get(go("household", home.pk) + "?open=numbers"))
    desk.post(go("number_remove", home.pk, number.pk))
    assert not home.identifiers.exists()
