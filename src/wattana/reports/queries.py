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
from wattana.surveys.rounds import newest_begun


@dataclass(frozen=True)
class SeenArea:
    """An area as the viewer's scope opens it: what it is called, what lies below, which run."""

    area: Area
    path: list[Area]  # province, district, … down to the area itself
    below: list[Area]  # the areas below, as far as the viewer sees them
    within: dict[str, str]  # names of the districts where those below are tambons of a province
    run_key: int | None  # of the current run
    parts: tuple[str, ...]  # what she sees of the area: its own code when she sees it whole

    @property
    def partial(self) -> bool:
        return self.parts != (self.area.code,)


@dataclass(frozen=True)
class AreaPage:
    """What the run says of an area, as far as the viewer sees it.

    `figures` is None before the first run, and where nobody was surveyed.
    """

    area: Area
    run: Run | None
    scheme: Scheme  # of the run; before the first, as it is shipped
    figures: AreaFigures | None
    rows: list[AreaRow]  # the areas below
    intervals: Intervals | None  # of the area itself
    rounds: list[AreaFigures]  # the survey rounds up to the area's current one, oldest first


def seen_area(viewer: Viewer, code: str, *, by_tambon: bool = False) -> SeenArea:
    """An area of the scope, with the areas directly below it.

    `by_tambon`: of a province that she sees whole, its tambons instead of its districts. Raises
    `NotFound` for an area that her scope does not touch.
    """
    if not viewer.touches(code):
        raise NotFound(areas.NOT_OPEN, code=code[:12])
    path, run = areas.breadcrumb(code), assessment.current_run_key()
    below = [child for child in areas.children(code) if viewer.touches(child.code)]
    within: dict[str, str] = {}
    if by_tambon and can_be_finer(viewer, path[-1]) and run is not None:
        within = {district.code: in_language(district) for district in below}
        below = list(Area.objects.filter(parent__in=within).order_by("code"))
    return SeenArea(path[-1], path, below, within, run, viewer.parts_of(code))


def area_page(viewer: Viewer, seen: SeenArea) -> AreaPage:
    """What the run of a `seen_area` says of it."""
    code, run = seen.area.code, assessment.shown_run(seen.run_key) if seen.run_key else None
    picture = assessment.area_figures(viewer, code, run=run) if run else None
    found = {child.code: child for child in picture.children} if picture else {}
    if seen.within:
        found = assessment.figures_below(viewer, seen.within, run)
    digits = len(seen.below[0].code) if seen.below else len(code)
    spans = area_intervals(viewer, run, code, digits) if run else {}
    return AreaPage(
        area=seen.area,
        run=run,
        scheme=of_run(run),
        figures=picture.area if picture else None,
        rows=[
            AreaRow(
                one, found.get(one.code), spans.get(one.code), seen.within.get(one.code[:-2], "")
            )
            for one in seen.below
        ],
        intervals=spans.get(code),
        rounds=_rounds(viewer, code, run) if run else [],
    )


def _rounds(viewer: Viewer, code: str, run: Run) -> list[AreaFigures]:
    """The area in each round, without the few visits that are ahead of the others."""
    found = assessment.area_change(viewer, code, run)
    current = newest_begun({one.wave: one.overall.households for one in found})
    return [one for one in found if current and one.wave <= current]


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
    """An area and how far the current survey round has come in it."""

    area: Area
    latest: Figure  # over the latest visit of each household
    surveyed: int  # households visited in the current round

    @property
    def share(self) -> float | None:
        return self.surveyed / self.latest.households if self.latest.households else None

    @property
    def at_level_1(self) -> float | None:
        return level_1(self.latest)


@dataclass(frozen=True)
class RoundProgress:
    """The current round of the whole, area by area, those furthest behind first."""

    wave: Wave
    rows: list[Progress]


def progress(viewer: Viewer, code: str) -> RoundProgress | None:
    """How far the current round has come in the areas below `code`; None before the first run."""
    run = assessment.current_run()
    wave = assessment.current_wave(viewer, run, code) if run else None
    if wave is None:
        return None
    latest = {
        one.code: one.overall for one in assessment.area_figures(viewer, code, run=run).children
    }
    current = assessment.area_figures(viewer, code, wave, run).children
    surveyed = {one.code: one.overall.households for one in current}
    rows = [
        Progress(area, latest.get(area.code, Figure()), surveyed.get(area.code, 0))
        for area in areas.children(code)
        if viewer.touches(area.code)
    ]
    return RoundProgress(wave, sorted(rows, key=_furthest_behind))


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
