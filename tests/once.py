"""What many tests begin with, made once: `@once` instead of `@pytest.fixture`.

The rows lie in a transaction around the tests that ask for them, the files in a folder of which
each test gets a copy, so that whatever a test changes is gone before the next. Tests that do not
ask for them find neither.
"""

from __future__ import annotations

import copy
import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from wattana.kit import vault


def once(build: Callable[[], Any] | None = None, **settings: Any) -> Any:
    """A fixture of rows and files that is built in one process once for the tests in a row.

    The function takes no fixtures. While it runs, `DATA` and `KEYS_FILE` lead to an empty folder,
    with `settings` beside them; a test that asks for it finds both in its `tmp_path`.
    """
    if build is None:
        return lambda function: once(function, **settings)
    beginning = Beginning(build, settings)

    def given(db: None, settings: Any, tmp_path: Path) -> Any:
        return beginning.given(settings, tmp_path)

    given.beginning = beginning  # type: ignore[attr-defined]
    return pytest.fixture(name=build.__name__)(given)


class Beginning:
    """How something that tests begin with is built, and while it stands, what was built."""

    def __init__(self, build: Callable[[], Any], settings: dict[str, Any]) -> None:
        self.build, self.settings = build, settings
        self.name = f"{build.__module__}.{build.__qualname__}"

    def make(self, folder: Path) -> None:
        self.folder = folder
        places = {"DATA": folder / "data", "KEYS_FILE": folder / "keys.json"}
        with override_settings(**places | self.settings):
            self.built = self.build()

    def given(self, settings: Any, folder: Path) -> Any:
        """Put a copy of the files where a test expects them; a copy of what was returned."""
        if any(self.folder.iterdir()):
            shutil.copytree(self.folder, folder, dirs_exist_ok=True)
            settings.DATA, settings.KEYS_FILE = folder / "data", folder / "keys.json"
            vault._load.cache_clear()  # other keys may have been read from there
        for name, value in self.settings.items():
            setattr(settings, name, value)
        return copy.deepcopy(self.built)


class Standing:
    """The one beginning whose rows are in the database of this process now."""

    def __init__(self, blocker: Any, folders: pytest.TempPathFactory) -> None:
        self.blocker, self.folders = blocker, folders
        self.beginning: Beginning | None = None

    def change_to(self, wanted: Beginning | None) -> None:
        if wanted is self.beginning:
            return
        with self.blocker.unblock():
            if self.beginning:
                self._clear()
            if wanted:
                self._make(wanted)

    def _make(self, wanted: Beginning) -> None:
        assert not transaction.get_connection().in_atomic_block, "a test had begun"
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True  # what insists on being outermost may be, as in TestCase
        self.atomic.__enter__()
        self.beginning = wanted
        try:
            wanted.make(self.folders.mktemp("once"))
        except BaseException:
            self._clear()
            raise

    def _clear(self) -> None:
        assert self.beginning
        shutil.rmtree(self.beginning.folder)
        self.beginning = None
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


@pytest.fixture(scope="session")
def _standing(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Standing]:
    standing = Standing(django_db_blocker, tmp_path_factory)
    request.session.stash[_KEY] = standing
    yield standing
    standing.change_to(None)


@pytest.fixture(autouse=True)
def _begin(request: pytest.FixtureRequest) -> None:
    """Before a test's own transaction begins, as this plugin is loaded before pytest-django."""
    wanted = request.node.stash.get(_BEGINNING, None)
    if wanted or _KEY in request.session.stash:
        request.getfixturevalue("_standing").change_to(wanted)


_KEY = pytest.StashKey[Standing]()
_BEGINNING = pytest.StashKey[Beginning]()


def beginning_of(item: pytest.Item) -> Beginning | None:
    """What a test begins with."""
    known = getattr(item, "_fixtureinfo", None)
    definitions = known.name2fixturedefs.values() if known else ()
    found = [one for d in definitions if (one := getattr(d[-1].func, "beginning", None))]
    assert len(found) < 2, f"{item.nodeid} begins with {[one.name for one in found]}: one only"
    return found[0] if found else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a module that begin with the same come one after the other."""
    for item in items:
        if beginning := beginning_of(item):
            item.stash[_BEGINNING] = beginning

    def name(item: pytest.Item) -> str:
        beginning = item.stash.get(_BEGINNING, None)
        return beginning.name if beginning else ""

    modules = [list(some) for _, some in itertools.groupby(items, lambda item: item.path)]
    items[:] = [item for some in modules for item in sorted(some, key=name)]
