"""Primary keys: 63-bit time-ordered integers, told to people as 13 letters and digits.

41 bits of milliseconds since 2020 and 22 bits that begin at random and count upwards. They append
to the end of an index as a sequence does, do not tell how many rows there are, and need no second
column for the address of a page.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import time
from collections.abc import Iterator

from wattana.kernel.problems import N_, Invalid

_EPOCH_MS = 1_577_836_800_000  # 2020-01-01T00:00:00Z
_TAIL_BITS = 22
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_LENGTH = 13
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_NO_KEY = N_(
    "“%(text)s” is not the key of a record, which has 13 letters and digits. Copy all of it from "
    "the address of the record's page, or search by name or house number."
)

_lock = threading.Lock()
_last = 0


def new_key() -> int:
    """Return a new key, larger than every key that this process made before."""
    return next(new_keys(1))


def new_keys(count: int) -> Iterator[int]:
    """Reserve `count` consecutive keys at once, for bulk loads."""
    global _last  # noqa: PLW0603  one counter for the process
    with _lock:
        now = (time.time_ns() // 1_000_000 - _EPOCH_MS) << _TAIL_BITS
        start = max(now | secrets.randbits(_TAIL_BITS - 1), _last + 1)
        _last = start + count - 1
    return iter(range(start, start + count))


def first_key_at(moment: dt.datetime) -> int:
    """The smallest key that can be made at `moment`: rows of a day lie between two of these."""
    return (int(moment.timestamp() * 1000) - _EPOCH_MS) << _TAIL_BITS


def made_at(key: int) -> dt.datetime:
    """When a key was made, to the millisecond (UTC)."""
    since = dt.timedelta(milliseconds=key >> _TAIL_BITS)
    return dt.datetime.fromtimestamp(_EPOCH_MS / 1000, dt.UTC) + since


def to_text(key: int) -> str:
    """Write a key as 13 letters and digits (Crockford base 32)."""
    return (
        f"{_ALPHABET[key >> 60]}{_PAIRS[key >> 50 & 1023]}{_PAIRS[key >> 40 & 1023]}"
        f"{_PAIRS[key >> 30 & 1023]}{_PAIRS[key >> 20 & 1023]}{_PAIRS[key >> 10 & 1023]}"
        f"{_PAIRS[key & 1023]}"
    )


def from_text(text: str) -> int:
    """Read a key as people type it: lower case, O for 0, I or L for 1.

    Raises `Invalid` when it is not 13 letters and digits or does not fit 63 bits.
    """
    letters = text.strip().upper()
    if len(letters) != _LENGTH or any(letter not in _VALUES for letter in letters):
        raise Invalid(_NO_KEY, text=text[:20])
    key = 0
    for letter in letters:
        key = key * 32 + _VALUES[letter]
    if key >= 1 << 63:
        raise Invalid(_NO_KEY, text=text[:20])
    return key
