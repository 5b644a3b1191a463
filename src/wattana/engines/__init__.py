"""One port, several engines: SQL over Parquet tables. No Django."""

from wattana.engines.choosing import ENGINES, make
from wattana.engines.duck import DuckDB
from wattana.engines.port import Engine, EngineFailed

__all__ = ["ENGINES", "DuckDB", "Engine", "EngineFailed", "make"]
