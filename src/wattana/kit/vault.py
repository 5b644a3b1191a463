"""The keyring of this process, from the file that the settings name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from wattana.kernel.problems import Conflict
from wattana.kernel.sealing import Keyring


def vault() -> Keyring:
    """The installation's keys, read once. Raises `Conflict` where there is no key file."""
    return _load(Path(settings.KEYS_FILE))


def create_if_missing() -> Keyring:
    """Make the key file at the first installation; afterwards the same as `vault`."""
    path = Path(settings.KEYS_FILE)
    if not path.exists():
        try:
            return Keyring.create(path)
        except Conflict:
            pass  # another process made it in between
    return vault()


_load = lru_cache(maxsize=4)(Keyring.load)
