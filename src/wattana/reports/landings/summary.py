"""The figures of everything that a viewer sees, in short, with the way to its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.assessment import queries as assessment
from wattana.assessment.figures import CAPITALS, Figure
from wattana.assessment.models import Run
from wattana.assessment.schemes.queries import of_run
from wattana.reports import names, pictures, queries


@dataclass(frozen=True)
class Summary:
    """The viewer's area in short."""

    title: str
    url: str
    partial: bool  # she sees only a part of the area
    run: Run | None
    figures: Mapping[str, Figure]  # by aspect; none where nothing was scored yet
    level: tuple[int, str] | None

    @property
    def overall(self) -> Figure | None:
        """The figure of all five capitals together."""
        return self.figures.get("overall")

    @property
    def levels(self) -> SafeString:
        """The chart of the levels."""
        return pictures.levels(self.figures["overall"], self.title)

    @property
    def capitals(self) -> SafeString:
        """The chart of the five capitals."""
        return pictures.capitals({key: self.figures[key] for key in CAPITALS}, None, self.title)


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
    found = (assessment.scope_figures(viewer, run) if run else None) or {}
    level = names.level_of(found["overall"], of_run(run)) if run and found else None
    return Summary(title, url, partial, run, found, level)
