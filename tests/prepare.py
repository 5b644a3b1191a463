"""Early pytest plugin: choose the data folder and the database before Django reads its settings.

Workers of xdist inherit both from the environment. WATTANA_TEST_POSTGRES=1 starts a cluster.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import tempfile
from collections.abc import Generator
from typing import Any

import pytest

from tests import postgres
from wattana.kit import catalogues

_stack = contextlib.ExitStack()


def _prepare() -> None:
    if "WATTANA_TEST_PREPARED" in os.environ:
        return
    os.environ["WATTANA_TEST_PREPARED"] = "1"
    catalogues.compile_all()
    os.environ["WATTANA_SECRET_KEY"] = "only for tests"
    for sign in (signal.SIGTERM, signal.SIGHUP):  # of a time limit, of a terminal that is closed:
        signal.signal(sign, signal.default_int_handler)  # as Ctrl-C, so that nothing is left behind
    folder = _stack.enter_context(tempfile.TemporaryDirectory(prefix="wattana-test-"))
    os.environ["WATTANA_DATA"] = folder
    if os.environ.get("WATTANA_TEST_POSTGRES"):
        try:
            os.environ["WATTANA_DATABASE"] = _stack.enter_context(postgres.cluster())
        except postgres.Unavailable as error:
            os.environ["WATTANA_TEST_LACKS"] = str(error)


_prepare()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Thousands of tests and all modules stay to the end: nothing to look through for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Not sooner: while plugins are loaded, pytest takes this for a fault of its own."""
    if lacking := os.environ.get("WATTANA_TEST_LACKS"):
        pytest.exit(f"SKIPPED, NOT TESTED ON POSTGRESQL: {lacking}", returncode=0)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _stack.close()
