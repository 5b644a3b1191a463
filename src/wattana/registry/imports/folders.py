"""Where a batch's files lie: a folder of its own that only the server's user can read."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from wattana.kernel import keys
from wattana.kit.parts import MOST_FILES, Room
from wattana.registry.imports.files import check_size

UPLOAD, STAGING, SPILL, PARTS = "upload", "staging.duckdb", "spill", "parts"
REJECTED, REASONS, PROGRESS = "rejected.csv", "reasons.parquet", "progress.json"
_KEEP_SECONDS = 90 * 24 * 3600  # rejected rows, which their office corrects


def folder(batch: int) -> Path:
    """The folder of a batch; it may not exist."""
    return Path(settings.DATA) / "imports" / keys.to_text(batch)


def parts(batch: int, most: int = MOST_FILES) -> Room:
    """Room for the part files of a load."""
    return Room(folder(batch) / PARTS, most)


def make(batch: int) -> Path:
    """Make a batch's folder; rejected rows of long ago are removed on the occasion."""
    path = folder(batch)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(path.parent)
    path.mkdir(mode=0o700)
    return path


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)


def remove(batch: int, *, keep_rejected: bool = False) -> None:
    """Remove a batch's files: what people sent, and what was worked out of it."""
    path = folder(batch)
    if not keep_rejected or not (path / REJECTED).exists():
        shutil.rmtree(path, ignore_errors=True)
        return
    for one in path.iterdir():
        if one.name not in (REJECTED, REASONS):
            shutil.rmtree(one, ignore_errors=True) if one.is_dir() else one.unlink(missing_ok=True)


def tell(batch: int, **state: Any) -> None:
    """Note how far the work on a batch is, for the page that watches it."""
    path = folder(batch) / PROGRESS
    if path.parent.is_dir():
        beside = path.with_suffix(".new")
        write(beside, [json.dumps({**state, "at": time.time()}).encode()])
        beside.replace(path)


def told(batch: int) -> dict[str, Any]:
    """What `tell` noted last; empty when nothing is under way."""
    try:
        state: dict[str, Any] = json.loads((folder(batch) / PROGRESS).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return state


def _sweep(parent: Path) -> None:
    for one in parent.iterdir():
        if one.is_dir() and time.time() - one.stat().st_mtime > _KEEP_SECONDS:
            shutil.rmtree(one, ignore_errors=True)


def store(path: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Write a file in pieces, no more than is allowed; return its size and SHA-256."""
    digest = hashlib.sha256()
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            size += len(piece)
            if size:
                check_size(size)
            digest.update(piece)
            yield piece

    write(path, counted())
    return size, digest.hexdigest()
