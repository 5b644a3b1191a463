"""Names of people: titles, parts, and keys that sound alike."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from wattana.thai.text import clean

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

_MEN = frozenset({"นาย", "เด็กชาย", "สามเณร", "พระ", "หลวงพ่อ", "Mr", "Master"})
_WOMEN = frozenset({"นาง", "นางสาว", "เด็กหญิง", "แม่ชี", "Mrs", "Ms", "Miss"})
SEXES = {
    spelling.lower().rstrip("."): "male" if title in _MEN else "female"
    for spelling, title in (_SPOKEN | _SHORT | _APART).items()
    if title in _MEN | _WOMEN
}
"""The sex that a title says, by its spellings in small letters without a last dot. Ranks and
doctors say none."""


def _any(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_TITLE = re.compile(
    rf"(?P<short>{_any(_SHORT)})\s*(?=\S)"
    rf"|(?P<spoken>{_any(_SPOKEN)})(?:\s+|(?=[ก-ฮเ-ไ][^\s]))"
    rf"|(?P<apart>{_any(_APART)})(?:\.\s*|\s+)(?=\S)",
    re.I,
)
_THAI = re.compile("[ก-ฮ]")
_WORD_KEY = 12
_MOST_WORDS = 3
_LONGEST = 24
_DOUBLED = re.compile("([ก-ยวศ-ฮ])(?=\\1)(?<![เแโใไ].)")  # not รร, a vowel
_SILENCED = re.compile("(?:(?<=ญ)จน|มณ|ณฑ|ทร|ตร|[ก-รลว-ฮ][\u0e30-\u0e39]?)\u0e4c")
_FALSE_CLUSTER = re.compile(
    "(?<!เ[ศส])(?<=[ศส])ร(?=ี)|(?<=ส)ร(?=้)|(?<=เส)ร(?=ิ)|(?<=เศ)ร(?=[ษ้])|(?<=จ)ร(?=ิง)"
)
_LIKE_SO = re.compile("^ทร(?=[งวา\u0e31\u0e38])|ทร(?=ัพ|งศ)|(?<=^ไ)ทร")  # ทรัพย์ is heard as ซับ
_SHORT_A = re.compile("รร(?=[ก-ฮ](?:[ก-ฮเ-ไ]|$))")  # before a final letter; else heard as ัน
_TONES = re.compile("[\u0e48-\u0e4b]")
_VOWEL = "[\u0e31-\u0e3a\u0e47]"
_CLUSTER = re.compile(
    f"(?<=[กขคปผพ])[รล](?={_VOWEL}|\u0e30)|(?<=[เแโใไ][กขคตปผพ])[รล]|(?<=^ต)ร(?={_VOWEL}|\u0e30)"
    "|(?<=[\u0e31\u0e34\u0e38]ต)ร|(?<=\u0e31[กคท])ร|(?<=พช)ร|(?<=พ\u0e47ช)ร|(?<=เนต)ร"
)  # spoken and so written without (เกียงไกร), or silent as in จักร, มิตร, เพชร
_FINAL = re.compile(f"(?<=.)(?<![เแโใไ])[รลฬ](?!{_VOWEL})")  # heard as น; ระ is often written ร
_LIQUID = re.compile("[รลฬ]")
_SIGN = "[\u0e30-\u0e3a\u0e47]"  # a vowel behind the letter that it belongs to
_STOP = re.compile(
    f"[จฉชฌ](?!{_SIGN})(?:"
    "(?=[เแโใไ]|$)(?<=[^เแโใไ].)"
    f"|(?=[ก-ฬหฮ]|อ{_SIGN})(?:(?<=[าึ\u0e47].)|(?<=[เแโ][ก-ฮ].)|(?<=[เแโ][กขคตปผพ][รลว].)"
    "|(?<=[ิุ].)(?<![วพส][ิุ].))"
    "|(?=[กขคบปผพภฝฟสศษหดตทธซ])(?<=[วพส][ิุ].)"
    "|(?=[กขคบปผพภฝฟห])(?<=ั.))"
)  # heard as ด: กิจ, เดช, ราชดำเนิน; not รัชนี, พิชญา, which are heard with a ช as well
_REPEATED = re.compile("(.)(?=\\1)")
_AI = re.compile("[ไใ]([ก-ฮ])ย?")
_WRITTEN = "กขฃคฅฆงจฉชฌซศษสฎดฏตฐฑฒถทธณนบปผพภฝฟมญยรลฬฤฦวอหฮ"
_CLASSES = str.maketrans("กขงจชสดตทนบปพฟมยรวอฮ", "KQGJCSDTXNBPVFMYRWAH")
"""A sound by one byte: keys and their indexes are a third as long as in Thai letters."""
_BEGINNING = str.maketrans(
    _WRITTEN, "กขขขขขงจชชชสสสสดดตตททททททนนบปพพพฟฟมยยรรรรรวอฮฮ".translate(_CLASSES)
)
_WITHIN = str.maketrans(
    _WRITTEN, "กกกกกกงจจจจจดดดดดดดดดดดดดนนบบบบบฟฟมนยรรรรรวอออ".translate(_CLASSES)
)
_UNWRITTEN = re.compile(f"[^{_WRITTEN}]")


def split(full: str) -> tuple[str, str, str]:
    """Part a full name into title, first and last name; a missing part is empty.

    Short titles come out in full (น.ส. → นางสาว). All behind the first name is the last name, as in
    “ณ อยุธยา”.
    """
    title, name = _without_title(clean(full))
    first, _, last = name.partition(" ")
    return title, first, last


def joined(title: str, first: str, last: str) -> str:
    """A name as people write it: the title at the first name, then the last name."""
    return f"{title}{first} {last}".strip()


def is_title(text: str) -> bool:
    """Whether this is a title and nothing else: “นาย”, “น.ส.”."""
    word = clean(text)
    return word in _SPOKEN or word in _SHORT or word.rstrip(".").lower() in _APART


def sex_of(title: str) -> str:
    """The sex that a title says, “male” or “female”; "" where it says none."""
    return SEXES.get(clean(title).lower().rstrip(". "), "")


def strip_title(text: str) -> str:
    """The name without its title."""
    return _without_title(clean(text))[1]


@lru_cache(maxsize=1 << 17)
def sound_key(name: str) -> str:
    """A key of at most 24 letters, of one byte each, that spellings of the same sound share.

    Consonants as they are heard, in the classes of Udom83 (Udompanich 1983), without title, tone
    marks and vowels; ร and ล at the end of a syllable are น, behind a consonant nothing. The key of
    a name's beginning, up to the end of a syllable, begins its key. Different names may share a
    key: it finds candidates, it proves nothing.
    """
    words = strip_title(name).split()[:_MOST_WORDS]
    return " ".join(key for word in words if (key := _word_key(word)))[:_LONGEST].rstrip()


def _without_title(text: str) -> tuple[str, str]:
    found = _TITLE.match(text)
    if not found:
        return "", text
    word = found[0].strip()
    title = _SHORT.get(word) or _SPOKEN.get(word) or _APART[word.rstrip(".").lower()]
    return title, text[found.end() :].strip()


def _word_key(word: str) -> str:
    if not _THAI.search(word):
        plain = unicodedata.normalize("NFKD", word.casefold())
        return "".join(letter for letter in plain if letter.isalnum())[:_WORD_KEY]
    heard = _UNWRITTEN.sub("", _heard(word))
    within = _REPEATED.sub("", heard[1:].translate(_WITHIN))
    return (heard[:1].translate(_BEGINNING) + within)[:_WORD_KEY]


def _heard(word: str) -> str:
    """A Thai word without letters that are written and not heard."""
    word = _DOUBLED.sub("", word)
    if "\u0e4c" in word:
        word = _SILENCED.sub("", word)
    if "ร" in word:
        word = _LIKE_SO.sub("ซ", _FALSE_CLUSTER.sub("", word))
        word = _SHORT_A.sub("", word).replace("รร", "น")
    word = _TONES.sub("", word)
    if _LIQUID.search(word):
        word = _FINAL.sub("น", _CLUSTER.sub("", word))
    word = _STOP.sub("ด", word)
    if "ไ" in word or "ใ" in word:
        word = _AI.sub(r"\1ย", word)
    return word.replace("\u0e33", "ม")
