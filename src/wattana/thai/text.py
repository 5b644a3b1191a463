"""Thai text as it should have been typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from wattana.kernel.later import Later

thai_words = Later("pythainlp.util")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_MISPLACED = re.compile(  # what reorder_vowels mends; most text has none of it
    "เเ|\u0e4d[\u0e48-\u0e4b]*\u0e32|[\u0e48-\u0e4c][\u0e31\u0e34-\u0e39\u0e47]"
    "|[\u0e30\u0e32\u0e33\u0e45][\u0e48-\u0e4b]|\u0e45"
)

_SILENT = re.compile("[ก-ฮ][\u0e34\u0e38]?\u0e4c|[\u0e47-\u0e4b]")  # การันต์, tone marks, ไม้ไต่คู้
_EXCHANGED = str.maketrans(
    "ศษณญภธฒฑฐฎฏฆฅขฃฬใะ\u0e34\u0e36\u0e37\u0e38", "สสนยพทททถดตคคขขลไา\u0e35\u0e35\u0e35\u0e39"
)


_SHORT = 200


def clean(text: str) -> str:
    """Mend what the eye does not see: NFC, zero-width letters, spaces, เเ for แ, นํ้า for น้ำ."""
    return _remembered(text) if len(text) < _SHORT else _cleaned(text)


def _cleaned(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
        if _MISPLACED.search(text):
            text = thai_words.reorder_vowels(text)
    return " ".join(text.split())


_remembered = lru_cache(maxsize=1 << 12)(_cleaned)  # the steps of one reading clean it over again


def folded(text: str) -> str:
    """Text in which the usual misspellings of a word are equal: ติ๊กชู and ตึ๊กชู, ไจดี and ใจดี.

    Without tone marks and silent letters; letters of one sound and class, and short and long
    vowels, as one. For comparing within a short list, never for showing.
    """
    return _SILENT.sub("", clean(text)).translate(_EXCHANGED)
