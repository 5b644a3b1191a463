from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tests import factories
from wattana.accounts.models import Organization
from wattana.accounts.viewer import Viewer
from wattana.kernel.sealing import Keyring


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    Keyring.create(path)
    return path


@pytest.fixture(autouse=True)
def _keys(settings, key_file: Path) -> None:
    settings.KEYS_FILE = key_file


@pytest.fixture
def officer(db) -> Viewer:
    """A tambon officer of 330103."""
    return factories.viewer(organization_id=factories.organization().pk)


@pytest.fixture
def outsider(db) -> Viewer:
    """A tambon officer of another tambon."""
    return factories.viewer(
        areas=("330105",),
        user_id=2,
        organization_id=factories.organization("6330105", areas=("330105",)).pk,
    )


@pytest.fixture
def without_agreement(db) -> Viewer:
    """An officer of a body without an agreement in force."""
    return factories.viewer(
        areas=(), user_id=3, own_records_only=True,
        organization_id=factories.organization("6330106", areas=("330106",)).pk,
    )  # fmt: skip


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Client]:
    """A client signed in with a role of an office (330103 unless told otherwise), in English."""

    def signed_in(role: str = "tambon_officer", of: Organization | None = None) -> Client:
        of = of or office()
        member = of.members.filter(role=role).first() or factories.member(role, of=of)
        client.force_login(member.user)
        client.cookies["django_language"] = "en"
        return client

    return signed_in


def office(
    code: str = "6330113", areas: tuple[str, ...] = ("330103",), *, agreed: bool = True
) -> Organization:
    """An office that serves some areas, with an agreement in force unless told otherwise."""
    made = factories.organization(code, areas=areas)
    if agreed and not made.agreements.exists():
        factories.agreement(made, areas=("33",))
    return made
