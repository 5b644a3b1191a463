"""Shared fixtures. Builders of rows live in `tests.factories`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_data = tempfile.mkdtemp(prefix="wattana-test-")
os.environ.setdefault("WATTANA_DATA", _data)
os.environ.setdefault("WATTANA_SECRET_KEY", "only for tests")

import pytest  # noqa: E402

from wattana.kit import catalogues  # noqa: E402

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        catalogues.compile_all()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data beside the project; tests that read it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference data folder ../shared is not beside this checkout")
    return SHARED
