from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from wattana.accounts import queries
from wattana.accounts.models import Agreement
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import NOBODY

pytestmark = pytest.mark.django_db


def see(member, member_id=None):
    return queries.viewer_of(member.user, member_id)


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def test_an_agreement_over_the_district_opens_the_tambon_that_the_organization_serves():
    member = factories.member()
    factories.agreement(member.organization, areas=("3301",))
    viewer = see(member)
    assert viewer.areas == ("330103",)
    assert not viewer.own_records_only
    assert viewer.agreement_ends == days(365)


def test_reading_the_viewer_takes_two_queries(django_assert_num_queries):
    member = factories.member()
    factories.agreement(member.organization, areas=("3301", "3302"))
    factories.agreement(member.organization, areas=("330103",))
    user = member.user
    with django_assert_num_queries(2):
        queries.viewer_of(user, member.pk)


def test_no_agreement_leaves_only_own_records():
    viewer = see(factories.member())
    assert viewer.areas == ()
    assert viewer.own_records_only
    assert viewer.agreement_ends is None
