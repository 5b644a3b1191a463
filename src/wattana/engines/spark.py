"""Apache Spark: on this machine, or on a cluster that sees the same files (docs/spark.md).

Import it through `engines.make`; the module needs pyspark.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyspark
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import AnalysisException, PySparkException, PythonException
from pyspark.errors.exceptions.captured import UnknownException
from pyspark.sql import DataFrame

from wattana.engines import joining, running
from wattana.engines.dialects import house_type, to_spark
from wattana.engines.port import EngineFailed

Answer = TypeVar("Answer")
_UNREADABLE = ("PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA", "FAILED_READ_FILE", "CANNOT_READ_FILE")
_EXCLUDED = "spark.sql.optimizer.excludedRules"
_FAULTY_RULE = "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases"
"""Spark 4.3 makes columns below a UNION one and the same with it, then refuses its own plan (of the
kind of SPARK-53308). Without it plans are right, but larger: it is left out only where it fails."""
logging.getLogger("SQLQueryContextLogger").disabled = True  # it prints what is raised anyway


class Spark:
    """A session of its own; engines of one process share the Spark that runs in it.

    `master` is local[threads] or spark://host:port. `memory` bounds the driver and each executor;
    what does not fit spills to disk. On a cluster every path has to lead to the same files on
    every machine.
    """

    name = "spark"
    distributed = True

    def __init__(self, master: str = "local[2]", *, memory: str = "1536MB") -> None:
        self._running = running.join(master, memory)
        self._session = self._running.session.newSession()
        self._columns: dict[str, dict[str, str]] = {}
        self._leave = weakref.finalize(self, running.leave, self._running)

    @property
    def version(self) -> str:
        return pyspark.__version__

    def tables(self, paths: Mapping[str, Path]) -> None:
        """Name Parquet files or folders of them; a name may be given anew."""
        for name, path in paths.items():
            with _failing():
                table = self._session.read.parquet(str(path.resolve()))
                table.createOrReplaceTempView(_quoted(name))
            self._columns[name] = {column: house_type(kind) for column, kind in table.dtypes}

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a named table with their SQL types, as DuckDB calls them."""
        return dict(self._columns[table])

    def write(self, sql: str, path: Path) -> int:
        """Write a query's rows to one Parquet file (zstd), whole or not at all; returns how many.

        The cluster writes parts into a folder beside it; they are put together in the order of
        the query, and only then take the place of the file before.
        """
        with _failing(), joining.folder_beside(path.resolve()) as folder:
            self._do(sql, lambda frame: frame.write.mode("append").parquet(str(folder)))
            return joining.join(folder, path)

    def rows(self, sql: str) -> pa.Table:
        """The rows of a query, in memory."""
        return self._do(sql, lambda frame: frame.toArrow())

    def close(self) -> None:
        """Leave Spark, which stops with the last engine that uses it."""
        self._leave()

    def _do(self, sql: str, action: Callable[[DataFrame], Answer]) -> Answer:
        text = to_spark(sql, self._columns)
        with _failing(), self._running.watched(), self._planned(text) as frame:
            return action(frame)

    @contextmanager
    def _planned(self, sql: str) -> Iterator[DataFrame]:
        """The query, without the faulty rule where Spark cannot plan it otherwise."""
        settings = self._session.conf
        try:
            frame = self._session.sql(sql)
            _plan(frame)
        except Py4JJavaError as error:
            if "PLAN_VALIDATION_FAILED" not in str(error.java_exception):
                raise
            settings.set(_EXCLUDED, _FAULTY_RULE)
            frame = self._session.sql(sql)
        try:
            yield frame
        finally:
            settings.unset(_EXCLUDED)


def _plan(frame: DataFrame) -> None:
    java: Any = frame._jdf
    java.queryExecution().optimizedPlan()


@contextmanager
def _failing() -> Iterator[None]:
    """What comes from the machines, not from our SQL, becomes `EngineFailed`."""
    try:
        yield
    except AnalysisException as error:
        if error.getCondition() in _UNREADABLE:
            raise EngineFailed(str(error)) from error
        raise
    except (UnknownException, PythonException, Py4JError, OSError) as error:
        raise EngineFailed(_reason(error)) from error
    except PySparkException as error:
        if (error.getCondition() or "").split(".")[0] in _UNREADABLE:
            raise EngineFailed(_reason(error)) from error
        raise


def _reason(error: Exception) -> str:
    """What went wrong at the bottom, without Java's stack."""
    if not isinstance(error, Py4JJavaError):
        return str(error).split("\n\tat ", maxsplit=1)[0][:2000]
    java: Any = error.java_exception
    while java.getCause() is not None:
        java = java.getCause()
    return str(java.toString())[:2000]


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
