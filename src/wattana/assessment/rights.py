"""How many rights a household is due and gets on the day of a visit, for indicator H6."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.assessment.unfolding import HOUSEHOLDS
from wattana.engines import DuckDB
from wattana.engines.port import EngineFailed
from wattana.kernel import keys
from wattana.methods import rights
from wattana.methods.rights import bulk
from wattana.methods.rights.bulk.frame import KEY
from wattana.rules import codebook as codebooks
from wattana.rules import programmes
from wattana.rules.book import Codebook
from wattana.rules.programmes.facts import ID, Facts
from wattana.surveys.models import Visit
from wattana.thai.dates import PartialDate

_KEY = ", ".join(KEY)
COUNTS = ("rights_due", "rights_received")


def count_rights(folder: Path, engine: DuckDB, codebook: Codebook) -> None:
    """Add rights_due and rights_received to the households of a snapshot, as of each visit's day.

    They count the rights of household and members whose receipt is known; both are NULL when none
    is known to be due while facts are missing.
    """
    working = folder / "rights"
    working.mkdir()
    bulk.assess(
        engine, folder, working, list(programmes.load().values()), codebook=codebook, on=None
    )
    engine.tables({"rights": working / bulk.RIGHTS})
    counts = working / "counts.parquet"
    engine.write(
        f"SELECT {_KEY}, {_counted('rights_due')}, {_counted('rights_received')} "
        f"FROM rights ORDER BY area, {_KEY}",
        counts,
    )
    counted = working / HOUSEHOLDS
    _beside(folder / HOUSEHOLDS, counts, counted)
    counted.replace(folder / HOUSEHOLDS)
    shutil.rmtree(working)


def _beside(homes: Path, counts: Path, out: Path) -> None:
    """Households with their counts, a group of rows at a time: to sort wide rows takes memory.

    Both files are in the order of areas.
    """
    with pq.ParquetFile(homes) as file, pq.ParquetFile(counts) as counted:
        schema, rows = file.schema_arrow, _Rows(counted.iter_batches(), counted.schema_arrow)
        for name in COUNTS:
            schema = schema.append(counted.schema_arrow.field(name))
        with pq.ParquetWriter(out, schema, compression="zstd") as writer:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                more = rows.first(table.num_rows)
                if not more.select(KEY).equals(table.select(KEY)):
                    raise EngineFailed("households and their rights are not in the same order")
                for name in COUNTS:
                    table = table.append_column(schema.field(name), more.column(name))
                writer.write_table(table, row_group_size=table.num_rows or None)


class _Rows:
    """Rows of a file that are taken some at a time."""

    def __init__(self, parts: Iterator[pa.RecordBatch], schema: pa.Schema) -> None:
        self._parts = parts
        self._waiting = schema.empty_table()

    def first(self, count: int) -> pa.Table:
        while self._waiting.num_rows < count and (part := next(self._parts, None)) is not None:
            self._waiting = pa.concat_tables([self._waiting, pa.Table.from_batches([part])])
        found, self._waiting = self._waiting.slice(0, count), self._waiting.slice(count)
        return found


def _counted(name: str) -> str:
    open_ones = "rights_open + rights_unknown"
    return f"CASE WHEN rights_due > 0 OR {open_ones} = 0 THEN {name} END AS {name}"


def counts(visit: Visit, people: Sequence[tuple[int, PartialDate | None, Any]]) -> dict[str, int]:
    """The same for one visit: {"rights_due": …, "rights_received": …}, empty when unknown.

    `people`: each member's key, birth and answers (with sex, relation, registered).
    """
    facts = Facts(
        visit.answers,
        [
            {
                ID: keys.to_text(key),
                **_known(answers),
                **({"birth_date": born.isoformat()} if born else {}),
            }
            for key, born, answers in people
        ],
    )
    owed = [one for one in programmes.load().values() if one.is_on and one.may_be_due]
    found = list(rights.standings(owed, facts, visit.surveyed_on, codebooks.load()))
    due = [received for outcome, received in found if outcome == rights.DUE]
    settled = [received for received in due if received is not None]
    if not settled and (due or any(outcome == rights.UNKNOWN for outcome, _ in found)):
        return {}
    return {"rights_due": len(settled), "rights_received": sum(settled)}


def _known(answers: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if value is not None and name != "age"}
