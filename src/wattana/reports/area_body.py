"""What a run says of an area, as parts of its page: written once, for a run never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.assessment.figures import CAPITALS
from wattana.kit.kept import kept
from wattana.registry.naming import level_name
from wattana.reports import names, pictures, queries, tables
from wattana.reports.measures import MEASURES, Measure
from wattana.reports.queries import AreaPage, SeenArea


def body(viewer: Viewer, seen: SeenArea, shown: Measure, sort: str) -> Mapping[str, SafeString]:
    """The parts: `head`, `picture` and `lines` of the areas below (empty without), `empty` for
    those that the run knows nothing of, `tail`.

    Kept under the run, the part of the area that the viewer sees, and all else that they show.
    Raises `Invalid` for a column that the table does not have.
    """
    called = [(one.code, one.name_th, one.name_en) for one in [*seen.path, *seen.below]]
    key = (
        seen.run_key, seen.parts, called, sorted(seen.within.items()), shown.key, sort,
        pictures.stamp(), settings.SMALL_GROUP, settings.ROUND_BEGUN, *_may(viewer).values(),
    )  # fmt: skip
    return kept("reports.area", key, lambda: _written(viewer, seen, shown, sort))


def _may(viewer: Viewer) -> dict[str, bool]:
    return {
        "can_list": viewer.can(Permission.HOUSEHOLD_LIST),
        "can_assess": viewer.can(Permission.ASSESS),
    }


def _written(viewer: Viewer, seen: SeenArea, shown: Measure, sort: str) -> dict[str, SafeString]:
    page = queries.area_page(viewer, seen)
    context = {
        "page": page,
        "scheme": names.scheme(page.scheme),
        "list_query": f"?area={page.area.code}",
        "level_names": [(number, level_name(number)) for number in (1, 2, 3, 4)],
        "fewest": settings.SMALL_GROUP,
        **_may(viewer),
        **_figures(page),
    }
    rows = tables.ordered(page.rows, sort) if page.figures else []
    columns = tables.columns(shown.key)
    lines = [(row, tables.cells(columns, row)) for row in rows if row.figures]
    empty = [row for row in rows if not row.figures]
    return {
        "head": _piece("head", context),
        "picture": pictures.area_map(page.area.code, page.rows, shown) if rows else SafeString(),
        "lines": _piece("lines", {"lines": lines}),
        "empty": _below(empty, lines),
        "tail": _piece("tail", context) if page.figures else SafeString(),
    }


def _below(
    empty: Sequence[tables.AreaRow], lines: Sequence[tuple[tables.AreaRow, Sequence[tables.Cell]]]
) -> SafeString:
    """What stands below the table: why figures are withheld, of which areas nothing is known."""
    said = SafeString()
    if any(cell.withheld for _, cells in lines for cell in cells):
        said += _piece("withheld", {"fewest": settings.SMALL_GROUP})
    if empty:
        level = names.level_plural(empty[0].area)
        said += _piece("empty", {"rows": empty, "level": level})
    return said


def _piece(name: str, context: dict[str, Any]) -> SafeString:
    return render_to_string(f"reports/pieces/{name}.html", context)


def _figures(page: AreaPage) -> dict[str, Any]:
    """The area itself: counts, charts and the tables beside them."""
    if page.figures is None:
        return {}
    title = names.area_title(page.area)
    overall, rounds = page.figures.overall, page.rounds
    score, level1 = MEASURES["score"], MEASURES["level1"]
    before = rounds[-2] if len(rounds) > 1 else None
    return {
        "overall": overall,
        "level": names.level_of(overall, page.scheme),
        "score_span": score.spanned(score.interval_of(page.figures, page.intervals)),
        "level1_span": level1.spanned(level1.interval_of(page.figures, page.intervals)),
        "compared": overall.compared,
        "levels": pictures.levels(overall, title),
        "capitals": pictures.capitals(page.figures.capitals, before and before.capitals, title),
        "before": names.wave(before.wave) if before else "",
        "capital_figures": [
            (names.capital(key), figure, names.level_of(figure, page.scheme))
            for key, figure in page.figures.capitals.items()
        ],
        "small_in_capitals": any(
            one.levels_withheld or one.changes_withheld for one in page.figures.capitals.values()
        ),
        "capital_names": [names.capital(key) for key in CAPITALS],
        "over_rounds": pictures.over_rounds(rounds, title) if before else "",
        "round_figures": [(names.wave(one.wave), one) for one in rounds],
    }
