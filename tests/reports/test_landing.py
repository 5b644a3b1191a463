from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.reports import rows
from tests.reports.test_area_page import text_of
from wattana.accounts.models import User
from wattana.assessment.models import AreaFigure
from wattana.registry.actions import consents
from wattana.registry.models import Household, ListEntry
from wattana.surveys.models import Visit

pytestmark = pytest.mark.django_db


def visit(home: Household, status: str, by: User, **more) -> Visit:
    return Visit.objects.create(
        **{
            "household": home,
            "organization": home.owner,
            "year": timezone.localdate().year,
            "round": 1,
            "surveyed_on": timezone.localdate(),
            "codebook_version": "1",
            "status": status,
            "created_at": timezone.now(),
            "created_by": by.pk,
        }
        | more
    )


def standing(home: Household, level: int, score: int) -> None:
    Household.objects.filter(pk=home.pk).update(
        standing_level=level, standing_score=score, standing_completeness=90
    )


def test_a_stranger_is_sent_to_sign_in(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:sign_in"))


def ended(member):
    member.ended_at = dt.datetime(2025, 11, 12, 20, tzinfo=dt.UTC)
    member.save()
    return member


def test_who_had_a_role_reads_when_it_ended_and_which_administrators_to_ask(tambon_office, sign_in):
    boss, gone = (
        factories.member("administrator", of=tambon_office, username=name)
        for name in ("boss", "gone")
    )
    boss.user.display_name, gone.user.display_name = "มานี ดูแล", "ปิติ ออกแล้ว"
    boss.user.save()
    gone.user.save()
    ended(gone)
    told = text_of(sign_in(ended(factories.member("enumerator", of=tambon_office))).get("/"))
    assert f"enumerator, {tambon_office.name_en}: ended on 13 Nov 2025" in told
    assert (
        f"ask an administrator of {tambon_office.name_en} to give you a role again: มานี ดูแล."
        in told
    )
    assert "not a member" not in told and "ปิติ" not in told


def test_where_nobody_manages_the_office_any_more_the_operator_is_to_be_asked(
    tambon_office, sign_in
):
    member = ended(factories.member("enumerator", of=tambon_office))
    assert "ask whoever runs this installation" in text_of(sign_in(member).get("/"))
    operator = factories.organization("O1", areas=(), is_operator=True, name_en="Province hall")
    factories.member("administrator", of=operator)
    assert "an administrator of Province hall" in text_of(sign_in(member).get("/"))


def test_pages_of_work_say_that_the_role_is_gone_and_where_it_is_explained(tambon_office, sign_in):
    member = ended(factories.member("enumerator", of=tambon_office))
    answer = sign_in(member).get(reverse("registry:list"))
    assert answer.status_code == 403
    assert "You have no role at present. The first page says why" in text_of(answer)


def test_an_account_that_never_had_a_role_is_told_whom_to_ask(tambon_office, sign_in):
    member = factories.member("enumerator", of=tambon_office)
    member.delete()
    assert "You have no role yet" in text_of(sign_in(member).get("/"))


def test_the_enumerator_finds_what_to_correct_to_resume_and_to_visit(tambon_office, sign_in):
    member = factories.member("enumerator", of=tambon_office)
    returned, draft, _ = (
        factories.household(owner=tambon_office, house_no=number) for number in ("1", "2", "3/9")
    )
    sent_back = visit(returned, "returned", member.user, reason="income is missing")
    visit(draft, "draft", member.user, asked=100, answered=25)
    page = sign_in(member).get("/")
    said = text_of(page)
    assert "Returned to you" in said and "income is missing" in said
    assert "25% answered" in said
    assert "3/9, Moo 1" in said
    assert reverse("surveys:visit", args=[sent_back.pk]) in page.content.decode()


def test_the_enumerator_does_not_see_homes_of_another_tambon(tambon_office, sign_in):
    factories.household("33010501", owner=factories.organization("X", areas=("330105",)))
    said = text_of(sign_in(factories.member("enumerator", of=tambon_office)).get("/"))
    assert "Every household of yours has been visited in this round." in said


def test_the_tambon_officer_finds_what_waits_for_her(tambon_office, sign_in):
    member = factories.member("tambon_officer", of=tambon_office)
    home = factories.household(owner=tambon_office, house_no="77")
    visit(home, "submitted", member.user)
    ListEntry.objects.create(household=home, source="tpmap", source_year=2025)
    ListEntry.objects.create(household=home, source="bmn", source_year=2025)
    factories.household(owner=tambon_office, list_status="confirmed_poor")
    page = sign_in(member).get("/")
    said = text_of(page)
    assert "1 households to verify" in said, "as many as the link lists, however many lists"
    assert "1 visits to approve" in said
    assert "0 imports to finish" in said
    assert "77, Moo 1" in said


def test_the_tambon_officer_goes_on_with_the_visits_that_she_began(tambon_office, sign_in):
    member = factories.member("tambon_officer", of=tambon_office)
    begun = visit(factories.household(owner=tambon_office, house_no="78"), "draft", member.user)
    page = sign_in(member).get("/")
    assert "Begun: go on" in text_of(page)
    assert reverse("surveys:visit", args=[begun.pk]) in page.content.decode()


def test_the_figure_of_those_not_surveyed_is_what_its_link_lists(tambon_office, sign_in):
    member = factories.member("tambon_officer", of=tambon_office)
    begun, earlier, _ = (
        factories.household(owner=tambon_office, house_no=number) for number in ("1", "2", "3")
    )
    visit(begun, "draft", member.user)
    Household.objects.filter(pk=earlier.pk).update(surveyed_on=dt.date(2020, 1, 1))
    client = sign_in(member)
    said = text_of(client.get("/"))
    assert "2 households not surveyed yet" in said
    assert "2 households" in text_of(client.get(reverse("registry:list"), {"surveyed": "no"}))
    assert ": 2 Whom to visit next" in said, "without a visit in this round: another question"


def test_the_tambon_officer_sees_the_hardest_households_first(tambon_office, sign_in):
    homes = [factories.household(owner=tambon_office, house_no=str(number)) for number in (1, 2, 3)]
    for home, (level, score) in zip(homes, [(1, 1700), (1, 1100), (2, 2000)], strict=True):
        standing(home, level, score)
    hardest = _hardest(sign_in(factories.member("tambon_officer", of=tambon_office)))
    assert hardest.index("1.10") < hardest.index("1.70")
    assert "2.00" not in hardest


def test_who_withdrew_consent_is_not_ranked_on_the_landing(tambon_office, sign_in):
    home = factories.household(owner=tambon_office)
    standing(home, 1, 1100)
    by = factories.viewer(organization_id=tambon_office.pk)
    given = consents.record(
        household=home.pk, purpose="survey", method="spoken", given_on="1/1/2568", by=by
    )
    desk = sign_in(factories.member("tambon_officer", of=tambon_office))
    assert "1.10" in _hardest(desk)
    consents.withdraw(consent=given.pk, by=by)
    said = text_of(desk.get("/"))
    assert "1.10" not in said and "No household is at level 1" in said


def _hardest(desk) -> str:
    said = text_of(desk.get("/")).split("Level 1, the hardest first")[1]
    return said.split("All households at level 1")[0]


def test_the_page_for_the_family_is_one_step_from_the_landing(tambon_office, sign_in):
    home = factories.household(owner=tambon_office)
    standing(home, 1, 1100)
    page = sign_in(factories.member("tambon_officer", of=tambon_office)).get("/")
    address = reverse("entitlements:family_page", args=[home.pk])
    assert f'href="{address}"' in page.content.decode()


def test_the_tambon_officer_counts_her_own_tambon_only(tambon_office, sign_in):
    factories.household(owner=tambon_office, list_status="confirmed_poor")
    factories.household(
        "33010501", owner=factories.organization("X", areas=("330105",)),
        list_status="confirmed_poor",
    )  # fmt: skip
    said = text_of(sign_in(factories.member("tambon_officer", of=tambon_office)).get("/"))
    assert "confirmed poor 1" in said


def test_the_district_officer_sees_who_is_furthest_behind_first(district_office, sign_in):
    run = rows.surveyed(("330103", "330105"), waves=((2024, 1), (2025, 1)))
    factories.area("330103"), factories.area("330105"), factories.area("330122")
    rows.figures(run, "330103", wave=(2025, 1), levels=(1, 7, 0, 0))
    rows.figures(run, "330105", wave=(2025, 1), levels=(1, 1, 0, 0))
    said = text_of(sign_in(factories.member("district_officer", of=district_office)).get("/"))
    table = said.split("Round 2025/1: furthest behind first")[1]
    assert table.index("Chan 20% 2 10") < table.index("Khu Sot 80% 8 10")
    assert table.index("Khu Sot") < table.index("Nam Kham – 0 0")


@pytest.mark.parametrize("role", ["researcher", "district_officer"])
def test_on_a_phone_each_figure_of_the_table_stands_with_its_name(sign_in, role):
    university = factories.organization("SSKRU", kind="university", areas=("3301",))
    factories.agreement(university, areas=("33",))
    factories.area("330103")
    run = rows.surveyed(("330103",), waves=((2024, 1), (2025, 1)))
    rows.withheld(run, "33010301", "330103")
    body = sign_in(factories.member(role, of=university)).get("/").content.decode()
    table = body.partition('id="progress-title"')[2].partition("</table>")[0]
    cells = re.findall(r"<td[^>]*>", table)
    assert "table-cards" in table and cells
    assert all("data-label=" in cell for cell in cells)
    assert len(cells) % 6 == 0, "a row without figures has its cells, too"


def test_the_province_officer_lands_on_her_province(sign_in):
    office = factories.organization("P33", kind="province", areas=("33",))
    factories.agreement(office, areas=("33",))
    factories.area("330103")
    rows.surveyed(("330103",))
    page = sign_in(factories.member("province_officer", of=office)).get("/?show=level1")
    said = text_of(page)
    assert "Si Sa Ket Province" in said and "Districts" in said
    assert 'id="show-level1" href="?show=level1" aria-current="true"' in page.content.decode()


def test_the_caseworker_meets_her_inbox_first(sign_in):
    agency = factories.organization("MSO", kind="agency", areas=("33",))
    factories.agreement(agency, areas=("33",))
    factories.area("33")
    rows.surveyed(("330103",))
    AreaFigure.objects.update(households=14)  # four of them without a score
    said = text_of(sign_in(factories.member("agency_caseworker", of=agency)).get("/"))
    assert "No case waits for you." in said
    assert "mean score of 10 households" in said


def test_the_researcher_sees_completeness_and_runs(sign_in):
    university = factories.organization("SSKRU", kind="university", areas=("33",))
    factories.agreement(university, areas=("33",))
    factories.area("3301")
    run = rows.surveyed(("330103",))
    page = sign_in(factories.member("researcher", of=university)).get("/")
    body = page.content.decode()
    assert "chart-bars" in body and "80%" in body
    assert reverse("assessment:run", args=[run.pk]) in body
    assert ">Five livelihood capitals</td>" in body  # runs of several measures stand together
    assert reverse("assessment:scheme", args=["five_capitals"]) in body


def test_the_administrator_sees_accounts_that_wait_and_agreements_that_end(sign_in):
    office = factories.organization("SSKRU", kind="university", areas=("33",))
    today = timezone.localdate()
    factories.agreement(
        office, title_en="The pilot", ends=today + dt.timedelta(days=20), areas=("33",)
    )
    waiting = factories.member("enumerator", of=office, username="newcomer")
    User.objects.filter(pk=waiting.user_id).update(status="pending")
    page = sign_in(factories.member("administrator", of=office)).get("/")
    said = text_of(page)
    assert "newcomer" in said
    assert "The pilot" in said and "20 days left" in said
    assert reverse("accounts:member", args=[waiting.pk]) in page.content.decode()


def test_an_agreement_that_ends_soon_is_told_on_the_first_page(sign_in):
    office = factories.organization()
    soon = timezone.localdate() + dt.timedelta(days=10)
    factories.agreement(office, title_en="The pilot", ends=soon, areas=("33",))
    said = text_of(sign_in(factories.member("tambon_officer", of=office)).get("/"))
    assert "The pilot" in said


@pytest.mark.parametrize(
    "role",
    ["enumerator", "tambon_officer", "district_officer", "province_officer", "agency_caseworker",
     "researcher"],
)  # fmt: skip
def test_every_role_has_a_first_page_without_an_agreement(sign_in, role):
    office = factories.organization(areas=("330103",))
    page = sign_in(factories.member(role, of=office)).get("/")
    assert page.status_code == 200
    if role != "enumerator":
        assert "No agreement in force opens an area to you" in text_of(page)


@pytest.mark.parametrize(
    "role",
    ["enumerator", "tambon_officer", "district_officer", "province_officer", "agency_caseworker",
     "researcher", "administrator"],
)  # fmt: skip
def test_every_role_has_a_first_page_before_the_first_run(sign_in, role):
    office = factories.organization(areas=("33",))
    factories.agreement(office, areas=("33",))
    factories.area("330103")
    assert sign_in(factories.member(role, of=office)).get("/").status_code == 200


@pytest.mark.parametrize(
    "role",
    ["enumerator", "tambon_officer", "district_officer", "province_officer", "agency_caseworker",
     "researcher", "administrator"],
)  # fmt: skip
def test_the_first_page_costs_few_queries(sign_in, role, django_assert_max_num_queries):
    office = factories.organization(areas=("3301",))
    factories.agreement(office, areas=("33",))
    for number in range(1, 21):
        factories.household(f"330103{number:02d}", owner=office, house_no=str(number))
    rows.surveyed(tuple(f"330103{number:02d}" for number in range(1, 21)))
    client = sign_in(factories.member(role, of=office))
    client.get("/")
    with django_assert_max_num_queries(30):
        client.get("/")


@pytest.mark.parametrize(("areas", "told"), [(("330103",), False), (("330103", "330105"), True)])
def test_who_serves_two_tambons_is_told_that_figures_of_the_district_are_hers_alone(
    sign_in, areas, told
):
    office = factories.organization("6330199", areas=areas)
    factories.agreement(office)
    said = text_of(sign_in(factories.member("tambon_officer", of=office)).get("/"))
    assert ("You see a part of this area." in said) is told
    assert ("Mueang Si Sa Ket" in said) is told
