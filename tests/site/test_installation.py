"""What a start installs, and what it must not make anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import factories
from wattana.kernel.problems import NotFound
from wattana.site import installation

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Path:
    settings.KEYS_FILE = tmp_path / "keys.json"
    return settings.KEYS_FILE


def test_an_empty_database_gets_keys_once(keys: Path):
    installation.ensure()
    made = keys.read_bytes()
    factories.organization()
    installation.ensure()
    assert keys.read_bytes() == made


def test_a_database_in_use_never_gets_new_keys(keys: Path):
    factories.organization()
    with pytest.raises(NotFound, match="Restore it from its backup"):
        installation.ensure()
    assert not keys.exists()
