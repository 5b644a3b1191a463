"""The figures of everything that a viewer sees, in short, with the way to its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.assessment import queries as assessment
from wattana.assessment.figures import Figure
from wattana.assessment.models import Run
from wattana.assessment.schemes.queries import of_run
from wattana.reports import names, pictures, queries


@dataclass(frozen=True)
class Summary:
    """The viewer's area in short; `overall` is None where nothing was scored yet."""

    title: str
    url: str
    partial: bool  # she sees only a part of the area
    run: Run | None
    overall: Figure | None
    level: tuple[int, str] | None
    levels: SafeString | str  # the chart


def summary(viewer: Viewer) -> Summary | None:
    """In short what the viewer sees; None without an area, or without the figures of areas."""
    if not viewer.can(Permission.AREA_VIEW):
        return None
    code = queries.top_area(viewer)
    if code is None:
        return None
    title = names.area_title(areas.area(code))
    url = reverse("reports:area", args=[code])
    partial = not viewer.covers(code)
    run = assessment.current_run()
    found = assessment.scope_figures(viewer, run) if run else None
    if found is None:
        return Summary(title, url, partial, run, None, None, "")
    overall = found["overall"]
    return Summary(
        title,
        url,
        partial,
        run,
        overall,
        names.level_of(overall, of_run(run)),
        pictures.levels(overall, title),
    )
