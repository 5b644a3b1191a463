"""Choosing another household by a search, without scripts."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.translation import gettext

from wattana.accounts import audit
from wattana.kernel import keys
from wattana.kernel.problems import Invalid
from wattana.kit.middleware import told
from wattana.registry import naming, queries
from wattana.registry.models import Household
from wattana.registry.queries.lists import Row, rows_of
from wattana.registry.queries.places import places

MOST = 20
FIND = "find"  # the button of the search, apart from that of the page's own form


@dataclass(frozen=True)
class Choice:
    """What was looked for, and the households that fit it with their address."""

    text: str = ""
    candidates: list[tuple[Row, str]] = field(default_factory=list)
    note: str = ""  # why there are none or not all

    @property
    def offered(self) -> list[tuple[str, str]]:
        """The candidates as choices of a form."""
        named = ((keys.to_text(row.id), row.head or "–", where) for row, where in self.candidates)
        return [(key, f"{head} · {where}") for key, head, where in named]


def search(request: HttpRequest, home: Household) -> Choice:
    """Households other than `home` that fit what was sent; looking is audited as a list.

    Sent as a form, so that a national ID stands in no address. It comes again with the page's own
    form, so that the results stay.
    """
    text = request.POST.get("text", "").strip()[:80]
    if not text:
        return Choice()
    try:
        found = queries.search(request.viewer, text)
    except Invalid as problem:  # a national ID that cannot be one
        return Choice(text, note=told(problem))
    note = ""
    if found.too_wide:  # in a whole district; the same household, or the next, is not far away
        found = queries.search(request.viewer, text, home.area_id[:6])
        note = gettext("A village or house number is looked for in the same tambon.")
    rows = rows_of(request.viewer, [key for key in found.households if key != home.pk][:MOST])
    audit.record(
        request.viewer, "household.search", kind="household", found_by="choosing", rows=len(rows)
    )
    areas = places({row.area for row in rows})
    named = [(row, naming.house_at(row.house_no, row.road, row.area, areas)) for row in rows]
    return Choice(text, named, note)
