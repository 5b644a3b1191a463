"""One way to make a PDF: Typst with the Sarabun typeface, no system fonts, no network."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import fontpkg_sarabun
import typst
from django.utils import timezone
from django.utils.translation import get_language, gettext

from wattana.kernel.problems import N_, Problem
from wattana.kit.dates import format_date

LARGEST = 2_000_000
"""Bytes of JSON that one paper may be made of."""

_BASE = resources.files("wattana.kit.paper") / "base.typ"
_logger = logging.getLogger(__name__)
_TOO_LONG = N_("This paper would become too long. Choose fewer rows.")
_FAILED = N_("The paper could not be made. Tell your administrator the time; nothing was changed.")


@dataclass(frozen=True)
class Paper:
    """What stands on every page beside the content: title, who hands it out, number, day.

    `number` is what one asks for at the counter (a case, a cover list); "" for none. `foot` is a
    line at the foot of each page.
    """

    title: str
    organization: str
    day: dt.date
    number: str = ""
    number_label: str = ""
    foot: str = ""


def render(template: Traversable, data: Mapping[str, Any], paper: Paper) -> bytes:
    """The PDF of a template with `data` (plain JSON), in the language in force.

    Data goes in as JSON beside the source, never into it, so that no text of a person is read as
    markup. The same data give the same bytes. Raises `Problem` for what is too long or cannot be
    set.
    """
    told = json.dumps({"data": data, "paper": _frame(paper)}, ensure_ascii=False)
    if len(told.encode()) > LARGEST:
        raise Problem(_TOO_LONG)
    noon = dt.datetime.combine(paper.day, dt.time(12), timezone.get_current_timezone())
    try:
        return typst.compile(
            {"main.typ": template.read_bytes(), "base.typ": _BASE.read_bytes()},
            format="pdf",
            font_paths=[str(fontpkg_sarabun.ROOT)],
            ignore_system_fonts=True,
            sys_inputs={"told": told},
            timestamp=int(noon.timestamp()),
        )
    except typst.TypstError as error:
        # not the error's own text, which may quote a person's data
        _logger.error("paper %s: %s", template.name, type(error).__name__)
        raise Problem(_FAILED) from None


def _frame(paper: Paper) -> dict[str, str]:
    return {
        "title": paper.title,
        "organization": paper.organization,
        "day": format_date(paper.day),
        "number": paper.number,
        "number_label": paper.number_label,
        "foot": paper.foot,
        "language": get_language() or "th",
        "page_of": gettext("page {page} of {pages}"),
    }
