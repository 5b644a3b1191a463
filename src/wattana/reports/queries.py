"""Reads of the reports: an area with its figures, its parts and its rounds, within the scope."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.areas.models import Area
from wattana.assessment import queries as assessment
from wattana.assessment.figures import AreaFigures, Figure, Wave
from wattana.assessment.intervals import Intervals, area_intervals
from wattana.assessment.models import Run
from wattana.assessment.schemes.queries import of_run
from wattana.kernel.problems import NotFound
from wattana.kit.templatetags.wattana import in_language
from wattana.registry.models import Household, ImportBatch
from wattana.reports.measures import level_1
from wattana.reports.tables import AreaRow
from wattana.rules.measures import Measure as Scheme


@dataclass(frozen=True)
class AreaPage:
    """What an area page shows.

    `figures` is None before the first run, and where nobody was surveyed.
    """

    area: Area
    path: list[Area]  # province, district, … down to the area itself
    run: Run | None
    scheme: Scheme  # of the run; before the first, as it is shipped
    figures: AreaFigures | None
    rows: list[AreaRow]  # the areas below, as far as the viewer sees them
    intervals: Intervals | None  # of the area itself
    rounds: list[AreaFigures]  # the survey rounds of the run, oldest first
    partial: bool  # the viewer sees a part of the area only


def area_page(viewer: Viewer, code: str, *, by_tambon: bool = False) -> AreaPage:
    """An area as the viewer sees it, with the areas directly below it.

    `by_tambon`: of a province that she sees whole, its tambons instead of its districts. Raises
    `NotFound` for an area that her scope does not touch.
    """
    if not viewer.touches(code):
        raise NotFound(areas.NO_SUCH_AREA, code=code[:12])
    path = areas.breadcrumb(code)
    run = assessment.current_run()
    picture = assessment.area_figures(viewer, code, run=run) if run else None
    finer = by_tambon and can_be_finer(viewer, path[-1]) and run is not None
    below = [child for child in areas.children(code) if viewer.touches(child.code)]
    found = {child.code: child for child in picture.children} if picture else {}
    within: dict[str, str] = {}
    if finer:
        within = {district.code: in_language(district) for district in below}
        found = assessment.figures_below(viewer, within, run)
        below = list(Area.objects.filter(parent__in=within).order_by("code"))
    digits = len(below[0].code) if below else len(code)
    spans = area_intervals(viewer, run, code, digits) if run else {}
    return AreaPage(
        area=path[-1],
        path=path,
        run=run,
        scheme=of_run(run),
        figures=picture.area if picture else None,
        rows=[
            AreaRow(one, found.get(one.code), spans.get(one.code), within.get(one.code[:-2], ""))
            for one in below
        ],
        intervals=spans.get(code),
        rounds=assessment.area_change(viewer, code) if run else [],
        partial=not viewer.covers(code),
    )


def can_be_finer(viewer: Viewer, area: Area) -> bool:
    """Whether the parts of an area can be shown one level deeper: a province that is seen whole."""
    return area.level == Area.Level.PROVINCE and viewer.covers(area.code)


def top_area(viewer: Viewer) -> str | None:
    """The smallest area that holds everything the viewer sees; None without one."""
    for length in (8, 6, 4, 2):
        shared = {code[:length] for code in viewer.areas}
        if len(shared) == 1:
            return shared.pop()
    return None


def own_areas(viewer: Viewer) -> list[Area]:
    """The viewer's areas themselves, by code."""
    return list(Area.objects.filter(code__in=viewer.areas).order_by("code"))


@dataclass(frozen=True)
class Progress:
    """An area and how far the latest survey round has come in it."""

    area: Area
    latest: Figure  # over the latest visit of each household
    surveyed: int  # households visited in the latest round

    @property
    def share(self) -> float | None:
        return self.surveyed / self.latest.households if self.latest.households else None

    @property
    def at_level_1(self) -> float | None:
        return level_1(self.latest)


@dataclass(frozen=True)
class RoundProgress:
    """The latest round of the run, area by area, those furthest behind first."""

    wave: Wave
    rows: list[Progress]


def progress(viewer: Viewer, code: str) -> RoundProgress | None:
    """How far the latest round has come in the areas below `code`; None before the first run."""
    run = assessment.current_run()
    waves = assessment.waves(run) if run else []
    if not waves:
        return None
    latest = {
        one.code: one.overall for one in assessment.area_figures(viewer, code, run=run).children
    }
    newest = assessment.area_figures(viewer, code, waves[-1], run).children
    surveyed = {one.code: one.overall.households for one in newest}
    rows = [
        Progress(area, latest.get(area.code, Figure()), surveyed.get(area.code, 0))
        for area in areas.children(code)
        if viewer.touches(area.code)
    ]
    return RoundProgress(waves[-1], sorted(rows, key=_furthest_behind))


def _furthest_behind(row: Progress) -> tuple[bool, float, str]:
    return row.share is None, row.share or 0, row.area.code


def list_statuses(viewer: Viewer) -> dict[str, int]:
    """Active households of the scope by list status."""
    viewer.require(Permission.HOUSEHOLD_LIST)
    rows = within(Household.objects.filter(status=Household.Status.ACTIVE), viewer)
    return dict(rows.order_by().values_list("list_status").annotate(Count("pk")))


def unfinished_imports(viewer: Viewer) -> int:
    """Files of the viewer's organisation that were uploaded but neither committed nor discarded."""
    viewer.require(Permission.IMPORT)
    unfinished = (ImportBatch.Status.UPLOADED, ImportBatch.Status.CHECKED)
    rows = ImportBatch.objects.filter(organization=viewer.organization_id, status__in=unfinished)
    return rows.count()
