"""Reads of assessments: the current run, figures of areas, results of households."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import CharField, QuerySet, Sum

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.assessment import explaining, small, storage
from wattana.assessment.figures import (
    CAPITALS,
    LATEST,
    AreaFigures,
    AreaPicture,
    Figure,
    HouseholdRound,
    IndicatorReason,
    InProgress,
    Result,
    Wave,
    by_code,
    joined,
)
from wattana.assessment.models import AreaFigure, HouseholdResult, Run, Snapshot, Status
from wattana.assessment.poverty.definitions import MEASURES as POVERTY_MEASURES
from wattana.assessment.schemes.queries import FIVE_CAPITALS, of_run
from wattana.kernel import keys
from wattana.kernel.problems import N_, NotFound
from wattana.kit.prepared import Given, prepared
from wattana.methods.five_capitals import Reason
from wattana.registry.models import Household
from wattana.rules.measures import Measure, load_measure
from wattana.surveys.access import analysed
from wattana.surveys.rounds import newest_begun

MEASURES = (FIVE_CAPITALS, *POVERTY_MEASURES)


def definitions(measure: str) -> Measure:
    """A scored measure as the rulebook defines it now. Raises `NotFound`."""
    if measure != FIVE_CAPITALS:
        raise NotFound(N_("There is no such measure. Known: %(known)s."), known=", ".join(MEASURES))
    return load_measure(measure)


def in_force() -> Measure:
    """The scheme of the five capitals that the current run used: levels, settings, indicators."""
    return of_run(current_run())


def current_run(measure: str = FIVE_CAPITALS) -> Run | None:
    """The run whose results are shown everywhere, or None before the first."""
    return next(iter(_current_run(measure=measure)), None)


@prepared(measure=CharField())
def _current_run(measure: Given) -> QuerySet[Run]:
    return _current(measure).defer("definitions")[:1]


def current_run_key(measure: str = FIVE_CAPITALS) -> int | None:
    """The key of the current run: all that a page needs whose text of the run is kept."""
    found = _current_key(measure=measure)
    return found[0][0] if found else None


@prepared(measure=CharField())
def _current_key(measure: Given) -> QuerySet[Run, Any]:
    return _current(measure).values_list("pk")[:1]


def shown_run(key: int) -> Run:
    """The run of `current_run_key`, with its snapshot."""
    return Run.objects.select_related("snapshot").defer("definitions").get(pk=key)


def waves(run: Run) -> list[Wave]:
    """The survey rounds that a run holds, oldest first."""
    return [Wave(year, number) for year, number in run.summary.get("waves", [])]


def current_wave(viewer: Viewer, run: Run, area: str = "") -> Wave | None:
    """The newest round of a run that has begun in earnest in an area, else in all that she sees.

    Where nobody was visited, the run's last one; None for a run without any.
    """
    parts = viewer.parts_of(area) if area else viewer.areas
    rows = AreaFigure.objects.filter(run=run, code__in=parts, aspect="overall", year__gt=0)
    sums = rows.order_by().values_list("year", "round").annotate(Sum("households"))
    reached = {Wave(year, number): households for year, number, households in sums}
    return newest_begun(reached) or next(reversed(waves(run)), None)


def area_figures(
    viewer: Viewer, code: str, wave: Wave = LATEST, run: Run | None = None
) -> AreaPicture:
    """Figures of an area and of the areas directly below it, within the viewer's scope.

    Of an area that she sees in part, the sum of her parts. `run` is the current one by default.
    Raises `Forbidden` without `AREA_VIEW`.
    """
    viewer.require(Permission.AREA_VIEW)
    run = run or current_run()
    parts = viewer.parts_of(code)
    if run is None or not parts:
        return AreaPicture(run.pk if run else None, None, [], waves(run) if run else [])
    whole = parts == (code,)
    children = (
        _children(viewer, run, code, wave) if whole else _parts(viewer, run, code, wave, parts)
    )
    own = _of_codes(viewer, run, parts, wave)
    area = AreaFigures(code, wave, _joined(own.values()), not whole) if own else None
    return AreaPicture(run.pk, area, children, waves(run))


def figures_below(viewer: Viewer, parents: Iterable[str], run: Run) -> dict[str, AreaFigures]:
    """Figures of the areas directly below those that the viewer sees whole, by code.

    Raises `Forbidden` without `AREA_VIEW`.
    """
    viewer.require(Permission.AREA_VIEW)
    whole = [code for code in parents if viewer.covers(code)]
    rows = AreaFigure.objects.filter(run=run, parent__in=whole, year=0, round=0)
    found = small.for_viewer(viewer, run, LATEST, by_code(rows))
    return {code: _whole(code, LATEST, figures) for code, figures in found.items()}


def area_change(viewer: Viewer, code: str, run: Run | None = None) -> list[AreaFigures]:
    """Figures of an area in every wave of a run, oldest first, within the scope.

    `run` is the current one by default.
    """
    viewer.require(Permission.AREA_VIEW)
    run, parts = run or current_run(), viewer.parts_of(code)
    if run is None or not parts:
        return []
    rows = AreaFigure.objects.filter(run=run, code__in=parts, year__gt=0)
    by_wave: dict[Wave, list[AreaFigure]] = defaultdict(list)
    for row in rows:
        by_wave[Wave(row.year, row.round)].append(row)
    partial = parts != (code,)
    return [
        AreaFigures(
            code,
            wave,
            _joined(small.for_viewer(viewer, run, wave, by_code(some)).values()),
            partial,
        )
        for wave, some in sorted(by_wave.items())
    ]


def scope_figures(viewer: Viewer, run: Run, wave: Wave = LATEST) -> dict[str, Figure] | None:
    """Figures over everything that the viewer may see; None where that is nothing."""
    own = _of_codes(viewer, run, viewer.areas, wave)
    return _joined(own.values()) if own else None


def household_results(viewer: Viewer, household_id: int) -> list[HouseholdRound]:
    """What the current run found for a household, newest round first.

    Raises `Forbidden` without `HOUSEHOLD_VIEW`, `NotFound` out of scope.
    """
    _require_household(viewer, household_id)
    run = current_run()
    rows = HouseholdResult.objects.filter(run=run, household_id=household_id) if run else []
    found = [_round(row) for row in rows]
    return sorted(found, key=lambda result: result.wave, reverse=True)


def household_indicators(
    viewer: Viewer, household_id: int, measure: Measure | None = None
) -> list[IndicatorReason]:
    """The indicators of a household by its latest accepted visit.

    `measure` is the one in force by default. Empty before its first visit, and once consent to
    the analysis is withdrawn. Raises `Forbidden` without `HOUSEHOLD_VIEW`, `NotFound` out of scope.
    """
    _require_household(viewer, household_id)
    visit = analysed([household_id]).order_by("-year", "-round").first()
    if visit is None:
        return []
    explanation = explaining.of_visit(visit, measure or in_force())
    sees_health = viewer.can(Permission.SENSITIVE_VIEW)
    return [_indicator(reason, sees_health) for reason in explanation]


def runs(viewer: Viewer) -> QuerySet[Run]:
    """All runs, newest first. Raises `Forbidden` without `ASSESS`."""
    viewer.require(Permission.ASSESS)
    return Run.objects.select_related("snapshot", "scheme").defer(
        "definitions", "scheme__definitions"
    )


def snapshots(viewer: Viewer) -> QuerySet[Snapshot]:
    """All snapshots, newest first. Raises `Forbidden` without `ASSESS`."""
    viewer.require(Permission.ASSESS)
    return Snapshot.objects.all()


def run(viewer: Viewer, run_id: int) -> Run:
    """One run. Raises `Forbidden` without `ASSESS`, `NotFound`."""
    found = runs(viewer).filter(pk=run_id).first()
    if found is None:
        raise NotFound(N_("There is no such run."))
    return found


def snapshot(viewer: Viewer, snapshot_id: int) -> Snapshot:
    """One snapshot. Raises `Forbidden` without `ASSESS`, `NotFound`."""
    found = snapshots(viewer).filter(pk=snapshot_id).first()
    if found is None:
        raise NotFound(N_("There is no such snapshot."))
    return found


def work_in_progress(viewer: Viewer) -> InProgress | None:
    """The snapshot or run that is being made just now, and the share of it that is done."""
    for kind, rows in (("run", runs(viewer)), ("snapshot", snapshots(viewer))):
        row = rows.filter(status=Status.WORKING).first()
        if row and storage.busy():
            return InProgress(kind, storage.progress(keys.to_text(row.pk)))
    return None


def _current(measure: str | Given) -> QuerySet[Run]:
    return Run.objects.filter(measure=measure, current=True).order_by()


def _require_household(viewer: Viewer, household_id: int) -> None:
    viewer.require(Permission.HOUSEHOLD_VIEW)
    if not within(Household.objects.filter(pk=household_id), viewer).exists():
        raise NotFound(N_("There is no such household in your area."))


def _indicator(reason: Reason, sees_health: bool) -> IndicatorReason:
    indicator = reason.indicator
    hidden = indicator.sensitive and not sees_health
    return IndicatorReason(
        code=indicator.code,
        capital=indicator.capital,
        name_th=indicator.title.th,
        name_en=indicator.title.en,
        score=None if hidden else reason.score,
        reason_th="" if hidden else reason.text.th,
        reason_en="" if hidden else reason.text.en,
        applies=reason.applies,
        hidden=hidden,
    )


def _children(viewer: Viewer, run: Run, code: str, wave: Wave) -> list[AreaFigures]:
    rows = AreaFigure.objects.filter(run=run, parent=code, year=wave.year, round=wave.round)
    found = small.for_viewer(viewer, run, wave, by_code(rows))
    return [_whole(child, wave, figures) for child, figures in sorted(found.items())]


def _parts(
    viewer: Viewer, run: Run, code: str, wave: Wave, parts: tuple[str, ...]
) -> list[AreaFigures]:
    """The areas below `code` that hold parts of the viewer's, each with the sum of its parts."""
    length = len(code) + 2
    groups: dict[str, list[dict[str, Figure]]] = defaultdict(list)
    for part, figures in sorted(_of_codes(viewer, run, parts, wave).items()):
        groups[part[:length]].append(figures)
    return [
        AreaFigures(child, wave, _joined(some), partial=child not in parts)
        for child, some in groups.items()
    ]


def _whole(code: str, wave: Wave, figures: Mapping[str, Figure]) -> AreaFigures:
    """An area that the viewer sees whole, without what may not be published."""
    shown = {aspect: figure.shown for aspect, figure in figures.items()}
    return AreaFigures(code, wave, shown, partial=False)


def _joined(parts: Iterable[Mapping[str, Figure]]) -> dict[str, Figure]:
    return joined(list(parts), settings.SMALL_GROUP)


def _of_codes(
    viewer: Viewer, run: Run, codes: Iterable[str], wave: Wave
) -> dict[str, dict[str, Figure]]:
    rows = AreaFigure.objects.filter(run=run, code__in=codes, year=wave.year, round=wave.round)
    return small.for_viewer(viewer, run, wave, by_code(rows))


def _round(row: HouseholdResult) -> HouseholdRound:
    return HouseholdRound(
        Wave(row.year, row.round),
        row.latest,
        Result(_unit(row.score), row.level, row.completeness / 1000, row.change),
        {capital: _capital(row, capital) for capital in CAPITALS},
    )


def _capital(row: Any, capital: str) -> Result:
    return Result(
        _unit(getattr(row, f"{capital}_score")),
        getattr(row, f"{capital}_level"),
        getattr(row, f"{capital}_completeness") / 1000,
        getattr(row, f"{capital}_change"),
    )


def _unit(thousandths: int | None) -> float | None:
    return None if thousandths is None else thousandths / 1000
