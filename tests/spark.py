"""One Spark for all tests of a process. Conftests import the fixtures `spark` and `duckdb`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from wattana.engines import Engine, make
from wattana.kernel.problems import Conflict

MEMORY = "1024MB"
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # many small questions: the quick compiler pays


@pytest.fixture(scope="session")
def spark() -> Iterator[Engine]:
    """Spark on two threads of this machine; started once, as it takes seconds."""
    os.environ.setdefault("JAVA_TOOL_OPTIONS", JAVA)
    try:
        engine = make("spark", memory=MEMORY, threads=2)
    except Conflict as missing:
        pytest.skip(f"NOT TESTED ON SPARK: {missing}")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def duckdb() -> Iterator[Engine]:
    engine = make("duckdb", memory="512MB", threads=2)
    yield engine
    engine.close()
