from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.entitlements.conftest import DUE, consent, elder, surveyed, withdraw
from tests.registry.conftest import office
from tests.registry.pages import text_of
from wattana.accounts.models import AuditEvent
from wattana.entitlements import facts
from wattana.kernel import keys
from wattana.methods import rights
from wattana.registry import naming
from wattana.rules import codebook, programmes
from wattana.surveys.models import VisitPerson

pytestmark = pytest.mark.django_db


def panel(client, home) -> str:
    """What the household's page says of its rights."""
    page = client.get(reverse("registry:household", args=[home.pk]))
    assert page.status_code == 200
    said = text_of(page)
    return rights_of(said) if "As of " in said else ""


def rights_of(said: str) -> str:
    return said.split("As of ")[1].split(" Five capitals ", maxsplit=1)[0]


@pytest.fixture
def home(db):
    return factories.household(owner=office())


def test_who_is_due_and_does_not_receive_is_named_with_the_amount(sign_in, home):
    surveyed(home, {elder(home, age=75): {**DUE, "welfare": ["none"]}})
    said = panel(sign_in(), home)
    missing = said.split("Due, not received")[1]
    assert "Old-age allowance 8,400 baht a year" in missing
    assert "700 baht a month" in missing
    assert "SAO or municipality of the house registration" in missing


def test_who_receives_it_misses_nothing(sign_in, home):
    surveyed(home, {elder(home): {**DUE, "welfare": ["old_age"]}})
    said = panel(sign_in(), home)
    assert "Old-age allowance" in said.split("Due and received")[1]
    assert "Old-age allowance" not in said.split("Due and received")[0]


def test_what_is_not_known_becomes_a_question_that_leads_to_the_visit_form(sign_in, home):
    surveyed(home, {elder(home): {"thai_national": True}})
    page = sign_in().get(reverse("registry:household", args=[home.pk])).content.decode()
    assert "Ask these questions next" in page
    asked = page.split("Ask these questions next")[1].split("</ol>")[0]
    assert "Does the member get a salary, pension or regular benefit" in asked
    assert reverse("surveys:start", args=[home.pk]) in asked
    assert "up to 8,400 baht a year" in asked


def test_a_role_that_records_nothing_gets_the_question_without_a_link(sign_in, home):
    surveyed(home, {elder(home): {"thai_national": True}})
    district = office("D3301", ("3301",))
    page = sign_in("district_officer", district).get(reverse("registry:household", args=[home.pk]))
    asked = page.content.decode().split("Ask these questions next")[1].split("</ol>")[0]
    assert "Does the member get a salary" in asked
    assert "href" not in asked


def test_where_the_regulation_allows_no_back_pay_it_is_told(sign_in, home):
    surveyed(home, {elder(home): {**DUE, "welfare": ["none"]}})
    missing = panel(sign_in(), home).split("Due, not received")[1]
    assert "No back pay." in missing.split("Conditions and law")[0]


def test_back_pay_is_told_in_months_and_baht(sign_in, home, monkeypatch):
    book = dict(programmes.load())
    allowed = {"rule": "months", "months": 3, "note": None}
    book["old_age_allowance"] = replace(book["old_age_allowance"], arrears=allowed)
    monkeypatch.setattr(programmes, "load", lambda: book)
    surveyed(home, {elder(home, age=75): {**DUE, "welfare": ["none"]}})
    assert "Back pay for 3 months: 2,100 baht." in panel(sign_in(), home)


def test_what_is_received_says_nothing_of_back_pay(sign_in, home):
    surveyed(home, {elder(home): {**DUE, "welfare": ["old_age"]}})
    received = panel(sign_in(), home).split("Due and received")[1]
    assert "back pay" not in received.split("May apply")[0]


def test_a_round_that_is_over_does_not_look_open(sign_in, home):
    surveyed(home, {elder(home): {"thai_national": True}})
    said = panel(sign_in(), home)
    assert "Registration (Round of 2565 (2022)), the last one known, ended on 31 Oct 2022" in said
    assert "Only in announced rounds" in said


def test_why_somebody_is_not_due_is_told(sign_in, home):
    surveyed(home, {elder(home, age=59): DUE})
    said = panel(sign_in(), home)
    assert "Old-age allowance : not fulfilled: Is 60 or older" in said


def test_names_that_tell_of_disability_are_hidden_without_the_permission(sign_in, home):
    surveyed(home, {elder(home): {**DUE, "disability": "with_card", "welfare": ["none"]}})
    assert "Disability allowance" in panel(sign_in(), home)
    district = office("D3301", ("3301",))
    said = panel(sign_in("district_officer", district), home)
    assert "Old-age allowance" in said
    shown = said.split("role does not show.", 1)[1]
    for word in ("isab", "AIDS", "bedridden"):
        assert word not in shown, shown[max(shown.find(word) - 200, 0) :][:300]


def test_reading_the_rights_of_a_household_is_audited(sign_in, home):
    surveyed(home, {elder(home): DUE})
    panel(sign_in(), home)
    found = AuditEvent.objects.get(action="rights.view")
    assert found.object_id == home.pk
    assert "ตัวอย่าง" not in str(found.detail)


def test_rights_that_stay_folded_are_neither_worked_out_nor_audited(sign_in, home):
    surveyed(home, {elder(home): DUE})
    client, address = sign_in(), reverse("registry:household", args=[home.pk])
    page = client.get(address, {"open": "visits"}).content.decode()
    assert "Old-age allowance" not in page and 'id="rights"' in page
    assert not AuditEvent.objects.filter(action="rights.view").exists()
    there = reverse("registry:panel", args=[home.pk, "rights"])
    assert "Old-age allowance" in text_of(client.get(there, headers={"HX-Request": "true"}))
    assert AuditEvent.objects.filter(action="rights.view").count() == 1


def test_facts_that_contradict_are_told_and_never_decide_silently(sign_in, home):
    dead = elder(home, died_on="2025-01-01")
    surveyed(home, {dead: {**DUE, "receives": ["old_age_allowance"], "welfare": ["old_age"]}})
    said = panel(sign_in(), home)
    assert "These facts do not fit together" in said
    assert "Deceased, and yet receiving “Old-age allowance”" in said


def test_a_household_without_people_has_no_panel(sign_in, home):
    page = sign_in().get(reverse("registry:household", args=[home.pk])).content.decode()
    assert 'id="rights"' not in page


def test_an_outsider_finds_neither_household_nor_rights(sign_in, home):
    elder(home)
    stranger = office("6330105", ("330105",))
    page = sign_in("tambon_officer", stranger).get(reverse("registry:household", args=[home.pk]))
    assert page.status_code == 404


def test_the_panel_costs_a_fixed_number_of_queries(sign_in, home, django_assert_max_num_queries):
    people = {elder(home, first_name=f"ก{n}"): DUE for n in range(6)}
    surveyed(home, people)
    client = sign_in()
    with django_assert_max_num_queries(21):
        client.get(reverse("registry:household", args=[home.pk]))


def test_nobody_is_asked_unprompted_whether_she_is_ill(sign_in, home):
    surveyed(home, {elder(home): {"thai_national": True}})
    page = sign_in().get(reverse("registry:household", args=[home.pk])).content.decode()
    asked = page.split("Ask these questions next")[1].split("</ol>")[0]
    assert "AIDS" not in asked


def test_a_question_stands_once_with_all_whom_it_concerns(sign_in, home):
    names = ("หนึ่ง", "สอง", "สาม")
    people = {elder(home, first_name=name): {"thai_national": True} for name in names}
    surveyed(home, people)
    page = sign_in().get(reverse("registry:household", args=[home.pk])).content.decode()
    asked = unescape(page.split("Ask these questions next")[1].split("</ol>")[0])
    assert asked.count("Does the member get a salary") == 1
    (row,) = [one for one in asked.split("<li") if "Does the member get a salary" in one]
    places = [row.index(name) for name in names]
    assert places == sorted(places) and row.count("<a href=") == 3
    assert "up to 25,200 baht a year" in row, "all of them together"


def test_what_all_may_settle_together_decides_the_order(sign_in, home):
    """A pension that two may ask about settles more than one question of the household's head."""
    surveyed(home, {elder(home, first_name=f"ก{n}"): {"thai_national": True} for n in range(4)})
    page = sign_in().get(reverse("registry:household", args=[home.pk])).content.decode()
    asked = unescape(page.split("Ask these questions next")[1].split("</ol>")[0])
    amounts = [int(one.replace(",", "")) for one in re.findall(r"up to ([\d,]+) baht", asked)]
    assert amounts and amounts[0] == max(amounts)


def test_what_no_survey_asks_can_be_answered_in_the_visit_that_is_open(sign_in, home):
    child = elder(home, age=2, relation="child")
    surveyed(home, {child: {"thai_national": True}})
    visit = factories.visit(home, year=2024, status="draft")
    visit.persons.create(person=child)
    client = sign_in()
    page = client.get(reverse("registry:household", args=[home.pk])).content.decode()
    asked = unescape(page.split("Ask these questions next")[1].split("</ol>")[0])
    links = re.findall(r'href="([^"]+\?ask=([a-z_]+))#q-', asked)
    assert links, asked
    for link, name in links:
        form = client.get(link).content.decode()
        assert f'id="q-{name}"' in form and f"?ask={name}" in form


def test_a_page_of_the_survey_shows_what_is_asked_on_request_only_when_it_is(sign_in, home):
    child = elder(home, age=2)
    visit = factories.visit(home, year=2024, status="draft")
    visit.persons.create(person=child)
    page = reverse("surveys:person_section", args=[visit.pk, "rights", child.pk])
    client = sign_in()
    assert 'id="q-aids_certified"' not in client.get(page).content.decode()
    assert 'id="q-aids_certified"' in client.get(f"{page}?ask=aids_certified").content.decode()
    assert client.get(f"{page}?ask=nonsense,home_tenure").status_code == 200


def test_an_answer_asked_on_request_is_saved_with_the_visit(sign_in, home):
    visit = factories.visit(home, year=2024, status="draft")
    page = reverse("surveys:section", args=[visit.pk, "rights_household"])
    client = sign_in()
    sent = {"meter_ampere": "5", "shown": "{}", "go": "stay"}
    answer = client.post(f"{page}?ask=meter_ampere", sent)
    assert answer.url == f"{page}?ask=meter_ampere"
    visit.refresh_from_db()
    assert visit.answers == {"meter_ampere": 5}


def test_a_page_that_asks_on_request_only_says_so_and_counts_nothing_while_it_asks(sign_in, home):
    visit = factories.visit(home, year=2024, status="draft")
    page = reverse("surveys:section", args=[visit.pk, "rights_household"])
    client = sign_in()
    answer = client.get(page)
    assert answer.status_code == 200 and "has no questions of its own" in text_of(answer)
    back = reverse("registry:household", args=[home.pk])
    assert f'href="{back}?open=rights#rights"' in answer.content.decode()
    asking = text_of(client.get(f"{page}?ask=meter_ampere"))
    assert "nothing to ask yet" not in asking and "Page 1 of 1" not in asking
    saved = client.post(
        reverse("surveys:answer", args=[visit.pk, "meter_ampere"]), {"meter_ampere": ""}
    )
    assert saved.status_code == 200 and "nothing to ask yet" not in saved.content.decode()
    assert client.get(page.replace("rights_household", "derived")).status_code == 404


# --- another day


def on(client, home, day: str) -> str:
    page = client.get(reverse("registry:household", args=[home.pk]), {"rights_on": day})
    assert page.status_code == 200
    return text_of(page)


def test_a_day_in_the_past_has_the_rules_and_amounts_of_then(sign_in, home):
    surveyed(home, {elder(home, age=75): {**DUE, "welfare": ["none"]}})
    said = on(sign_in(), home, "1/10/2554")
    assert "As of 1 Oct 2011" in said and "600 baht a month" in said.split("Due, not received")[1]
    assert "The facts are those known today" in said
    assert AuditEvent.objects.get(action="rights.view").detail["on"] == "2011-10-01"


def test_who_is_born_later_is_not_in_a_day_of_the_past(sign_in, home):
    child = factories.person(home, birth_year=2022, birth_month=6, birth_day=15, first_name="หนูน้อย")
    surveyed(home, {elder(home): DUE, child: {"thai_national": True}})
    assert "Born after" not in on(sign_in(), home, "2020-01-01")
    assert naming.full_name(child) not in rights_of(on(sign_in(), home, "2020-01-01"))
    assert naming.full_name(child) in rights_of(on(sign_in(), home, ""))


def test_who_comes_of_age_by_the_first_of_next_month_is_due_then(sign_in, home):
    today = timezone.localdate()
    first = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    woman = factories.person(home, birth_year=first.year - 60, birth_month=first.month, birth_day=1,
                             sex="female", relation="head", registered="here_lives")  # fmt: skip
    surveyed(home, {woman: {**DUE, "welfare": ["none"]}})
    page = sign_in().get(reverse("registry:household", args=[home.pk])).content.decode()
    assert f"?open=rights&amp;rights_on={first.isoformat()}#rights" in page
    assert "Due, not received" not in on(sign_in(), home, "")
    assert (
        "Old-age allowance" in on(sign_in(), home, first.isoformat()).split("Due, not received")[1]
    )


@pytest.mark.parametrize("day", ["soon", "31/2/2568", "1/1/68", "9999-99-99", "<script>"])
def test_a_day_that_is_none_is_told_and_today_is_shown(sign_in, home, day):
    surveyed(home, {elder(home): DUE})
    client = sign_in()
    page = client.get(reverse("registry:household", args=[home.pk]), {"rights_on": day})
    assert page.status_code == 200 and "Old-age allowance" in text_of(page)
    assert 'id="rights-on-problem"' in page.content.decode()
    assert "<script>" not in page.content.decode().split('id="rights-on"')[1].split("</form>")[0]


# --- the visit that is being recorded


def drafted(home, person, **answers):
    made = factories.visit(home, year=timezone.localdate().year, status="draft")
    VisitPerson.objects.create(visit=made, person=person, answers=answers)
    return made


def test_a_visit_that_is_recorded_asks_for_what_settles_most(sign_in, home):
    visit = drafted(home, elder(home), thai_national=True)
    said = text_of(sign_in().get(reverse("surveys:visit", args=[visit.pk])))
    asked = said.split("Ask for the sake of rights")[1]
    assert "Does the member get a salary, pension or regular benefit" in asked
    assert "up to 8,400 baht a year" in asked


def test_what_the_visit_has_answered_is_not_asked_again(sign_in, home):
    visit = drafted(home, elder(home), thai_national=True, state_pension=True)
    said = text_of(sign_in().get(reverse("surveys:visit", args=[visit.pk])))
    assert (
        "Does the member get a salary, pension or regular benefit" not in said.split("Ask for")[-1]
    )


def test_a_visit_that_is_closed_asks_nothing(sign_in, home):
    visit = surveyed(home, {elder(home): {"thai_national": True}})
    assert "Ask for the sake" not in text_of(
        sign_in().get(reverse("surveys:visit", args=[visit.pk]))
    )


def test_the_page_says_on_which_consent_rights_rest(sign_in, home):
    surveyed(home, {elder(home): {**DUE, "welfare": ["none"]}})
    never = panel(sign_in(), home)
    assert "No consent to survey and analysis is on record." in never
    assert "task in the public interest (PDPA sections 24 and 26; proposed)" in never
    assert "under the consent" not in never
    consent(home)
    given = panel(sign_in(), home)
    assert "under the consent to survey and analysis, given on 1 Jan 2025." in given
    assert "No consent" not in given


def test_rights_leave_the_answers_out_once_consent_is_withdrawn(sign_in, home):
    surveyed(home, {elder(home): {**DUE, "welfare": ["none"]}})
    assert "Due, not received" in panel(sign_in(), home)
    withdraw(home)
    said = panel(sign_in(), home)
    assert "by the register alone" in said
    assert "Rights rest on the consent to survey and analysis, which was withdrawn on" in said
    assert "Due, not received" not in said and "Ask these questions next" not in said
    assert not _due(facts.of_household(home).facts)


def test_the_answers_of_a_person_who_withdrew_are_left_out(home):
    one, other = elder(home), elder(home, relation="spouse")
    surveyed(home, {who: {**DUE, "welfare": ["none"]} for who in (one, other)})
    withdraw(home, other)
    assert _due(facts.of_household(home).facts) == {keys.to_text(one.pk)}


def test_a_person_who_withdrew_is_no_member_on_the_live_page_as_in_a_run(sign_in, home):
    one, other = elder(home), elder(home, relation="spouse", first_name="สมปอง")
    surveyed(home, {who: {**DUE, "welfare": ["none"]} for who in (one, other)})
    withdraw(home, other)
    known = facts.of_household(home).facts
    assert [row["id"] for row in known.persons] == [keys.to_text(one.pk)]
    page = sign_in().get(reverse("registry:household", args=[home.pk]))
    said = text_of(page)
    told = f"Consent to survey and analysis was withdrawn by: {naming.full_name(other)}."
    assert told in said and "nobody loses a right by this" in said
    people = said.split("House register")[1]
    assert f"{naming.full_name(other)} consent withdrawn" in people
    assert f"{naming.full_name(one)} consent withdrawn" not in people


def _due(known) -> set[str | None]:
    found = rights.explain(programmes.load(), known, timezone.localdate(), codebook.load())
    return {one.person for one in found.answers if one.outcome == rights.DUE}
