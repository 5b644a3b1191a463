from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories
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
