"""What there is to do: drafts, returned visits, households without a visit in this round."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from wattana.kernel.problems import Forbidden, NotFound
from wattana.surveys import queries
from wattana.surveys.actions import visits

pytestmark = pytest.mark.django_db

THIS_YEAR = timezone.localdate().year


@pytest.fixture
def authority():
    return factories.organization()


@pytest.fixture
def enumerator(authority):
    return factories.viewer("enumerator", user_id=7, organization_id=authority.pk)


def visit(home, **more):
    given = {"year": THIS_YEAR, "surveyed_on": dt.date(THIS_YEAR, 1, 2), "created_by": 7}
    return factories.visit(home, **given | more)


def test_drafts_returned_visits_and_households_to_come_are_listed(authority, enumerator):
    homes = [factories.household(owner=authority, house_no=str(n)) for n in range(1, 6)]
    factories.person(homes[0], relation="head", first_name="มานะ", last_name="ใจดี")
    visit(homes[0])
    visit(homes[1], status="returned", reason="ตรวจรายได้")
    visit(homes[2], status="submitted")
    work = queries.work(enumerator)
    assert [item.household for item in work.drafts] == [homes[0].pk]
    assert work.drafts[0].head == "มานะ ใจดี"
    assert [(item.household, item.reason) for item in work.returned] == [(homes[1].pk, "ตรวจรายได้")]
    assert [item.house_no for item in work.households] == ["4", "5"]
    assert (work.count.number, work.year, work.round) == (2, THIS_YEAR, 1)
    assert work.to_review == []
    assert "33010301" in work.areas


def test_the_officer_sees_what_was_handed_in(authority):
    home = factories.household(owner=authority)
    visit(home, status="submitted", created_by=99)
    officer = factories.viewer("tambon_officer", user_id=8, organization_id=authority.pk)
    assert [item.household for item in queries.work(officer).to_review] == [home.pk]


def test_the_drafts_of_others_are_not_hers(authority, enumerator):
    visit(factories.household(owner=authority), created_by=99)
    work = queries.work(enumerator)
    assert work.drafts == []
    assert work.households == [], "but the household is being surveyed"


def test_a_new_round_puts_all_households_on_the_list_again(authority, enumerator):
    first, second = (factories.household(owner=authority, house_no=str(n)) for n in (1, 2))
    visit(first, status="approved")
    visit(second, round=2, status="approved")
    work = queries.work(enumerator)
    assert work.round == 2
    assert [item.household for item in work.households] == [first.pk]


def test_one_visit_ahead_of_the_others_moves_nobody_to_another_round(authority, enumerator):
    homes = [factories.household(owner=authority, house_no=str(n)) for n in range(1, 24)]
    for home in homes[:21]:
        visit(home, status="approved")
    for home in (homes[0], homes[21]):
        ahead = visit(home, round=2, status="submitted")
    visits.reopen(visit=ahead.pk, by=factories.viewer("tambon_officer", areas=("33",)))
    work = queries.work(enumerator)
    assert work.round == 1
    assert [item.household for item in work.households] == [homes[22].pk], "visited, or begun"
    visit(homes[1], round=2, status="submitted")
    assert queries.work(enumerator).round == 2, "two of twenty-one are more than a twentieth"


def test_a_slip_before_the_first_round_of_a_year_leaves_it_the_first(authority, enumerator):
    last = THIS_YEAR - 1
    for number in range(21):
        home = factories.household(owner=authority, house_no=str(number))
        visit(home, year=last, surveyed_on=dt.date(last, 1, 2), status="approved")
    visit(home, round=2, status="submitted")
    work = queries.work(enumerator)
    assert (work.year, work.round, work.count.number) == (THIS_YEAR, 1, 20)


@pytest.mark.parametrize("status", ["draft", "returned", "not_surveyed"])
def test_a_round_of_which_nothing_is_handed_in_has_not_come(authority, enumerator, status):
    first, second = (factories.household(owner=authority, house_no=str(n)) for n in (1, 2))
    visit(first, status="approved")
    visit(first, round=2, status=status, not_surveyed="away" if status == "not_surveyed" else "")
    work = queries.work(enumerator)
    assert (work.round, work.count.number) == (1, 1)
    assert [item.household for item in work.households] == [second.pk]


def test_the_round_is_that_of_the_villages_shown(authority):
    here = factories.household("33010301", owner=authority)
    visit(factories.household("33010302", owner=authority), round=2, status="submitted")
    of_one_village = factories.viewer(
        "enumerator", user_id=7, organization_id=authority.pk, areas=("33010301",)
    )
    work = queries.work(of_one_village)
    assert work.round == 1
    assert [item.household for item in work.households] == [here.pk]


def test_last_year_s_round_is_over(authority, enumerator):
    home = factories.household(owner=authority)
    last = THIS_YEAR - 1
    visit(home, year=last, surveyed_on=dt.date(last, 1, 2), status="approved", round=3)
    work = queries.work(enumerator)
    assert (work.year, work.round) == (THIS_YEAR, 1)
    assert [item.household for item in work.households] == [home.pk]


def test_only_her_own_villages_and_only_households_that_are_there(authority):
    narrow = factories.viewer("enumerator", areas=("33010302",), organization_id=authority.pk)
    factories.household("33010301", owner=authority)
    there = factories.household("33010302", owner=authority)
    factories.household("33010302", owner=authority, status="moved")
    assert [item.household for item in queries.work(narrow).households] == [there.pk]


def test_the_list_is_paged(authority, enumerator):
    for number in range(5):
        factories.household(owner=authority, house_no=str(number))
    first = queries.work(enumerator, size=3)
    second = queries.work(enumerator, cursor=first.pending.next, size=3)
    assert [item.house_no for item in first.households + second.households] == list("01234")
    assert second.pending.next is None


def test_the_work_list_costs_a_fixed_number_of_queries(
    authority, enumerator, django_assert_max_num_queries
):
    for number in range(30):
        home = factories.household(owner=authority, house_no=str(number))
        factories.person(home, relation="head")
        if number % 3 == 0:
            visit(home, status="returned" if number % 2 else "draft")
    with django_assert_max_num_queries(8):
        queries.work(enumerator)


def test_who_does_not_record_has_no_work_here():
    with pytest.raises(Forbidden):
        queries.work(factories.viewer("district_officer"))


def test_answers_come_without_the_sensitive_ones_for_who_may_not_see_them(authority, enumerator):
    home = factories.household(owner=authority)
    person, made = factories.person(home, birth_year=1970), visit(home)
    for name, value in (("health", "bedridden"), ("work_status", "working")):
        visits.answer(visit=made.pk, variable=name, value=value, person=person.pk, by=enumerator)
    visits.answer(visit=made.pk, variable="tap_water", value="true", by=enumerator)
    assert queries.answers_of(enumerator, made.pk) == {
        None: {"tap_water": True},
        person.pk: {"health": "bedridden", "work_status": "working"},
    }
    district = factories.viewer("district_officer", areas=("3301",))
    assert queries.answers_of(district, made.pk)[person.pk] == {"work_status": "working"}


def test_changes_hide_sensitive_values_from_who_may_not_see_them(authority, enumerator):
    home = factories.household(owner=authority)
    person, made = factories.person(home, birth_year=1970), visit(home)
    for value in ("bedridden", "chronic"):
        visits.answer(
            visit=made.pk, variable="health", value=value, person=person.pk, by=enumerator
        )
    assert [(c.old, c.new) for c in queries.changes(enumerator, made.pk)] == [
        ("bedridden", "chronic")
    ]
    district = factories.viewer("district_officer", areas=("3301",))
    assert [(c.old, c.new) for c in queries.changes(district, made.pk)] == [(None, None)]


def test_outsiders_read_nothing(authority):
    made = visit(factories.household(owner=authority))
    outsider = factories.viewer("tambon_officer", areas=("330201",))
    for read in (queries.visit, queries.answers_of, queries.changes):
        with pytest.raises(NotFound):
            read(outsider, made.pk)
    assert queries.visits(outsider, made.household_id) == []


def test_who_may_not_view_households_reads_no_visits(authority):
    made = visit(factories.household(owner=authority))
    for read, key in ((queries.visit, made.pk), (queries.visits, made.household_id)):
        with pytest.raises(Forbidden):
            read(factories.viewer("researcher"), key)
