"""What a file says of lists: which one names a household, and what became of its entry."""

from __future__ import annotations

import re

from django.utils.translation import override

from wattana.kernel.problems import N_, Invalid
from wattana.registry import values
from wattana.registry.imports.fields import Parsed
from wattana.registry.models import Household, ListEntry
from wattana.rules import codebook as codebooks
from wattana.thai.text import clean


def list_sources(text: str) -> Parsed:
    """Codes of lists (`ListEntry.Source`), one or several; also labels of the codebook."""
    known = _list_names()
    found = []
    for part in re.split(r"[;,|]", text):
        code = known.get(clean(part).casefold())
        if code is None:
            raise Invalid(
                N_("There is no such list. Lists are: %(lists)s."),
                lists=", ".join(ListEntry.Source.values),
            )
        found.append(code)
    return (",".join(dict.fromkeys(found)),)


def _list_names() -> dict[str, str]:
    found = {code.casefold(): code for code in ListEntry.Source.values}
    for choice_ in codebooks.load().variable("list_source").choices:
        for text in (choice_.label_th, choice_.label_en, *choice_.synonyms):
            found.setdefault(text.casefold(), choice_.code)
    for language in ("th", "en"):
        with override(language):
            for code, label in ListEntry.Source.choices:
                found.setdefault(clean(str(label)).casefold(), code)
    return found


def said(name: str, text: str) -> str:
    """A constant of a mapping as a page shows it: lists by their names, which are read as well."""
    codes = dict(ListEntry.Source.choices)
    label = str(codes.get(text, text)) if name == "list_source" else text
    return text if re.search(r"[;,|]", label) else label


_LIST_STATUS_TH = {
    "ตั้งต้น": "from_list", "เพิ่ม": "added", "ตกหล่น": "added", "เพิ่มใหม่": "added",
    "ยากจนจริง": "confirmed_poor", "ยืนยันยากจน": "confirmed_poor", "จน": "confirmed_poor",
    "ไม่จนจริง": "not_poor", "ไม่จน": "not_poor",
}  # fmt: skip


def list_status(text: str) -> Parsed:
    """Where a household stands between the lists and the field, by code or Thai word."""
    word = clean(text)
    return (values.choice(Household.ListStatus)(_LIST_STATUS_TH.get(word, word)),)
