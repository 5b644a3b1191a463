"""The filters of the household list, as they stand in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from wattana.accounts.viewer import Viewer
from wattana.kit.filters import area, chosen
from wattana.registry.models import Household, ListEntry, Person
from wattana.registry.models.households import LEVEL_STEP, UNRANKED
from wattana.registry.queries.places import narrowed
from wattana.registry.queries.search import Found, search

SORTS = {
    "standing": ("standing_rank", "id"),  # worst first, unscored last
    "place": ("area_id", "house_no", "id"),
    "match": ("found_as", "id"),  # as the search has it
}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "level": ("1", "2", "3", "4", "none"),
    "list_status": tuple(Household.ListStatus.values),
    "source": tuple(ListEntry.Source.values),
    "surveyed": ("yes", "no"),
    "no_id": ("yes",),
    "sort": tuple(SORTS),
}
_SHORT_LIST = 500  # entries


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; an empty text narrows nothing."""

    area: str = ""  # code of any level
    level: str = ""  # 1 … 4, or "none" for households without a standing
    list_status: str = ""
    source: str = ""  # on some year's list of this source
    surveyed: str = ""  # yes, no
    no_id: str = ""  # "yes": a living member has no national ID on record
    text: str = ""  # see `search`
    sort: str = "standing"

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Filters:
        """The filters of an address. Raises `Invalid` for a value that no form offers."""
        given = {field.name: parameters.get(field.name, "").strip() for field in fields(cls)}
        if not given["sort"] or (given["sort"] == "match" and not given["text"]):
            given["sort"] = "match" if given["text"] else "standing"  # as `_plain`
        area(given["area"])
        for name, choices in _CHOICES.items():
            chosen(given[name], choices)
        return cls(**given)

    @property
    def order(self) -> tuple[str, ...]:
        return SORTS[self.sort]

    def as_query(self) -> dict[str, str]:
        """The parameters that differ from the plain list."""
        return {
            field.name: value
            for field in fields(self)
            if (value := getattr(self, field.name)) and value != self._plain(field.name)
        }

    def _plain(self, name: str) -> str:
        """What a field is where the address does not name it."""
        return ("match" if self.text else "standing") if name == "sort" else ""


def filtered(
    viewer: Viewer, filters: Filters, searched: Found | None = None
) -> QuerySet[Household, Household]:
    """The households of the viewer's scope that the filters leave.

    `searched` is what the text found, where the caller has searched already.
    """
    by_place = filters.sort == "place"
    rows = narrowed(Household.objects.all(), viewer, filters.area, by_place=by_place)
    rows = rows.filter(status=Household.Status.ACTIVE)
    if filters.level:
        rows = rows.filter(_of_level(filters.level))
    if filters.list_status:
        rows = rows.filter(list_status=filters.list_status)
    if filters.surveyed:
        rows = rows.filter(surveyed_on__isnull=filters.surveyed == "no")
    if filters.source:
        rows = rows.filter(_on_list(filters.source))
    if filters.no_id:
        # A reason stands where there is no number (`person_id_or_reason`), and has an index.
        without = Person.objects.filter(
            household=OuterRef("pk"), died_on=None, left_on=None, no_id_reason__gt=""
        )
        rows = rows.filter(Exists(without))
    if filters.text:
        searched = searched or search(viewer, filters.text, filters.area)
        rows = rows.filter(pk__in=searched.households)
        if filters.sort == "match":
            rows = rows.annotate(found_as=_place_in(searched.households))
    return rows


def _place_in(found: list[int]) -> Case:
    whens = [When(pk=home, then=Value(place)) for place, home in enumerate(found)]
    return Case(*whens, default=Value(len(found)), output_field=IntegerField())


def _on_list(source: str) -> Q | Exists:
    """Of a short list the households are named, so that the register is not searched for them."""
    entries = ListEntry.objects.filter(source=source)
    named = list(entries.order_by().values_list("household_id", flat=True)[: _SHORT_LIST + 1])
    if len(named) <= _SHORT_LIST:
        return Q(pk__in=named)
    return Exists(entries.filter(household=OuterRef("pk")))


def _of_level(level: str) -> Q:
    """A level is a range of ranks (`Household.standing_rank`): the order's index serves it."""
    if level == "none":
        return Q(standing_rank__gte=UNRANKED)  # an equality would take the order from the index
    start = int(level) * LEVEL_STEP
    return Q(standing_rank__gte=start, standing_rank__lt=start + LEVEL_STEP)
