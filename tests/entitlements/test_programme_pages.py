from __future__ import annotations

import csv
from html import unescape

import pytest
from django.urls import reverse

from tests import factories
from tests.entitlements.conftest import misses
from tests.registry.conftest import office
from tests.registry.pages import text_of
from wattana.entitlements import queries
from wattana.entitlements.models import TakeUp
from wattana.rules import programmes

pytestmark = pytest.mark.django_db
ALLOWANCE = "old_age_allowance"


def take_up(run, code, due, received, *, programme=ALLOWANCE, **more):
    factories.area(code)
    return TakeUp.objects.create(
        **{
            "run": run, "code": code, "parent": code[:-2], "programme": programme, "due": due,
            "received": received, "missing": due - received, "receipt_unknown": 0, "may_apply": 0,
            "unknown": 3, "not_due": 100, "received_not_due": 0, "due_year": due * 720_000,
            "received_year": received * 720_000, "missing_year": (due - received) * 720_000,
        }
        | more
    )  # fmt: skip


def page(client, programme=ALLOWANCE, **query):
    return client.get(reverse("entitlements:programme", args=[programme]), query)


@pytest.mark.parametrize("name", sorted(programmes.load()))
def test_every_programme_has_a_page(sign_in, name):
    said = unescape(text_of(page(sign_in(), name)))
    found = programmes.load()[name]
    assert found.title.en in said
    for condition in found.conditions:
        assert condition.label.en in said
    if not found.is_on:
        assert "This programme is not applied." in said


def test_the_page_tells_law_dated_amounts_documents_and_windows(sign_in):
    said = text_of(page(sign_in()))
    for words in (
        "Older Persons Act, B.E. 2546 (2003), section 11 (11)"
        " (พ.ร.บ.ผู้สูงอายุ พ.ศ. 2546 มาตรา 11 (11))",
        "600 baht a month", "1 Oct 2011",
        "House registration book", "Fiscal year 2570 (2027)", "drafted, not yet reviewed",
        "Proposals, not applied", "The National Committee on Older Persons has not set",
    ):  # fmt: skip
        assert words in said


def test_laws_are_cited_on_thai_pages_as_they_are_law(sign_in):
    desk = sign_in()
    desk.cookies["django_language"] = "th"
    said = text_of(page(desk))
    assert "พ.ร.บ.ผู้สูงอายุ พ.ศ. 2546 มาตรา 11 (11)" in said and "Older Persons Act" not in said


def test_a_missing_source_is_told_in_the_readers_language(sign_in):
    desk = sign_in()
    desk.cookies["django_language"] = "th"
    said = text_of(page(desk, "free_15yr_education"))
    assert "ไม่ได้เก็บที่อยู่ไว้" in said and "public page" not in said


def test_a_time_of_registration_that_is_over_says_so(sign_in):
    said = text_of(sign_in().get(reverse("entitlements:programme", args=["state_welfare_card"])))
    assert "Round of 2565 (2022): 5 Sep 2022 – 31 Oct 2022 (over)" in said


def test_all_programmes_are_listed_and_those_that_are_off_say_why(sign_in):
    said = unescape(text_of(sign_in().get(reverse("entitlements:programmes"))))
    for one in programmes.load().values():
        assert one.title.en in said
        if not one.is_on:
            assert one.why_off.en in said


def test_take_up_is_shown_by_area(sign_in, run):
    take_up(run, "330103", 100, 80)
    take_up(run, "33010301", 60, 50)
    take_up(run, "33010302", 40, 30)
    said = text_of(page(sign_in()))
    assert "Moo 1 60 50 10 83% 0 3 72,000" in said
    assert "All together 100 80 20 80% 0 3 144,000" in said


def test_each_condition_tells_of_how_many_it_is_not_fulfilled_or_not_known(sign_in, run):
    run.summary["reasons"] = {ALLOWANCE: {"sixty_or_over": [1234, 0], "no_state_pension": [3, 56]}}
    run.save()
    said = text_of(page(sign_in()))
    assert "Counted: people of the survey in all areas as of 1 Jun 2026" in said
    assert "(พ.ร.บ.ผู้สูงอายุ พ.ศ. 2546 มาตรา 11 (11)) without time limit 1,234 0" in said
    assert "withheld 56" in said, "three are too few, and are not told"


def test_what_is_withheld_is_told_nowhere(sign_in, run):
    take_up(run, "330103", 100, 80)
    take_up(run, "33010301", 7, 5, withheld=True)
    take_up(run, "33010302", 93, 75, withheld=True)
    client = sign_in()
    said = text_of(page(client))
    assert "Moo 1 withheld: fewer than 10" in said and "Moo 1 7" not in said and "93 75" not in said
    answer = client.get(reverse("entitlements:take_up_csv", args=[ALLOWANCE]))
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert rows[1][0] == "33010301" and set(rows[1][2:]) == {""}


def test_another_area_is_no_area_for_her(sign_in, run):
    take_up(run, "330105", 100, 80)
    assert page(sign_in(), area="330105").status_code == 404
    assert page(sign_in(), area="nonsense").status_code == 404


def test_a_programme_that_there_is_not_is_not_found(sign_in):
    assert page(sign_in(), "nonsense").status_code == 404


def test_the_area_page_tells_what_is_missing_by_programme_dimension_and_agency(
    sign_in,
    run,
):
    take_up(run, "330103", 100, 80)
    take_up(run, "330103", 50, 40, programme="child_support_grant")
    said = text_of(sign_in().get(reverse("reports:area", args=["330103"])))
    block = said.split("Rights and welfare: due and not received")[1]
    assert "216,000 baht a year due and not received (30 rights)" in block
    assert block.index("Old-age allowance 100 80 20") < block.index("Child support grant 50 40 10")
    assert "access to state services 100 80 20" in block
    assert "Local authority (SAO or municipality) 100 80 20" in block


def test_the_tambon_officer_finds_who_misses_what_by_village(sign_in, run):
    misses(run, 8400)
    misses(run, 12000, village="33010302")
    said = text_of(sign_in().get("/"))
    block = said.split("Due and not received")[1]
    assert block.index("Moo 2 1 12,000") < block.index("Moo 1 1 8,400")


def test_an_outsider_without_agreement_sees_rules_but_no_figures(sign_in, run):
    take_up(run, "330103", 100, 80)
    client = sign_in("tambon_officer", office(agreed=False))
    said = text_of(page(client))
    assert "Is 60 or older" in said and "Take-up" not in said


def test_who_receives_without_being_due_is_to_be_checked_and_told_of_larger_groups_only(
    sign_in, run
):
    take_up(run, "330103", due=40, received=20, received_not_due=16)
    take_up(run, "33010301", due=20, received=10, received_not_due=9)
    take_up(run, "33010302", due=20, received=10, received_not_due=7)
    client = sign_in("province_officer", office("P33", ("33",)))
    said = text_of(page(client, area="330103"))
    assert "16 receive it although the facts on record do not bear it out" in said
    TakeUp.objects.filter(code="33010302").update(received_not_due=3)
    other = TakeUp.objects.get(code="330103")
    TakeUp.objects.filter(code="330103").update(received_not_due=4)
    queries._to_check.cache_clear()
    assert other.received_not_due == 16
    assert "do not bear it out" not in text_of(page(client, area="330103"))
