"""Make an engine by its name."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import cast

from wattana.engines.duck import DuckDB
from wattana.engines.port import Engine
from wattana.kernel.problems import N_, Conflict, Invalid

ENGINES: Sequence[str] = ("duckdb", "spark")

_UNKNOWN = N_("There is no engine “%(name)s”. Choose one of: %(engines)s.")
_NO_PYSPARK = N_(
    "Spark is not installed. Install it with: pip install 'wattana[spark]'. It also needs Java 17 "
    "(Debian: apt-get install openjdk-17-jre-headless)."
)


def make(
    name: str, *, memory: str = "1536MB", threads: int = 2, master: str | None = None
) -> Engine:
    """An engine of this process; close it after use.

    `memory` bounds the engine (on Spark: the driver and each executor) and `threads` its threads on
    this machine. `master` is the address of a Spark cluster (spark://host:7077); without it Spark
    runs inside this machine. Raises `Invalid` for another name, `Conflict` when Spark or Java is
    missing or the cluster does not answer.
    """
    if name == DuckDB.name:
        return DuckDB(memory_limit=memory, threads=threads)
    if name not in ENGINES:
        raise Invalid(_UNKNOWN, name=name, engines=", ".join(ENGINES))
    try:  # by name: pyspark is an optional part of 450 MB and must not be imported with the room
        module = importlib.import_module("wattana.engines.spark")
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] in ("pyspark", "py4j"):
            raise Conflict(_NO_PYSPARK) from error
        raise
    return cast(Engine, module.Spark(master or f"local[{threads}]", memory=memory))
