from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from tests import factories
from wattana.accounts import queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def day(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def texts(member):
    return [notice.text for notice in queries.notices(queries.viewer_of(member.user, None))]


def test_91_days_before_the_end_nobody_is_told_and_nothing_is_asked(django_assert_num_queries):
    member = factories.member()
    factories.agreement(member.organization, ends=day(91))
    viewer = queries.viewer_of(member.user, None)
    with django_assert_num_queries(0):
        assert queries.notices(viewer) == []


@pytest.mark.parametrize("role", ["enumerator", "tambon_officer", "researcher", "administrator"])
def test_90_days_before_the_end_every_member_of_a_party_is_told(role):
    member = factories.member(role)
    factories.agreement(member.organization, ends=day(90), title_en="Data for Khu Sot")
    (notice,) = queries.notices(queries.viewer_of(member.user, None))
    assert notice.level == "warning"
    assert notice.day == day(90)
    assert "Data for Khu Sot" in notice.text and "in 90 days" in notice.text


def test_a_notice_takes_one_query(django_assert_num_queries):
    member = factories.member()
    factories.agreement(member.organization, ends=day(3))
    viewer = queries.viewer_of(member.user, None)
    with django_assert_num_queries(1):
        queries.notices(viewer)


def test_members_of_others_are_not_told():
    outsider = factories.member(of=factories.organization("6330999", areas=("330201",)))
    factories.agreement(outsider.organization, areas=("330201",))
    factories.agreement(factories.organization(), ends=day(3))
    assert texts(outsider) == []


def test_a_renewal_that_follows_at_once_silences_the_notice():
    member = factories.member()
    old = factories.agreement(member.organization, ends=day(10))
    factories.agreement(member.organization, starts=day(11), renews=old)
    assert texts(member) == []


def test_a_renewal_that_leaves_a_gap_is_told_with_its_day():
    member = factories.member()
    old = factories.agreement(member.organization, ends=day(10))
    factories.agreement(member.organization, starts=day(20), renews=old)
    (text,) = texts(member)
    assert "Its renewal begins on" in text


def test_when_the_only_agreement_has_ended_it_is_told_what_remains():
    member = factories.member()
    factories.agreement(member.organization, ends=day(-400), starts=day(-900), title_en="Pilot")
    (notice,) = queries.notices(queries.viewer_of(member.user, None))
    assert notice.level == "danger" and notice.day == day(-400)
    assert "Pilot" in notice.text
    assert "only records that your own organisation entered" in notice.text


def two_tambons(role="tambon_officer"):
    return factories.member(role, of=factories.organization(areas=("330103", "330105")))


def cut_short(member, **more):
    return factories.agreement(
        member.organization, title_en="Cut short", ended_early_at=timezone.now(), ended_early_by=1,
        **more,
    )  # fmt: skip


def test_when_one_of_two_agreements_has_ended_it_is_told_if_the_other_opens_less():
    member = two_tambons()
    factories.agreement(member.organization, ends=day(-5), title_en="The old one")
    factories.agreement(member.organization, areas=("330103",))
    (text,) = texts(member)
    assert text.startswith("The agreement “The old one” ended on")


def test_an_agreement_for_a_district_closes_nothing_where_others_open_all_its_tambons():
    member = factories.member(
        "district_officer", of=factories.organization("district", areas=("3301",))
    )
    for tambon in ("330101", "330103", "330105"):
        factories.area(tambon)
    factories.agreement(member.organization, areas=("330101", "330103"))
    cut_short(member)
    assert texts(member) != []
    factories.agreement(member.organization, areas=("330105",))
    assert texts(member) == []


def test_an_agreement_ended_early_is_told():
    member = two_tambons()
    cut_short(member)
    factories.agreement(member.organization, areas=("330105",))
    (text,) = texts(member)
    assert "Cut short" in text


@pytest.mark.parametrize("role", ["enumerator", "tambon_officer", "administrator"])
def test_nothing_is_told_where_another_agreement_keeps_the_same_areas_open(
    role, django_assert_num_queries
):
    member = factories.member(role)
    cut_short(member)
    factories.agreement(member.organization, ends=day(-5))
    factories.agreement(member.organization, ends=day(30), title_en="Ends soon")
    factories.agreement(member.organization, areas=("33",))
    viewer = queries.viewer_of(member.user, None)
    with django_assert_num_queries(0):
        assert queries.notices(viewer) == []


def test_areas_that_are_not_her_organisations_count_for_nothing():
    member = factories.member()
    cut_short(member, areas=("3301", "3302"))
    factories.agreement(member.organization, areas=("330103",))
    assert texts(member) == []


def test_villages_that_are_not_hers_count_for_nothing():
    member = factories.member("enumerator")
    member.areas.set([factories.area("33010301")])
    cut_short(member)
    factories.agreement(member.organization, areas=("33010301",))
    assert texts(member) == []


def test_what_her_role_never_does_closes_nothing_to_her():
    of = factories.organization()
    cut_short(factories.member("enumerator", of=of), purposes=["collect", "research"])
    factories.agreement(of, purposes=["collect", "analyse"])
    enumerator, administrator = of.members.get(), factories.member("administrator", of=of)
    assert texts(enumerator) != []  # rights are read for referrals or research
    factories.agreement(of, purposes=["refer"])
    assert texts(enumerator) == []
    assert len(texts(administrator)) == 1  # who asks for the renewal is told of every purpose


def test_a_renewal_over_fewer_areas_does_not_silence_the_notice():
    member = two_tambons()
    old = factories.agreement(member.organization, ends=day(10))
    factories.agreement(member.organization, starts=day(11), renews=old, areas=("330105",))
    (text,) = texts(member)
    assert "opens less to you" in text


def test_without_any_agreement_it_is_told():
    (text,) = texts(factories.member())
    assert text.startswith("Your organisation has no agreement in force.")


def test_an_agreement_over_other_areas_is_told():
    member = factories.member()
    factories.agreement(member.organization, areas=("3302",))
    (text,) = texts(member)
    assert "open none of your organisation's areas" in text


def test_in_thai_the_day_stands_in_the_buddhist_era():
    member = factories.member()
    factories.agreement(member.organization, ends=day(30))
    with translation.override("th"):
        (text,) = texts(member)
    assert str(day(30).year + 543) in text
