from __future__ import annotations

import pytest

from tests import factories
from wattana.accounts import queries


@pytest.fixture(autouse=True)
def own_landing(settings):
    """No other room's page is needed."""
    settings.LOGIN_REDIRECT_URL = "accounts:account"


@pytest.fixture
def operator(db):
    """An administrator of the organisation that runs the installation."""
    university = factories.organization("SSKRU", kind="university", areas=("33",), is_operator=True)
    return factories.member("administrator", of=university)


@pytest.fixture
def administrator(db):
    """An administrator of a local authority."""
    return factories.member("administrator", of=factories.organization())


@pytest.fixture
def viewer_of():
    """The viewer behind a member."""

    def see(member):
        return queries.viewer_of(member.user, member.pk)

    return see


@pytest.fixture
def signed_in(client):
    """A client signed in as a member, in English."""

    def sign_in(member):
        client.force_login(member.user)
        client.cookies["django_language"] = "en"
        return client

    return sign_in
