"""Thai text as it should have been typed."""

from __future__ import annotations

import re
import unicodedata

from pythainlp.util import reorder_vowels

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")
_MISPLACED = re.compile(  # what reorder_vowels mends; most text has none of it
    "เเ|\u0e4d[\u0e48-\u0e4b]*\u0e32|[\u0e48-\u0e4c][\u0e31\u0e34-\u0e39\u0e47]"
    "|[\u0e30\u0e32\u0e33\u0e45][\u0e48-\u0e4b]|\u0e45"
)


def clean(text: str) -> str:
    """Mend what the eye does not see: NFC, zero-width letters, spaces, เเ for แ, นํ้า for น้ำ."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
        if _MISPLACED.search(text):
            text = reorder_vowels(text)
    return _SPACES.sub(" ", text).strip()
