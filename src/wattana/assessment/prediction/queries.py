"""Reads of predictions: the model in use, its card, whom to visit next within the scope."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.assessment import queries as assessment
from wattana.assessment.models import HouseholdResult, Prediction, Run
from wattana.assessment.prediction import facts, words
from wattana.assessment.prediction.words import Reason
from wattana.kernel.problems import NotFound
from wattana.kit.vault import vault
from wattana.methods.prediction import Model
from wattana.registry.models import Household
from wattana.registry.queries.places import narrowed

NEVER, AGAIN = Prediction.Kind.NEVER, Prediction.Kind.AGAIN
MOST = 3_000  # households that are put in order for one page
SHOWN = 50


@dataclass(frozen=True)
class Suggestion:
    """A household to visit: its place in the order and why. No score, no level."""

    place: int
    household: int
    area: str
    house_no: str
    road: str
    reasons: list[Reason]


@dataclass(frozen=True)
class Suggestions:
    """Whom to visit next in an area, or, where that is too large, how many wait in its tambons.

    Neither where the model is no better than chance.
    """

    model: Prediction
    waiting: int
    rows: list[Suggestion]
    tambons: dict[str, int]


def current(kind: str = NEVER) -> Prediction | None:
    """The model in use for a kind of household, with the run and snapshot learnt from."""
    rows = Prediction.objects.filter(kind=kind, current=True)
    return rows.select_related("run", "run__snapshot").defer("run__definitions").first()


def usual_kind() -> str:
    """The kind of household that is looked at first: one for which a model is trained."""
    trained = set(Prediction.objects.filter(current=True).values_list("kind", flat=True))
    return AGAIN if trained == {AGAIN} else NEVER


def visit_next(viewer: Viewer, area: str = "", kind: str = NEVER) -> Suggestions | None:
    """Households of the scope not yet surveyed (`NEVER`) or not in the current round (`AGAIN`).

    None before a model is trained. Raises `Forbidden` without `VISIT_SUGGEST`, `NotFound` for an
    area that her scope does not touch.
    """
    viewer.require(Permission.VISIT_SUGGEST)
    if area and (not viewer.touches(area) or areas.area(area) is None):
        raise NotFound(areas.NOT_OPEN, code=area[:12])
    model, run = current(kind), assessment.current_run()
    if model is None or run is None:
        return None
    homes = _waiting(viewer, area, kind, run)
    waiting = homes.count()
    if not model.card["useful"]:
        return Suggestions(model, waiting, [], {})
    if waiting > MOST:
        return Suggestions(model, waiting, [], _by_tambon(homes))
    return Suggestions(model, waiting, _ordered(homes, model, run), {})


def _waiting(viewer: Viewer, area: str, kind: str, run: Run) -> QuerySet[Household]:
    active = Household.objects.filter(status=Household.Status.ACTIVE)
    homes = narrowed(active, viewer, area)
    if kind != AGAIN:
        return homes.filter(surveyed_on__isnull=True)
    wave = assessment.current_wave(viewer, run, area)
    if wave is None:
        return homes.none()
    missed = HouseholdResult.objects.filter(
        Q(year__lt=wave.year) | Q(year=wave.year, round__lt=wave.round), run=run, latest=True
    )
    return homes.filter(pk__in=missed.values("household_id"), surveyed_on__year__lte=wave.year)


def _by_tambon(homes: QuerySet[Household]) -> dict[str, int]:
    return dict(homes.order_by("tambon").values_list("tambon").annotate(Count("pk")))


def _ordered(homes: QuerySet[Household], model: Prediction, run: Run) -> list[Suggestion]:
    """The first households in the order of the model, with what moves each forward."""
    before = None
    if model.kind == AGAIN:
        before = facts.earlier(run, homes, before_latest=False)
    known = facts.known(homes, vault(), before)
    if not known.ids:
        return []
    read = Model.read(model.parameters)
    first = read.order(known.facts)[:SHOWN]
    ids = [known.ids[row] for row in first]
    told = {pk: where for pk, *where in
            homes.filter(pk__in=ids).values_list("pk", "area_id", "house_no", "road")}  # fmt: skip
    reasons = read.contributions(known.facts.taken(first))
    return [
        Suggestion(place, pk, *told[pk], words.reasons(some))
        for place, (pk, some) in enumerate(zip(ids, reasons, strict=True), 1)
    ]
