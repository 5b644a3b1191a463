"""Change between two rounds within an area: matrix of levels, entered and left, each capital."""

from __future__ import annotations

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kit.cells import harmless
from wattana.kit.charts import Cell, matrix
from wattana.registry.naming import level_name
from wattana.reports import changes, names
from wattana.reports.change_shares import HIDDEN, LEVELS, Share
from wattana.reports.changes import ChangePage

audit.describe(
    {
        "area.change": _("change within an area opened"),
        "area.change_export": _("table of change downloaded"),
    }
)
_BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet program does not read the file as UTF-8
_MOVES = {
    "poor_before": _("Poor in the earlier round"),
    "poor_after": _("Poor in the later round"),
    "entered": _("Became poor, of those not poor before"),
    "left": _("Left poverty, of those poor before"),
}
_HISTORIES = {
    "never": _("Never poor"),
    "transient": _("Poor in some rounds"),
    "chronic": _("Poor in every round"),
}
_TURNS = {
    "improved": _("Improved"),
    "unchanged": _("Unchanged"),
    "declined": _("Declined"),
}


@policy(Permission.AREA_VIEW)
@require_safe
def change(request: HttpRequest, code: str) -> HttpResponse:
    """What the same households did between two rounds."""
    page = changes.change_page(request.viewer, code, request.GET)
    audit.record(request.viewer, "area.change", kind="area", area=code)
    context = {
        "page": page,
        "title": names.area_title(page.area),
        "waves": [(changes.key(wave), names.wave(wave)) for wave in page.waves],
        "query": request.GET.urlencode(),
    }
    if page.asked:
        context |= _told(page)
    return render(request, "reports/change.html", context)


def _told(page: ChangePage) -> dict[str, Any]:
    asked = page.asked
    return {
        "before": names.wave(asked.before),
        "after": names.wave(asked.after),
        "from": changes.key(asked.before),
        "to": changes.key(asked.after),
        "matrix": _matrix(page) if page.matrix else "",
        "moves": _named(_MOVES, page.moves),
        "move_names": list(_MOVES.values()),
        "histories": _named(_HISTORIES, page.histories),
        "turn_names": list(_TURNS.values()),
        "capitals": [
            (_aspect(aspect), _named(_TURNS, of)) for aspect, of in (page.capitals or {}).items()
        ],
        "places": [
            (place, [place.figures.get(name, HIDDEN) for name in _MOVES]) for place in page.places
        ],
    }


def _aspect(aspect: str) -> str:
    return names.overall() if aspect == "score" else names.capital(aspect)


def _named(titles: dict[str, Any], shares: Any) -> list[tuple[Any, Share]]:
    return [(title, (shares or {}).get(name, HIDDEN)) for name, title in titles.items()]


def _matrix(page: ChangePage) -> SafeString:
    named = [f"{level} {level_name(level)}" for level in LEVELS]
    cells = [[Cell(one.count, one.share, _interval(one)) for one in row] for row in page.matrix]
    return matrix(
        named,
        named,
        cells,
        caption=gettext("Households by level in round %(before)s and in round %(after)s")
        % {"before": names.wave(page.asked.before), "after": names.wave(page.asked.after)},
        corner=gettext("Before ↓ · After →"),
    )


def _interval(one: Share) -> str:
    if one.low is None or one.high is None:
        return ""
    return f"{one.low * 100:.0f}–{one.high * 100:.0f}%"


@policy(Permission.AREA_VIEW)
@require_safe
def change_csv(request: HttpRequest, code: str) -> HttpResponse:
    """All figures of the page, one a line; those withheld are empty."""
    page = changes.change_page(request.viewer, code, request.GET)
    audit.record(request.viewer, "area.change_export", kind="area", area=code)
    response = HttpResponse(_BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="change-{page.area.code}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [gettext("Table"), gettext("Row"), gettext("Column"), gettext("Households"),
         gettext("Share"), gettext("Interval from"), gettext("Interval to")]
    )  # fmt: skip
    for table, row, column, share in _lines(page):
        ends = (share.share, share.low, share.high)
        figures = ["" if one is None else round(one, 6) for one in ends]
        count = "" if share.count is None else share.count
        writer.writerow([table, harmless(row), column, count, *figures])
    return response


def _lines(page: ChangePage) -> list[tuple[str, str, str, Share]]:
    lines = [
        ("levels", level_name(before), level_name(after), share)
        for before, row in zip(LEVELS, page.matrix or [], strict=False)
        for after, share in zip(LEVELS, row, strict=True)
    ]
    area = names.area_name(page.area)
    lines += [("poverty", area, str(t), s) for t, s in _named(_MOVES, page.moves) if page.moves]
    lines += [
        ("history", area, str(t), s) for t, s in _named(_HISTORIES, page.histories)
        if page.histories
    ]  # fmt: skip
    lines += [
        ("capitals", _aspect(aspect), str(title), share)
        for aspect, of in (page.capitals or {}).items()
        for title, share in _named(_TURNS, of)
    ]
    return lines + [
        ("areas", f"{place.area.code} {names.area_name(place.area)}", str(title), share)
        for place in page.places
        for title, share in _named(_MOVES, place.figures)
    ]
