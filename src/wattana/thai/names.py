"""Names of people: titles, parts, and keys that sound alike."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from wattana.kernel.later import Later
from wattana.thai.text import clean

sounds = Later("pythainlp.soundex.udom83")

_SPOKEN = {
    "นางสาว": "นางสาว", "นาง": "นาง", "นาย": "นาย", "เด็กชาย": "เด็กชาย", "เด็กหญิง": "เด็กหญิง",
    "สามเณร": "สามเณร", "ร้อยตรี": "ร้อยตรี", "ร้อยโท": "ร้อยโท", "ร้อยเอก": "ร้อยเอก",
    "สิบตรี": "สิบตรี", "สิบโท": "สิบโท", "สิบเอก": "สิบเอก", "จ่าสิบตรี": "จ่าสิบตรี",
    "จ่าสิบโท": "จ่าสิบโท", "จ่าสิบเอก": "จ่าสิบเอก", "พันตรี": "พันตรี", "พันโท": "พันโท",
    "พันเอก": "พันเอก", "ดาบตำรวจ": "ดาบตำรวจ", "ว่าที่ร้อยตรี": "ว่าที่ร้อยตรี",
    "ว่าที่ ร้อยตรี": "ว่าที่ร้อยตรี",
}  # fmt: skip
_SHORT = {
    "น.ส.": "นางสาว", "นส.": "นางสาว", "น.ส": "นางสาว", "ด.ช.": "เด็กชาย", "ดช.": "เด็กชาย",
    "ด.ญ.": "เด็กหญิง", "ดญ.": "เด็กหญิง", "ร.ต.": "ร้อยตรี", "ร.ท.": "ร้อยโท", "ร.อ.": "ร้อยเอก",
    "ส.ต.": "สิบตรี", "ส.ท.": "สิบโท", "ส.อ.": "สิบเอก", "จ.ส.ต.": "จ่าสิบตรี", "จ.ส.ท.": "จ่าสิบโท",
    "จ.ส.อ.": "จ่าสิบเอก", "ร.ต.ต.": "ร้อยตำรวจตรี", "ร.ต.ท.": "ร้อยตำรวจโท", "ร.ต.อ.": "ร้อยตำรวจเอก",
    "ส.ต.ต.": "สิบตำรวจตรี", "ส.ต.ท.": "สิบตำรวจโท", "ส.ต.อ.": "สิบตำรวจเอก", "ด.ต.": "ดาบตำรวจ",
    "ว่าที่ ร.ต.": "ว่าที่ร้อยตรี", "ว่าที่ร.ต.": "ว่าที่ร้อยตรี", "ดร.": "ดร.", "นพ.": "นพ.", "พญ.": "พญ.",
}  # fmt: skip
_APART = {
    "พระ": "พระ", "คุณ": "คุณ", "แม่ชี": "แม่ชี", "หลวงพ่อ": "หลวงพ่อ", "mr": "Mr", "mrs": "Mrs",
    "ms": "Ms", "miss": "Miss", "master": "Master", "dr": "Dr", "นส": "นางสาว", "ดช": "เด็กชาย",
    "ดญ": "เด็กหญิง",
}  # fmt: skip
"""Short and spoken titles may stick to the name; those of `_APART` begin real names too
(คุณากร, พระทอง) and count only before a space."""


def _any(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_TITLE = re.compile(
    rf"(?P<short>{_any(_SHORT)})\s*(?=\S)"
    rf"|(?P<spoken>{_any(_SPOKEN)})(?:\s+|(?=[ก-ฮเ-ไ][^\s]))"
    rf"|(?P<apart>{_any(_APART)})(?:\.\s*|\s+)(?=\S)",
    re.I,
)
_THAI = re.compile("[ก-ฮ]")
_DOUBLED = re.compile("([ก-ยลวศ-ฮ])(?=\\1)")  # not รร, which is a vowel
_REPEATED = re.compile(r"(\d)(?=\1)")
_TOGETHER = frozenset("ไใำ")  # with รร and การันต์, all by which Udom83 reads one letter by another
_SILENCED = re.compile("(?:จน|มณ|ณฑ|ทร|ตร|[ก-รลว-ฮ][\u0e30-\u0e39]?)\u0e4c")
_ALIKE = str.maketrans("ฐฑฒถทธผ", "ตตตตตตพ")  # heard alike where a syllable ends or is slurred
_WORD_KEY = 7
_MOST_WORDS = 3


def split(full: str) -> tuple[str, str, str]:
    """Part a full name into title, first and last name; a missing part is empty.

    Short titles come out in full (น.ส. → นางสาว). All behind the first name is the last name, as in
    “ณ อยุธยา”.
    """
    title, name = _without_title(clean(full))
    first, _, last = name.partition(" ")
    return title, first, last


def is_title(text: str) -> bool:
    """Whether this is a title and nothing else: “นาย”, “น.ส.”."""
    word = clean(text)
    return word in _SPOKEN or word in _SHORT or word.rstrip(".").lower() in _APART


def strip_title(text: str) -> str:
    """The name without its title."""
    return _without_title(clean(text))[1]


@lru_cache(maxsize=1 << 17)
def sound_key(name: str) -> str:
    """A key of at most 24 letters that spellings of the same sound share.

    Per word: Udom83 (Udompanich 1983) over text without title and tone marks, with letters merged
    that are heard alike. Different names may share a key: it finds candidates, it proves nothing.
    """
    words = strip_title(name).split()[:_MOST_WORDS]
    return " ".join(key for word in words if (key := _word_key(word)))


def _without_title(text: str) -> tuple[str, str]:
    found = _TITLE.match(text)
    if not found:
        return "", text
    word = found[0].strip()
    title = _SHORT.get(word) or _SPOKEN.get(word) or _APART[word.rstrip(".").lower()]
    return title, text[found.end() :].strip()


@lru_cache(maxsize=1 << 17)
def _word_key(word: str) -> str:
    if not _THAI.search(word):
        plain = unicodedata.normalize("NFKD", word.casefold())
        return "".join(letter for letter in plain if letter.isalnum())[:_WORD_KEY]
    word = _DOUBLED.sub("", word)
    return _udom_alone(word) if _TOGETHER.isdisjoint(word) and "รร" not in word else _udom(word)


def _udom(word: str) -> str:
    code: str = sounds.udom83(word[:1] + word[1:].translate(_ALIKE))
    return code[:1] + _REPEATED.sub("", code[1:]).rstrip("0")


def _udom_alone(word: str) -> str:
    """What `_udom` says of a word in which no letter changes another but by การันต์."""
    first, following, silent = _letters()
    if "\u0e4c" in word:
        word = _SILENCED.sub("", word[:1] + word[1:].translate(_ALIKE))
    heard = word.lstrip(silent)
    if not heard:
        return ""
    begins = heard[0] if len(heard) == len(word) else heard[0].translate(_ALIKE)
    code = _REPEATED.sub("", heard[1:].translate(following)[: _WORD_KEY - 1])
    return begins.translate(first) + code.rstrip("0")


@lru_cache(maxsize=1)
def _letters() -> tuple[dict[int, str], dict[int, str], str]:
    """What Udom83 makes of each Thai letter: the first of a word, a following one; those it drops.

    Asked with another letter behind, which comes third unless this one is dropped.
    """
    alone = [chr(code) for code in range(0x0E00, 0x0E80)]
    first = {ord(letter): sounds.udom83(letter)[:1] for letter in alone}
    asked = {letter: sounds.udom83("ก" + letter.translate(_ALIKE) + "ก") for letter in alone}
    silent = "".join(letter for letter, code in asked.items() if code[2] == "0")
    following = {ord(letter): "" if letter in silent else code[1] for letter, code in asked.items()}
    return first, following, silent
