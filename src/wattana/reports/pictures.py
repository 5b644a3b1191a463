"""Charts and maps of figures, with their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from wattana.areas import queries as areas
from wattana.areas.models import Area, BoundarySource
from wattana.assessment.figures import CAPITALS, AreaFigures, Figure
from wattana.kit import charts
from wattana.kit.charts import palette
from wattana.kit.prepared import prepared
from wattana.registry.naming import level_name
from wattana.reports import names
from wattana.reports.measures import Measure
from wattana.reports.tables import AreaRow


def levels(figure: Figure, of: str) -> SafeString:
    """How many households stand at each level or have no score, and of how many the shares are."""
    parts = [
        charts.Part(str(number), level_name(number), count, palette.LEVELS[number - 1])
        for number, count in enumerate(figure.levels, 1)
    ]
    if unscored := figure.households - figure.scored:
        parts.append(charts.Part("–", gettext("no score"), unscored, palette.NONE))
    said = ", ".join(f"{part.name} {part.count:,}" for part in parts)
    title = gettext("Households by level: %(area)s") % {"area": of}
    whole = gettext("Shares of all %(count)s surveyed, with or without a score.") % {
        "count": f"{figure.households:,}"
    }
    return charts.stacked_bar(parts, title, said) + format_html(
        '<p class="text-secondary small mt-2 mb-0">{}</p>', whole
    )


def capitals(now: Mapping[str, Figure], before: Mapping[str, Figure] | None, of: str) -> SafeString:
    """The means of the five capitals; dashed, those of the round before."""
    axes = [
        charts.Axis(names.capital(key), figure.mean, figure.completeness)
        for key, figure in now.items()
    ]
    said = ", ".join(f"{axis.label} {charts.SCORES.written(axis.value)}" for axis in axes)
    earlier = [figure.mean for figure in before.values()] if before else None
    title = gettext("Five capitals: %(area)s") % {"area": of}
    return charts.radar(axes, title, said, before=earlier)


def over_rounds(rounds: Sequence[AreaFigures], of: str) -> SafeString:
    """The means over the survey rounds, all five capitals together first."""
    lines = [charts.Line(names.overall(), tuple(one.overall.mean for one in rounds))]
    lines += [
        charts.Line(names.capital(key), tuple(one.figures[key].mean for one in rounds))
        for key in CAPITALS
    ]
    title = gettext("Scores over the survey rounds: %(area)s") % {"area": of}
    said = gettext("The table below the chart has the same figures.")
    return charts.rounds([names.wave(one.wave) for one in rounds], lines, title, said)


def area_map(parent: str, rows: Sequence[AreaRow], measure: Measure) -> SafeString:
    """The areas of a table inside `parent` in the colours of a measure: a map, or tiles."""
    shown = [
        place(
            row.area,
            measure.of(row.figures),
            reverse("reports:area", args=[row.area.code]),
            withheld=measure.withheld(row.figures),
        )
        for row in rows
    ]
    title = gettext("%(measure)s by area") % {"measure": measure.title}
    return map_of(parent, shown, measure.scale, title, str(measure.about))


def place(area: Area, value: float | None, url: str, *, withheld: bool = False) -> charts.Place:
    """An area for a map."""
    note = gettext("withheld") if withheld else ""
    return charts.Place(area.code, names.area_name(area), value, url, note)


def map_of(
    parent: str, places: Sequence[charts.Place], scale: charts.Scale, title: str, about: str
) -> SafeString:
    """Areas of one level inside `parent`: a map where there are outlines of them, or tiles."""
    drawn, attribution = _outlines(parent, tuple(sorted(one.code for one in places)), stamp())
    if not drawn.areas:
        return charts.tile_map(places, scale, title)
    said = gettext("%(about)s The table below the map has the same figures.") % {"about": about}
    notes = [_unmapped(len(places) - len(drawn.areas)), names.credit(attribution)]
    return charts.choropleth(
        drawn, places, scale, title, said, attribution=" ".join(filter(None, notes))
    )


def _unmapped(count: int) -> str:
    """What the map says about areas whose outline nobody supplied."""
    if not count:
        return ""
    return ngettext(
        "%(count)s area has no outline and stands in the table only.",
        "%(count)s areas have no outline and stand in the table only.",
        count,
    ) % {"count": count}


def stamp() -> int | None:
    """Which boundaries are loaded: changes when others are."""
    found = _newest_source()
    return found[0][0] if found else None


@prepared()
def _newest_source() -> QuerySet[BoundarySource, Any]:
    return BoundarySource.objects.order_by("-pk").values_list("pk")[:1]


@lru_cache(maxsize=128)
def _outlines(
    parent: str, codes: tuple[str, ...], stamp: int | None
) -> tuple[charts.Outlines, str]:
    """The projected outlines of some areas below `parent`, and whom to credit."""
    if stamp is None or not codes:
        return charts.outlines([]), ""
    found = areas.boundaries_of(parent, len(codes[0]))
    features = [
        charts.Feature(shape.code, shape.geometry, (shape.label_lon, shape.label_lat))
        for shape in found.shapes
        if shape.code in codes
    ]
    return charts.outlines(features), " · ".join(found.attributions)
