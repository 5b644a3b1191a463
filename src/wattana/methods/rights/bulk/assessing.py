"""One pass over a snapshot: the answer of every programme for each person and household."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from wattana.engines.port import Engine, EngineFailed
from wattana.methods.rights.bulk import in_sql, streaming
from wattana.methods.rights.bulk.chunks import Unfit
from wattana.rules.book import Codebook
from wattana.rules.programmes.model import Programme


def assess(
    engine: Engine,
    snapshot: Path,
    out: Path,
    programmes: Sequence[Programme],
    *,
    codebook: Codebook,
    on: dt.date | None = None,
) -> Path:
    """Write the files of `files` into `out`, in the order of areas; returns `out`.

    With `on`, the latest visit of each household as of that day (ages move on); without, every
    visit as of its own day. On one machine vectors do it, on many, and for files in another order
    than a snapshot's, SQL. Raises `EngineFailed`.
    """
    if not engine.distributed:
        try:
            streaming.assess(snapshot, out, programmes, codebook=codebook, on=on)
        except Unfit:
            pass
        except (pa.ArrowException, OSError) as error:  # a damaged file, a full disk
            raise EngineFailed(str(error)) from error
        else:
            return out
    in_sql.assess(engine, snapshot, out, programmes, codebook=codebook, on=on)
    return out
