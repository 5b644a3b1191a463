"""Each method runs on both engines over the same files; `alike` compares what they found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.parity import populations
from tests.spark import duckdb, spark
from wattana.engines import Engine

__all__ = ["duckdb", "spark"]
Both = Callable[[Callable[[Engine], Any]], tuple[Any, Any]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.spark)


@pytest.fixture
def both(duckdb, spark) -> Both:
    """Run a function with each of the engines."""
    return lambda work: (work(duckdb), work(spark))


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory) -> Path:
    """A snapshot of several hundred visits whose answers are thrown by dice."""
    return populations.snapshot(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="session")
def persons(tmp_path_factory) -> Path:
    """A sample of persons with strata, clusters, weights and unknown values."""
    return populations.persons(tmp_path_factory.mktemp("persons") / "data.parquet")
