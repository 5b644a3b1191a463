"""Freeze the surveys: typed Parquet tables under pseudonyms, sorted by area, and a manifest.

    households.parquet  one row per accepted visit: household, visit_year, visit_round, surveyed_on,
                        province, district, tambon, area, latest, rights_due, rights_received,
                        and the household's answers
    persons.parquet     one row per person of such a visit: household, visit_year, visit_round,
                        person, sex, age, birth_date (unknown day or month as the first), died_on,
                        relation, registered, and the person's answers
    manifest.json       hashes and rows of both files, the codebook's version, what was left out

Free text is left out, because people write names into it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from wattana.assessment import extract
from wattana.assessment.rights import count_rights
from wattana.assessment.unfolding import HOUSEHOLDS, PERSONS, unfold
from wattana.engines import DuckDB
from wattana.kernel.problems import N_, Conflict
from wattana.kernel.sealing import Keyring
from wattana.rules.book import Codebook
from wattana.rules.variables import LEVELS

Progress = Callable[[float], None]
FILES = (HOUSEHOLDS, PERSONS)
MANIFEST = "manifest.json"
_READING = 0.5  # of the time goes into reading the database

_EMPTY = N_("There is no submitted visit to freeze. Record or import a survey first.")
_CHANGED = N_("The files of this snapshot are missing or were changed. Take a new snapshot.")


@dataclass(frozen=True)
class Frozen:
    """What a new snapshot holds."""

    households: int
    visits: int
    persons: int
    left_out: dict[str, int]
    manifest_hash: str


def freeze(
    into: Path, *, engine: DuckDB, codebook: Codebook, keyring: Keyring, progress: Progress
) -> Frozen:
    """Write the snapshot's files into a folder. Raises `Conflict` when there is no visit."""
    raw = into / "raw"
    raw.mkdir()
    with extract.frozen():
        extract.read(raw, lambda share: progress(share * _READING))
    left_out = unfold(
        raw,
        into,
        engine=engine,
        codebook=codebook,
        keyring=keyring,
        progress=lambda share: progress(_READING + share * (1 - _READING)),
    )
    shutil.rmtree(raw)
    count_rights(into, engine, codebook)
    return _seal(into, engine, codebook, left_out)


def verify(folder: Path, manifest_hash: str) -> None:
    """Raise `Conflict` unless the folder's files are those that the manifest was made of."""
    try:
        text = (folder / MANIFEST).read_bytes()
        same = hashlib.sha256(text).hexdigest() == manifest_hash and all(
            _sha256(folder / name) == of["sha256"] for name, of in json.loads(text)["files"].items()
        )
    except FileNotFoundError:
        same = False
    if not same:
        raise Conflict(_CHANGED)


def _seal(folder: Path, engine: DuckDB, codebook: Codebook, left_out: dict[str, int]) -> Frozen:
    """Write the manifest; it holds no time, so that equal data give an equal hash."""
    engine.tables({"households": folder / HOUSEHOLDS})
    counts = engine.rows("SELECT count(DISTINCT household), count(*) FROM households")
    households, visits = (column[0].as_py() for column in counts.columns)
    if not visits:
        raise Conflict(_EMPTY)
    persons = pq.read_metadata(folder / PERSONS).num_rows
    manifest = {
        "format": 1,
        "codebook_version": codebook.version,
        "files": {name: _described(folder / name) for name in FILES},
        "households": households,
        "left_out": left_out,
        "variables_left_out": _variables_left_out(codebook),
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True).encode()
    (folder / MANIFEST).write_bytes(text)
    return Frozen(households, visits, persons, left_out, hashlib.sha256(text).hexdigest())


def _described(file: Path) -> dict[str, Any]:
    return {
        "rows": pq.read_metadata(file).num_rows,
        "columns": pq.read_schema(file).names,
        "sha256": _sha256(file),
    }


def _variables_left_out(codebook: Codebook) -> Iterable[str]:
    kept = {variable.name for level in LEVELS for variable in codebook.columns(level)}
    return sorted(set(codebook.variables) - kept)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
