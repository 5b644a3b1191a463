"""How far work of a command has come: a bar where a person watches, else a line now and then.

Both go to standard error, so that the answer alone goes to the output.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic as _moment
from typing import Any

import click
from django.db.models import QuerySet

_PARTS = 1000
_EVERY = 30  # seconds between lines where nobody watches

Tell = Callable[[float], None]
"""Called with the share that is done, 0 … 1."""


@contextmanager
def bar(label: str, *, hidden: bool = False) -> Iterator[Tell]:
    """Tell how far the work in the block is; nothing at all where it is `hidden`."""
    if not hidden and not sys.stderr.isatty():
        yield _lines(label)
        return
    with click.progressbar(length=_PARTS, label=label, hidden=hidden, file=sys.stderr) as shown:
        yield lambda share: shown.update(int(share * _PARTS) - shown.pos)
        shown.update(_PARTS - shown.pos)


def _lines(label: str) -> Tell:
    last = _moment()

    def tell(share: float) -> None:
        nonlocal last
        if (now := _moment()) - last >= _EVERY:
            last = now
            click.echo(f"{label}: {share:.0%}", err=True)

    return tell


def chunks(label: str, rows: QuerySet, at_once: int) -> Iterator[list[Any]]:
    """All rows by their key in pieces, for a migration of data: told where there are several.

    The key comes last in each row of `rows`, a list of values. The table may change meanwhile.
    """
    total = rows.count()
    with bar(label, hidden=total <= at_once) as tell:
        done, after = 0, 0
        while some := list(rows.order_by("pk").filter(pk__gt=after)[:at_once]):
            yield some
            after, done = some[-1][-1], done + len(some)
            tell(min(done / total, 1))
