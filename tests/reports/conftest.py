from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from tests import factories
from wattana.accounts.models import Member


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def tambon_office():
    """The local authority of Khu Sot (330103), with an agreement in force."""
    office = factories.organization("6330113", areas=("330103",))
    factories.agreement(office, areas=("33",))
    return office


@pytest.fixture
def district_office():
    office = factories.organization("D3301", kind="district", areas=("3301",))
    factories.agreement(office, areas=("33",))
    return office


@pytest.fixture
def sign_in(client: Client) -> Callable[[Member], Client]:
    """A client signed in as a member, reading English."""

    def signed_in(member: Member) -> Client:
        client.force_login(member.user)
        client.cookies["django_language"] = "en"
        return client

    return signed_in
