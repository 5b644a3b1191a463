"""What an engine can do. SQL is in DuckDB's dialect; another engine translates it (`dialects`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pyarrow as pa


class EngineFailed(RuntimeError):
    """The engine could not finish: disk full, a damaged file, too little memory, a lost cluster."""


class Engine(Protocol):
    """Runs SQL over Parquet files on one machine or on many, with the same answers.

    The order of rows is that of the SQL's last ORDER BY; without one it is the engine's own.
    Division by zero is NULL on every engine.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def distributed(self) -> bool:
        """Whether rows may lie on other machines, which only SQL reaches."""

    def tables(self, paths: Mapping[str, Path]) -> None:
        """Name Parquet files so that SQL can read them; a name may be given anew.

        A folder holds a table in parts: all `*.parquet` below it. Folders `province=33` inside it
        are a column of text.
        """

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a named table with their SQL types, as DuckDB calls them."""

    def write(self, sql: str, path: Path) -> int:
        """Write the rows of a query to a Parquet file, whole or not at all; returns how many."""

    def rows(self, sql: str) -> pa.Table:
        """The rows of a query. For small answers."""

    def close(self) -> None:
        """Give memory and temporary files back. Closing twice is no error."""
