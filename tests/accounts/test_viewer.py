from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from wattana.accounts import queries, scope
from wattana.accounts.agreements import State, intersection, state_of
from wattana.accounts.models import OrganizationArea
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import NOBODY
from wattana.kernel.problems import Forbidden
from wattana.registry.models import Household

pytestmark = pytest.mark.django_db


def see(member, member_id=None):
    return queries.viewer_of(member.user, member_id)


def day(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def test_an_agreement_over_the_district_opens_the_tambon_that_the_organization_serves():
    member = factories.member()
    factories.agreement(member.organization, areas=("3301",))
    viewer = see(member)
    assert viewer.areas == ("330103",)
    assert not viewer.own_records_only
    assert viewer.agreement_ends == day(365)


def test_an_agreement_over_one_tambon_opens_only_that_to_the_province():
    province = factories.organization("33", kind="province", areas=("33",))
    member = factories.member("province_officer", of=province)
    factories.agreement(province, areas=("330103", "3302"))
    assert see(member).areas == ("330103", "3302")


def test_an_agreement_over_another_area_opens_nothing():
    member = factories.member()
    factories.agreement(member.organization, areas=("3302",))
    viewer = see(member)
    assert viewer.areas == ()
    assert viewer.own_records_only


def test_an_agreement_between_others_opens_nothing():
    member = factories.member()
    factories.agreement(factories.organization("6330999", areas=("330201",)), areas=("33",))
    assert see(member).areas == ()


def test_a_purpose_that_no_agreement_names_takes_away_what_serves_it():
    member = factories.member()
    factories.agreement(member.organization, purposes=["refer"])
    viewer = see(member)
    assert viewer.can(Permission.HOUSEHOLD_VIEW)
    assert viewer.can(Permission.REFERRAL_SEND)
    assert {Permission.IMPORT, Permission.HOUSEHOLD_EDIT} <= viewer.unserved
    with pytest.raises(Forbidden, match="shares data"):
        viewer.require(Permission.IMPORT)


def test_each_area_is_open_for_the_purposes_of_its_own_agreement():
    served = factories.organization("33", kind="province", areas=("33",))
    member = factories.member("tambon_officer", of=served)
    factories.agreement(served, areas=("330103",), purposes=["collect"])
    factories.agreement(served, areas=("330105",), purposes=["refer"])
    factories.agreement(served, areas=("3302",), purposes=["research"])
    viewer = see(member)
    assert viewer.areas == ("330103", "330105")
    assert viewer.toward(Permission.IMPORT).areas == ("330103",)
    assert viewer.toward(Permission.REFERRAL_SEND).areas == ("330105",)
    assert viewer.toward(Permission.AREA_VIEW).areas == ("3302",)
    assert viewer.toward(Permission.AGREEMENTS_VIEW) == viewer


def test_the_page_of_a_permission_knows_only_the_areas_open_for_it(client):
    served = factories.organization("33", kind="province", areas=("33",))
    factories.agreement(served, areas=("330103",), purposes=["collect"])
    factories.agreement(served, areas=("330105",), purposes=["refer"])
    client.force_login(factories.member("tambon_officer", of=served).user)
    collected, referred = factories.household("33010301"), factories.household("33010501")
    edit = [reverse("registry:edit", args=[home.pk]) for home in (collected, referred)]
    assert [client.get(one).status_code for one in edit] == [200, 404]
    need = [reverse("referrals:need_new", args=[home.pk]) for home in (collected, referred)]
    assert [client.get(one).status_code for one in need] == [404, 200]


def test_records_of_ones_own_need_no_purpose_when_nothing_is_in_force():
    viewer = see(factories.member())
    assert viewer.own_records_only
    assert viewer.can(Permission.HOUSEHOLD_EDIT)
    assert viewer.unserved == frozenset()


@pytest.mark.parametrize(
    ("starts", "ends", "opens"),
    [(-30, -1, False), (-30, 0, True), (0, 30, True), (1, 30, False)],
    ids=["ended yesterday", "ends today", "begins today", "begins tomorrow"],
)
def test_an_agreement_opens_from_its_first_to_its_last_day(starts, ends, opens):
    member = factories.member()
    factories.agreement(member.organization, starts=day(starts), ends=day(ends))
    assert bool(see(member).areas) is opens
    assert see(member).own_records_only is not opens


def test_the_day_is_that_of_bangkok(monkeypatch):
    member = factories.member()
    factories.agreement(member.organization, starts=dt.date(2026, 3, 2), ends=dt.date(2026, 3, 2))
    late_on_the_first_in_london = dt.datetime(2026, 3, 1, 17, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: late_on_the_first_in_london)
    assert see(member).areas == ("330103",)


def test_an_agreement_that_was_ended_early_opens_nothing():
    member = factories.member()
    factories.agreement(member.organization, ended_early_at=timezone.now(), ended_early_by=1)
    assert see(member).own_records_only


def test_two_agreements_open_what_either_opens_and_the_first_end_is_told():
    district = factories.organization("3301", kind="district", areas=("3301",))
    member = factories.member("district_officer", of=district)
    factories.agreement(district, areas=("330103", "330105"), ends=day(200))
    factories.agreement(district, areas=("330105", "33010301"), ends=day(100))
    viewer = see(member)
    assert viewer.areas == ("330103", "330105")
    assert viewer.agreement_ends == day(100)


def test_both_organizations_of_a_shared_tambon_see_it():
    town = factories.organization("5330101", kind="municipality", areas=("330103",))
    country = factories.organization("6330113", areas=("330103",))
    OrganizationArea.objects.update(coverage="part")
    factories.agreement(town, country)
    assert see(factories.member(of=town)).areas == ("330103",)
    assert see(factories.member(of=country)).areas == ("330103",)


def test_a_municipality_that_serves_villages_sees_only_those():
    town = factories.organization("5330122", kind="municipality", areas=("33012201", "33012202"))
    factories.agreement(town, areas=("330122",))
    assert see(factories.member(of=town)).areas == ("33012201", "33012202")


def test_a_member_is_narrowed_to_her_villages():
    member = factories.member("enumerator")
    factories.agreement(member.organization)
    member.areas.set([factories.area("33010301"), factories.area("33020101")])
    viewer = see(member)
    assert viewer.areas == ("33010301",)
    assert not viewer.own_records_only


def test_a_member_narrowed_to_an_area_elsewhere_sees_nothing():
    member = factories.member("enumerator")
    factories.agreement(member.organization)
    member.areas.set([factories.area("330201")])
    factories.household(owner=member.organization)
    viewer = see(member)
    assert viewer.areas == ()
    assert not viewer.own_records_only
    assert not scope.within(Household.objects.all(), viewer).exists()


def test_without_agreement_only_records_of_ones_own_organization_remain():
    member = factories.member()
    own = factories.household(owner=member.organization)
    factories.household(owner=factories.organization("6330999"))
    assert list(scope.within(Household.objects.all(), see(member))) == [own]


def test_without_agreement_a_narrowed_member_keeps_her_villages_of_the_own_records():
    member = factories.member("enumerator")
    member.areas.set([factories.area("33010301")])
    own = factories.household("33010301", owner=member.organization)
    factories.household("33010302", owner=member.organization)
    viewer = see(member)
    assert viewer.areas == () and viewer.own_areas == ("33010301",)
    assert list(scope.within(Household.objects.all(), viewer)) == [own]


def test_a_user_with_two_roles_is_one_of_them_at_a_time():
    first = factories.member("tambon_officer")
    other = factories.organization("SSKRU", kind="university", areas=("33",))
    second = first.user.members.create(organization=other, role="researcher")
    assert see(first).role == "tambon_officer"
    assert see(first, second.pk).role == "researcher"
    assert see(first, second.pk).organization_id == other.pk


def test_another_persons_membership_cannot_be_chosen():
    member = factories.member("researcher")
    other = factories.member("administrator")
    assert see(member, other.pk).role == "researcher"


def test_an_ended_membership_gives_nothing():
    member = factories.member()
    member.ended_at = timezone.now()
    member.save()
    viewer = see(member, member.pk)
    assert viewer.member_id == 0
    assert viewer.permissions == frozenset()
    assert not viewer.areas and not viewer.own_records_only


@pytest.mark.parametrize("status", ["invited", "pending", "suspended"])
def test_a_user_who_is_not_active_is_nobody(status):
    member = factories.member()
    member.user.status = status
    assert see(member) is NOBODY


def test_reading_the_viewer_takes_two_queries(django_assert_num_queries):
    member = factories.member()
    member.areas.set([factories.area("33010301"), factories.area("33010302")])
    factories.agreement(member.organization, areas=("3301", "3302"))
    factories.agreement(member.organization, areas=("330103",))
    user = member.user
    with django_assert_num_queries(2):
        queries.viewer_of(user, member.pk)


def test_only_the_operators_administrator_manages_agreements():
    own = see(factories.member("administrator"))
    operator = factories.organization("SSKRU", areas=("33",), is_operator=True)
    operators = see(factories.member("administrator", of=operator))
    assert not own.can(Permission.AGREEMENTS_MANAGE)
    assert own.can(Permission.MEMBERS_MANAGE)
    assert operators.can(Permission.AGREEMENTS_MANAGE)
    assert operators.is_operator


def test_working_for_the_operator_gives_other_roles_nothing_more():
    operator = factories.organization("SSKRU", areas=("33",), is_operator=True)
    assert not see(factories.member("researcher", of=operator)).can(Permission.AGREEMENTS_MANAGE)


@pytest.mark.parametrize(
    ("some", "others", "both"),
    [
        (["33"], ["330105"], ("330105",)),
        (["330105"], ["33"], ("330105",)),
        (["330105", "33010501"], ["3301"], ("330105",)),
        (["330105"], ["330106"], ()),
        (["3301"], ["33010501", "330201"], ("33010501",)),
        ([], ["33"], ()),
    ],
)
def test_the_intersection_of_codes(some, others, both):
    assert intersection(some, others) == both


@pytest.mark.parametrize(
    ("starts", "ends", "ended", "state"),
    [
        (1, 400, False, State.NOT_BEGUN),
        (0, 400, False, State.IN_FORCE),
        (-9, 91, False, State.IN_FORCE),
        (-9, 90, False, State.ENDING),
        (-9, 0, False, State.ENDING),
        (-9, -1, False, State.ENDED),
        (-9, 400, True, State.ENDED_EARLY),
    ],
)
def test_the_state_of_an_agreement(starts, ends, ended, state):
    moment = timezone.now() if ended else None
    assert state_of(day(starts), day(ends), moment, day(0)) == state
