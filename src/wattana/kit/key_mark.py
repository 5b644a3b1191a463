"""The mark by which a database knows its own keys again: made with them, kept in one row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wattana.kernel.sealing import Keyring
from wattana.kit.models import KeyMark
from wattana.kit.vault import vault

_ROW, _CONTENT = 1, "the keys of this database"
_PLACE: Any = {"table": KeyMark._meta.db_table, "column": "sealed", "row": _ROW}


def make() -> None:
    """Let the database know the present keys from now on."""
    keyring = vault()
    sealed = keyring.seal(_CONTENT, **_PLACE)
    KeyMark.objects.update_or_create(
        pk=_ROW, defaults={"sealed": sealed, "index": keyring.blind_index(_CONTENT)}
    )


def recognise(prove: Callable[[Keyring], None]) -> None:
    """Raise `Conflict` when the present keys are those of another database.

    A database from before marks proves them on what it has sealed. After a rotation the newest key
    makes the mark anew, so that an older copy of the file is noticed, too.
    """
    keyring, known = vault(), KeyMark.objects.first()
    if known is None:
        prove(keyring)
    else:
        keyring.recognise(known.sealed, known.index, **_PLACE)
    if known is None or not keyring.is_newest(known.sealed):
        make()
