"""Shared fixtures. Builders of rows live in `tests.factories`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import settings as hypotheses
from whitenoise.base import WhiteNoise

SHARED = Path(__file__).resolve().parents[2] / "shared"

# A machine that is busy or stands still for a moment fails no test.
hypotheses.register_profile("any pace", deadline=None)
hypotheses.load_profile("any pace")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data beside the project; tests that read it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference data folder ../shared is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Sign-in is tested, not the slowness of its hash."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Each test client makes its middleware anew, which would look at every static file again."""
    look, known = WhiteNoise.update_files_dictionary, {}

    def add(middleware: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in known:
            others, middleware.files = middleware.files, {}
            look(middleware, root, prefix)
            known[root, prefix], middleware.files = middleware.files, others
        middleware.files.update(known[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", add)
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches the database: the rest was tested on SQLite."""
    touching = [one for one in items if touches_the_database(one)]
    for one in touching:
        one.add_marker("database")
    if os.environ.get("WATTANA_TEST_POSTGRES"):
        config.hook.pytest_deselected(items=[one for one in items if not touches_the_database(one)])
        items[:] = touching


def touches_the_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None
