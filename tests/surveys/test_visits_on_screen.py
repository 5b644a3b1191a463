"""A visit from its start to its approval, and who sees what of it."""

from __future__ import annotations

from django.urls import reverse

from tests import factories
from tests.surveys.screens import viewer_behind
from wattana.registry.models import Household
from wattana.surveys import queries
from wattana.surveys.actions import visits
from wattana.surveys.models import Visit


def test_start_offers_the_current_round_and_goes_on_with_a_draft(house, enumerating):
    address = reverse("surveys:start", args=[house.household.pk])
    assert enumerating.get(address).status_code == 200
    refused = enumerating.post(address, {"year": "2026", "round": "1", "surveyed_on": "31/31/2569"})
    assert refused.status_code == 422
    begun = enumerating.post(address, {"year": "2026", "round": "1", "surveyed_on": "1/3/2569"})
    assert begun.url == house.address("visit")
    assert Visit.objects.count() == 1


def test_people_without_a_house_are_named_by_their_place_as_it_was_described(house, enumerating):
    Household.objects.filter(pk=house.household.pk).update(house_no="", road="ใต้สะพานข้างวัด")
    for page in (reverse("surveys:start", args=[house.household.pk]), house.address("visit")):
        assert ">ใต้สะพานข้างวัด, " in enumerating.get(page).content.decode()


def test_start_proposes_the_round_in_work_and_leads_to_it(house, enumerating):
    Visit.objects.filter(pk=house.visit.pk).update(round=3)
    html = enumerating.get(reverse("surveys:start", args=[house.household.pk])).content.decode()
    assert '<option value="3" selected>3 (2026: draft)</option>' in html
    assert f'href="{house.address("visit")}">Go on with 2026, round 3' in html


def test_start_proposes_the_first_round_without_a_visit_and_marks_the_others(house, enumerating):
    Visit.objects.filter(pk=house.visit.pk).update(status="approved")
    factories.visit(house.household, year=2026, round=2, status="not_surveyed", not_surveyed="away")
    html = enumerating.get(reverse("surveys:start", args=[house.household.pk])).content.decode()
    assert '<option value="1">1 (2026: approved)</option>' in html
    assert '<option value="2">2 (2026: could not be surveyed)</option>' in html
    assert '<option value="3" selected>3</option>' in html


def test_start_says_that_a_further_round_begins_where_the_current_one_has_its_visit(
    house, enumerating
):
    address = reverse("surveys:start", args=[house.household.pk])
    assert "begins for it" not in enumerating.get(address).content.decode()
    Visit.objects.filter(pk=house.visit.pk).update(status="submitted")
    html = enumerating.get(address).content.decode()
    assert "visited on 1 Mar 2026 in round 1 of 2026. With this visit, round 2 of the year" in html
    Visit.objects.filter(pk=house.visit.pk).update(status="not_surveyed", not_surveyed="away")
    assert "begins for it" not in enumerating.get(address).content.decode()


def test_a_round_that_was_surveyed_keeps_the_form_and_leads_to_its_visit(house, enumerating):
    Visit.objects.filter(pk=house.visit.pk).update(status="approved")
    address = reverse("surveys:start", args=[house.household.pk])
    again = {"year": "2026", "round": "1", "surveyed_on": "2/3/2569"}
    refused = enumerating.post(address, again)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "has a visit in this round already" in html and 'value="2/3/2569"' in html
    assert f'<a href="{house.address("visit")}">Open that visit</a>' in html
    ahead = enumerating.post(address, again | {"round": "2", "surveyed_on": "1/1/2600"})
    assert ahead.status_code == 422 and "in the future" in ahead.content.decode()


def test_handing_in_names_what_is_open_and_asks_why(house, enumerating):
    address = house.address("submit")
    visits.answer(
        visit=house.visit.pk, variable="tap_water", value="true",
        by=viewer_behind(house.enumerator),
    )  # fmt: skip
    html = enumerating.get(address).content.decode()
    assert "questions are still open" in html and "Part 2: Physical capital" in html
    assert enumerating.post(address, {}).status_code == 422
    assert enumerating.post(address, {"open_reason": "absent"}).url == house.address("visit")
    house.visit.refresh_from_db()
    assert house.visit.status == "submitted"


def earlier_visit(house, answered, **more):
    given = {"year": 2025, "status": "approved", "asked": 118, "answered": answered}
    return factories.visit(house.household, **given | more)


def test_a_visit_that_answers_much_less_than_the_one_before_is_handed_in_with_a_tick(
    house, enumerating, sign_in
):
    earlier = earlier_visit(house, 115)
    visits.answer(
        visit=house.visit.pk, variable="tap_water", value="true",
        by=viewer_behind(house.enumerator),
    )  # fmt: skip
    address, said = house.address("submit"), "answered 115 questions, this one 1."
    html = enumerating.get(address).content.decode()
    assert said in html and reverse("surveys:visit", args=[earlier.pk]) in html
    refused = enumerating.post(address, {"open_reason": "absent"})
    assert refused.status_code == 422 and "Tick this if" in refused.content.decode()
    sent = enumerating.post(address, {"open_reason": "absent", "all_the_same": "on"})
    assert sent.url == house.address("visit")
    house.visit.refresh_from_db()
    assert house.visit.status == "submitted"
    for_review = sign_in(house.officer).get(house.address("visit")).content.decode()
    assert said in for_review, "who approves it is told, too"


def test_a_visit_warns_only_of_a_fuller_one_that_it_takes_the_place_of(house, enumerating):
    recorder = viewer_behind(house.enumerator)
    given = {"tap_water": "true", "electricity": "metered", "expense__food": "1200"}
    for name, value in given.items():
        visits.answer(visit=house.visit.pk, variable=name, value=value, by=recorder)
    for unlike in (
        {"answered": 5},  # three of five are enough
        {"answered": 115, "status": "draft"},
        {"answered": 115, "year": 2026, "round": 2},  # the newer one stays
    ):
        earlier = earlier_visit(house, **unlike)
        html = enumerating.get(house.address("submit")).content.decode()
        assert "questions, this one" not in html and "all_the_same" not in html
        earlier.delete()
    earlier_visit(house, 6)
    assert "this one 3." in enumerating.get(house.address("submit")).content.decode()


def test_after_handing_in_the_page_leads_to_the_scores_and_to_the_next_household(
    house, enumerating
):
    before = enumerating.get(house.address("visit")).content.decode()
    recorder = viewer_behind(house.enumerator)
    visits.answer(visit=house.visit.pk, variable="tap_water", value="true", by=recorder)
    visits.submit(visit=house.visit.pk, open_reason="unknown", by=recorder)
    after = enumerating.get(house.address("visit")).content.decode()
    home = reverse("registry:household", args=[house.visit.household_id])
    for way in (
        f'href="{home}?open=capitals#capitals"',
        '<a class="btn btn-outline-primary" href="/">',
    ):
        assert way not in before
        assert way in after
    assert Visit.objects.get(pk=house.visit.pk).status == "submitted"
    assert "Its answers count from handing in on, also before approval" in after
    assert Household.objects.get(pk=house.visit.household_id).surveyed_on == house.visit.surveyed_on


def test_who_recorded_is_told_that_another_approves_or_that_nobody_else_can(house, sign_in):
    Visit.objects.filter(pk=house.visit.pk).update(
        status="submitted", submitted_by=house.officer.user_id
    )
    officer = sign_in(house.officer)
    alone = officer.get(house.address("visit")).content.decode()
    assert "nobody else of your organisation can approve it" in alone
    assert house.address("approve") in alone
    factories.member("tambon_officer", of=house.officer.organization, username="colleague")
    page = officer.get(house.address("visit")).content.decode()
    assert "Another member of your organisation has to approve it" in page
    assert house.address("approve") not in page and house.address("return") in page
    assert officer.post(house.address("approve")).status_code == 403
    thai = sign_in(house.officer, "th").get(house.address("visit")).content.decode()
    assert "ต้องให้สมาชิกคนอื่นในหน่วยงานของท่านเป็นผู้รับรอง" in thai


def test_the_officer_returns_and_approves_on_screen(house, sign_in):
    Visit.objects.filter(pk=house.visit.pk).update(status="submitted")
    officer = sign_in(house.officer)
    html = officer.get(house.address("visit")).content.decode()
    assert house.address("approve") in html and house.address("return") in html
    assert officer.post(house.address("return"), {"reason": ""}).status_code == 422
    officer.post(house.address("return"), {"reason": "ตรวจอีกครั้ง"})
    assert "ตรวจอีกครั้ง" in officer.get(house.address("visit")).content.decode()
    Visit.objects.filter(pk=house.visit.pk).update(status="submitted")
    officer.post(house.address("approve"))
    house.visit.refresh_from_db()
    assert house.visit.status == "approved"


def test_could_not_be_surveyed_asks_for_the_reason(house, enumerating):
    address = house.address("not_surveyed")
    assert enumerating.post(address, {}).status_code == 422
    enumerating.post(address, {"why": "moved"})
    assert "moved away" in enumerating.get(house.address("visit")).content.decode()
    enumerating.post(house.address("reopen"))
    house.visit.refresh_from_db()
    assert house.visit.status == "draft"


def test_replaced_answers_are_listed(house, enumerating):
    by = viewer_behind(house.enumerator)
    for value in ("rented", "own"):
        visits.answer(visit=house.visit.pk, variable="home_tenure", value=value, by=by)
    html = enumerating.get(house.address("changes")).content.decode()
    assert "rented" in html and "own house and land" in html and "enumerator-" in html


def test_the_panel_lists_rounds_and_offers_the_next(house, enumerating):
    rounds = queries.visits(viewer_behind(house.enumerator), house.household.pk)
    assert [(one.year, one.round, one.in_work) for one in rounds] == [(2026, 1, True)]
    assert rounds[0].who == house.enumerator.user.display_name
