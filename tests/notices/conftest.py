"""A member with a channel of her own, and notices for her."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from wattana.accounts.models import User
from wattana.kit import moments
from wattana.notices import actions, kinds
from wattana.notices.models import Preference

NOON = timezone.make_aware(dt.datetime(2026, 6, 8, 12))  # a Monday
LINE_USER = "U" + "0123456789abcdef" * 2
KIND = "test.case"


@pytest.fixture(autouse=True)
def installation(settings, monkeypatch):
    settings.SITE_ADDRESS = "https://wattana.example"
    monkeypatch.setitem(kinds._kinds, KIND, "Case %(number)s")


@pytest.fixture
def user(db) -> User:
    return factories.member(username="officer").user


def at(*, days: int = 0, hour: int = 12):
    """Within the block it is so many days after the Monday, at this hour."""
    moment = timezone.localtime(NOON) + dt.timedelta(days=days)
    return moments.at(moment.replace(hour=hour))


def prefers(user: User, channel: str = "line", address: str = LINE_USER, **more) -> Preference:
    usual = {"channel": channel, "address": address, "rhythm": "soon"}
    return Preference.objects.update_or_create(user=user, defaults=usual | more)[0]


def told(user: User, number: int) -> None:
    actions.tell({user.pk}, KIND, {"number": number}, "/referrals/", key=f"case:{number}")
