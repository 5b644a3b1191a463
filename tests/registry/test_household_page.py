from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from tests import factories
from tests.registry.conftest import office
from tests.registry.pages import text_of
from wattana.accounts.models import AuditEvent
from wattana.accounts.permissions import Permission
from wattana.kernel import keys
from wattana.registry import panels
from wattana.registry.actions import consents, households, identifiers, lists, merges, persons
from wattana.registry.models import Household

pytestmark = pytest.mark.django_db
ID = "9330100001018"


@pytest.fixture
def home(officer):
    made = factories.household(house_no="25/2", house_code="33010123456")
    persons.create(
        household=made.pk, by=officer, title="นาง", first_name="สมศรี", last_name="ใจดี",
        relation="head", national_id=ID, birth_date="2508", sex="female",
    )  # fmt: skip
    return made


def address(home):
    return reverse("registry:household", args=[home.pk])


def whole(home):
    """The page with every section open."""
    return address(home) + "?open=all"


def part(client, home, key):
    """A section as the page fetches it when it is opened."""
    there = reverse("registry:panel", args=[home.pk, key])
    return client.get(there, headers={"HX-Request": "true"})


def test_the_page_shows_people_lists_consent_numbers_and_history(sign_in, officer, home):
    lists.add(household=home.pk, source="tpmap", source_year=2568, by=officer)
    consents.record(
        household=home.pk, purpose="survey", method="spoken", given_on="1/1/2568", by=officer
    )
    identifiers.add(household=home.pk, kind="mso", value="M-77", by=officer)
    households.update(household=home.pk, by=officer, road="ซอย 3", reason="เดินดู")
    page = sign_in().get(whole(home))
    said = text_of(page)
    assert page.status_code == 200
    for words in (
        "House 25/2, Moo 1, Tambon Khu Sot", "นางสมศรี ใจดี", "head of household", "•••••••••1018",
        "TPMAP, 2025", "waiting for verification", "survey and analysis", "M-77", "33010123456",
        "lane, road or place", "ซอย 3", "เดินดู", "not classified yet",
    ):  # fmt: skip
        assert words in said
    assert ID not in said


def test_an_age_counts_completed_years_and_stops_at_death(sign_in, home):
    today = dt.date.today()
    factories.person(home, birth_year=today.year - 10, birth_month=1, birth_day=1)
    factories.person(home, birth_year=1950, birth_month=1, died_on=dt.date(2020, 6, 1))
    people = sign_in().get(address(home)).context["people"]
    assert [one.age for one in people[1:]] == ["10 years", "70 years"]
    assert people[0].name == "นางสมศรี ใจดี"


def test_reading_the_page_is_audited(sign_in, home):
    AuditEvent.objects.all().delete()
    sign_in().get(address(home))
    event = AuditEvent.objects.get(action="household.view")  # panels may write their own
    assert (event.action, event.object_id, event.area_code) == (
        "household.view", home.pk, "33010301",
    )  # fmt: skip


def test_who_lived_here_before_is_named_but_not_where_outside_the_scope(sign_in, officer, home):
    gone = factories.person(home, first_name="ย้าย")
    other = factories.household(house_no="9")
    households.move_person(
        person=gone.pk, to_household=other.pk, on="1/1/2568", relation="child", by=officer
    )
    client = sign_in()
    said = client.get(address(home)).content.decode()
    assert "ย้าย" in said
    assert address(other) in said
    other.area = factories.area("33010501")
    other.save()
    said = client.get(address(home)).content.decode()
    assert "ย้าย" in said
    assert address(other) not in said


def test_panels_of_upper_rooms_come_in_order_to_those_who_may(sign_in, home, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})

    def panel(key, order, permission, body):
        panels.register(panels.Panel(key, key, order, permission, lambda _r, _h: body))

    panel("two", 2, Permission.HOUSEHOLD_VIEW, mark_safe("<b>second</b>"))
    panel("one", 1, Permission.HOUSEHOLD_VIEW, mark_safe("<b>first</b>"))
    panel("nothing", 3, Permission.HOUSEHOLD_VIEW, None)
    panel("health", 4, Permission.SENSITIVE_VIEW, mark_safe("<b>ill</b>"))
    body = sign_in().get(whole(home)).content.decode()
    assert 0 < body.index("<b>first</b>") < body.index("<b>second</b>") < body.index("<b>ill</b>")
    assert 'id="nothing"' not in body
    district = office("D3301", ("3301",))
    assert "<b>ill</b>" not in (
        sign_in("district_officer", of=district).get(whole(home)).content.decode()
    )


def test_only_the_first_section_is_worked_out_and_the_others_when_they_are_opened(
    sign_in, home, monkeypatch
):
    monkeypatch.setattr(panels, "_panels", {})
    worked_out = []

    def panel(key, order, body="here"):
        def render(_request, household):
            worked_out.append((key, household.pk))
            return body and format_html("<b>{} {}</b>", key, body)

        panels.register(panels.Panel(key, key, order, Permission.HOUSEHOLD_VIEW, render))

    panel("nothing", 1, None)
    panel("one", 2)
    panel("two", 3)
    client = sign_in()
    body = client.get(address(home)).content.decode()
    assert worked_out == [("nothing", home.pk), ("one", home.pk)]
    assert "<b>one here</b>" in body and "two here" not in body
    assert f'hx-get="{reverse("registry:panel", args=[home.pk, "two"])}"' in body
    assert f'href="{panels.address(home.pk, "two")}"' in body
    assert 'id="nothing"' not in body
    worked_out.clear()
    assert part(client, home, "two").content.decode() == "<b>two here</b>"
    assert text_of(part(client, home, "nothing")) == "Nothing is recorded here yet."
    assert [key for key, _ in worked_out] == ["two", "nothing"]
    worked_out.clear()
    body = client.get(panels.address(home.pk, "two").partition("#")[0]).content.decode()
    assert worked_out == [("two", home.pk)]
    assert "<b>two here</b>" in body and "one here" not in body


def test_a_section_obeys_permission_and_scope_and_is_audited(sign_in, home, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    panels.register(
        panels.Panel("ill", "ill", 1, Permission.SENSITIVE_VIEW, lambda _r, _h: mark_safe("<b>"))
    )
    client = sign_in()
    AuditEvent.objects.all().delete()
    assert part(client, home, "ill").status_code == 200
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id, event.detail) == (
        "household.view", home.pk, {"section": "ill"},
    )  # fmt: skip
    assert part(client, home, "riches").status_code == 404
    assert (
        part(sign_in("tambon_officer", office("6330105", ("330105",))), home, "ill").status_code
        == 404
    )
    assert (
        part(sign_in("district_officer", office("D3301", ("3301",))), home, "ill").status_code
        == 403
    )
    assert AuditEvent.objects.filter(action="household.view").count() == 1


def test_the_address_of_a_section_by_itself_leads_to_the_page_with_it_open(sign_in, home):
    answer = sign_in().get(reverse("registry:panel", args=[home.pk, "lists"]))
    assert (answer.status_code, answer.url) == (302, f"{address(home)}?open=lists#lists")


def test_what_is_recorded_from_a_section_returns_to_it(sign_in, officer, home):
    entry = lists.add(household=home.pk, source="tpmap", source_year=2568, by=officer)
    answer = sign_in().post(
        reverse("registry:list_verify", args=[entry.pk]), {"verification": "confirmed"}
    )
    assert (answer.status_code, answer.url) == (302, f"{address(home)}?open=lists#lists")


def test_a_disability_card_is_shown_only_to_those_who_may_know(sign_in, officer, home):
    identifiers.add(household=home.pk, kind="disability_card", value="DIS-1", by=officer)
    assert "DIS-1" in text_of(part(sign_in(), home, "numbers"))
    district = office("D3301", ("3301",))
    found = part(sign_in("district_officer", of=district), home, "numbers")
    assert found.status_code == 200 and "DIS-1" not in text_of(found)


def test_who_may_only_look_is_offered_no_steps(sign_in, officer, home):
    entry = lists.add(household=home.pk, source="tpmap", source_year=2568, by=officer)
    district = office("D3301", ("3301",))
    body = sign_in("district_officer", of=district).get(whole(home)).content.decode()
    for name, key in (
        ("edit", home.pk), ("person_new", home.pk), ("merge", home.pk), ("consent_new", home.pk),
        ("list_verify", entry.pk), ("person", home.persons.get().pk),
        ("person_id", home.persons.get().pk),
    ):  # fmt: skip
        assert reverse(f"registry:{name}", args=[key]) not in body


def test_a_national_id_is_shown_on_request_and_each_time_audited(sign_in, home):
    person = home.persons.get()
    client = sign_in()
    AuditEvent.objects.all().delete()
    page = client.post(reverse("registry:person_id", args=[person.pk]))
    assert ID in text_of(page)
    assert page.headers["Cache-Control"] == "no-store"
    part = client.post(
        reverse("registry:person_id", args=[person.pk]), headers={"HX-Request": "true"}
    )
    assert text_of(part) == ID
    events = AuditEvent.objects.filter(action="national_id.view", object_id=person.pk)
    assert events.count() == 2
    assert ID not in repr(list(AuditEvent.objects.values()))


def test_a_national_id_is_not_shown_by_a_link_or_to_an_enumerator(sign_in, home):
    person = home.persons.get()
    route = reverse("registry:person_id", args=[person.pk])
    assert sign_in().get(route).status_code == 405
    assert sign_in("enumerator").post(route).status_code == 403
    nobody = factories.person(home)
    assert sign_in().post(reverse("registry:person_id", args=[nobody.pk])).status_code == 404


def test_the_history_tells_who_when_from_and_to_in_pages(sign_in, officer, home):
    member = factories.member("tambon_officer", username="wanna", of=office())
    by = factories.viewer(user_id=member.user_id, organization_id=office().pk)
    households.update(household=home.pk, by=by, house_no="26")
    person = home.persons.get()
    persons.update(person=person.pk, by=by, birth_date="25/2/2508", relation="spouse")
    persons.update(person=person.pk, by=by, national_id="9330100001026")
    said = text_of(sign_in().get(reverse("registry:history", args=[home.pk])))
    for words in ("wanna", "house number 25/2 26", "date of birth 1965 25 Feb 1965",
                  "head of household spouse", "…1018 …1026"):  # fmt: skip
        assert words in said
    for number in range(60):
        households.update(household=home.pk, by=by, house_no=str(number))
    page = sign_in().get(reverse("registry:history", args=[home.pk]))
    assert len(page.context["changes"]) == 50
    assert page.context["page"].next


def test_the_page_costs_few_queries_however_many_people(
    sign_in, officer, home, django_assert_max_num_queries, monkeypatch
):
    own = {one.key: one for one in panels.panels() if one.order >= 100}
    monkeypatch.setattr(panels, "_panels", own)
    for number in range(12):
        factories.person(home, first_name=f"ก{number}")
        lists.add(household=home.pk, source="tpmap", source_year=2550 + number, by=officer)
    client = sign_in()
    client.get(address(home))
    with django_assert_max_num_queries(21):
        client.get(whole(home))


def test_a_merged_record_leads_to_the_household_that_took_it_in(sign_in, home):
    gone = factories.household(status="merged", merged_into=home, house_no="7")
    body = sign_in().get(address(gone)).content.decode()
    assert address(home) in body
    assert reverse("registry:edit", args=[gone.pk]) not in body


def test_without_its_key_file_the_page_still_opens(sign_in, home, settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "lost.json"
    client = sign_in()
    page = client.get(address(home))
    assert page.status_code == 200
    assert "•" * 13 in text_of(page)
    shown = client.post(reverse("registry:person_id", args=[home.persons.get().pk]))
    assert "key file is missing" in text_of(shown)


def history_of(sign_in, home, page=""):
    said = sign_in().get(reverse("registry:history", args=[home.pk]) + page)
    return said, text_of(said)


def test_the_history_tells_of_people_who_came_and_left_and_of_consent(sign_in, officer, home):
    given = consents.record(
        household=home.pk, purpose="research", method="spoken", given_on="1/1/2568", by=officer
    )
    consents.withdraw(consent=given.pk, by=officer)
    other = factories.household(house_no="9")
    persons.create(household=home.pk, by=officer, first_name="มาใหม่", last_name="ใจดี",
                   relation="child", no_id_reason="not_asked")  # fmt: skip
    gone = home.persons.get(relation="head")
    households.move_person(
        person=gone.pk, to_household=other.pk, on="1/6/2568", relation="head", by=officer
    )
    _, said = history_of(sign_in, home)
    assert "person: มาใหม่ ใจดี, added" in said
    assert "consent, recorded –" in said
    assert "consent, withdrawn" in said
    assert "person: นางสมศรี ใจดี, lives in household" in said


def test_additions_stand_on_one_page_of_the_history_only(sign_in, officer, home):
    for number in range(60):
        households.update(household=home.pk, by=officer, house_no=str(number))
    factories.person(home, first_name="หลังสุด", created_at=timezone.now())
    first, said = history_of(sign_in, home)
    assert "หลังสุด ตัวอย่าง, added" in said
    assert "สมศรี ใจดี, added" not in said
    _, older = history_of(sign_in, home, f"?page={first.context['page'].next}")
    assert "สมศรี ใจดี, added" in older
    assert "หลังสุด ตัวอย่าง, added" not in older


def test_a_merge_can_be_undone_from_the_history_too(sign_in, officer, home):
    other = factories.household(house_no="25/2")
    done = merges.merge(kept=home.pk, absorbed=other.pk, reason="บ้านเดียวกัน", by=officer)
    page, _ = history_of(sign_in, home)
    assert reverse("registry:merge_undo", args=[done.pk]) in page.content.decode()


def test_a_merge_and_its_undoing_stand_in_the_history_of_both(sign_in, officer, home):
    other = factories.household(house_no="25/2")
    factories.person(other, first_name="แฝด", relation="head")
    done = merges.merge(kept=home.pk, absorbed=other.pk, reason="บ้านเดียวกัน", by=officer)
    twin = f"แฝด ตัวอย่าง · House 25/2, Moo 1, Tambon Khu Sot ({keys.to_text(other.pk)})"
    assert f"another record merged into this one บ้านเดียวกัน – {twin}" in history_of(sign_in, home)[1]
    merged = text_of(sign_in().get(address(other)))
    assert "Its people went over" in merged and "Nobody is recorded yet" not in merged
    undoing = reverse("registry:merge_undo", args=[done.pk])
    assert sign_in().get(undoing).status_code == 200
    merges.undo(merge=done.pk, by=officer)
    _, said = history_of(sign_in, home)
    line = "another record merged into this one บ้านเดียวกัน"
    assert f"{line} {twin} –" in said, "parted again"
    assert f"{line} – {twin}" in said
    _, of_other = history_of(sign_in, other)
    assert f"Khu Sot ({keys.to_text(home.pk)}) –" in of_other.split("merged into บ้านเดียวกัน")[1]
    refused = sign_in().get(undoing)
    assert refused.status_code == 409 and "undone already" in text_of(refused)


def test_sections_fold_and_a_line_of_contents_leads_to_each(sign_in, home):
    body = sign_in().get(address(home)).content.decode()
    for section in ("people", "lists", "consent", "numbers", "history"):
        assert f'href="#{section}"' in body
        assert f'id="{section}"' in body
    assert body.count("<details") == body.count("</details>") >= 5


def test_a_notice_that_nobody_reviewed_says_so_in_the_readers_language(sign_in, officer, home):
    consents.record(
        household=home.pk, purpose="survey", method="spoken", given_on="1/1/2568", by=officer
    )
    client = sign_in()
    assert "notice version 1 (proposed)" in text_of(part(client, home, "consent"))
    client.cookies["django_language"] = "th"
    said = text_of(part(client, home, "consent"))
    assert "1 (ร่าง)" in said and "proposed" not in said


def test_the_survey_is_offered_first_to_those_who_may_record_it(sign_in, home):
    begin = f'class="btn btn-primary" href="{reverse("surveys:start", args=[home.pk])}"'
    assert begin in sign_in("enumerator").get(address(home)).content.decode()
    assert begin not in sign_in("researcher").get(address(home)).content.decode()
    Household.objects.filter(pk=home.pk).update(status=Household.Status.DISSOLVED)
    assert begin not in sign_in("enumerator").get(address(home)).content.decode()
