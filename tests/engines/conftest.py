from __future__ import annotations

from tests.spark import duckdb, spark

__all__ = ["duckdb", "spark"]
