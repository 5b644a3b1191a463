"""Who sees a referral, and on whose side she acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, CharField, Exists, OuterRef, Q, QuerySet

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import are_small, at_levels, by_length, within
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Forbidden, NotFound
from wattana.kit.prepared import Given, Many, prepared
from wattana.methods.referral.machine import BY_ACTION, Needs, Side, State, Step
from wattana.referrals import receivers
from wattana.referrals.models import CaseMember, Need, Referral
from wattana.registry.models import Household

NO_REFERRAL = N_("There is no such referral among those that you may see.")
NO_NEED = N_("There is no such need in your area.")
NOT_NAMED = N_("This case is confidential. Take it, or ask a named member of your organisation.")


GIVEN = {"organization": BigIntegerField(), "codes": Many(CharField())}
Shape = tuple[tuple[tuple[int, int], ...], bool]
"""How many codes of so many digits there are, and `Sight.hold_all`."""


@dataclass(frozen=True)
class Sight:
    """What decides which referrals somebody sees; in a prepared question the values are `Given`."""

    organization: int | Given
    codes: Mapping[int, Sequence[str | Given]]  # of areas whose households' cases are seen, too
    hold_all: bool = False  # one of these areas holds every household there is

    def apart(self) -> tuple[Shape, dict[str, Any]]:
        """As the shape and the values of a prepared question; `of_given` puts them together."""
        shape = tuple((length, len(codes)) for length, codes in self.codes.items()), self.hold_all
        codes = [code for some in self.codes.values() for code in some]
        return shape, {"organization": self.organization, "codes": codes}

    @classmethod
    def of_given(cls, shape: Shape, organization: Given, codes: Sequence[Given]) -> Sight:
        """Within a prepared question that is asked with `GIVEN`."""
        (levels, hold_all), rest = shape, iter(codes)
        by_level = {length: list(islice(rest, count)) for length, count in levels}
        return cls(organization, by_level, hold_all)


def sight(viewer: Viewer) -> Sight:
    """What decides which referrals a viewer sees. Raises `Forbidden` without `REFERRAL_VIEW`."""
    viewer.require(Permission.REFERRAL_VIEW)
    areas = viewer.areas if viewer.can(Permission.HOUSEHOLD_LIST) else ()
    return Sight(viewer.organization_id, by_length(areas), _hold_all(areas))


def sent(viewer: Viewer) -> Q:
    """Referrals that the viewer's organisation sends, from the draft on."""
    return _sent(viewer.organization_id)


def _sent(organization: int | Given) -> Q:
    return Q(sender_id=organization)


def received(viewer: Viewer) -> Q:
    """Referrals to the viewer's organisation, as soon as they are sent."""
    return _received(viewer.organization_id)


def _received(organization: int | Given) -> Q:
    return Q(receiver_id=organization) & ~Q(state=State.DRAFT, sent_at__isnull=True)


def own(viewer: Viewer) -> Q:
    """Referrals of the viewer's organisation."""
    return sent(viewer) | received(viewer)


def of_scope(viewer: Viewer) -> Q:
    """Referrals of households that live in the viewer's areas."""
    return _of_areas(by_length(viewer.areas), hold_all=_hold_all(viewer.areas))


def _of_areas(
    codes: Mapping[int, Sequence[str | Given]],
    *,
    hold_all: bool,
    all_at_once: bool = False,
    one_by_one: bool = False,
) -> Q:
    """Referrals of households that live in some areas.

    A district or more is asked of each case in the order of the list, which ends after a page; of
    tambons the cases of their few households are gathered and put in order. Where every household
    there is lies in one area, such as the province, none is asked. Who goes through all cases
    anyhow has the households of the areas read once (`all_at_once`): so on SQLite; PostgreSQL
    chooses by the number of cases, and would read all households for a few. Who names a few
    households has each asked (`one_by_one`): PostgreSQL plans that in a fifth of the time.
    """
    if hold_all:
        return Q()
    if all_at_once and connection.vendor == "sqlite":
        return Q(household__in=Household.objects.filter(at_levels(codes)).values("pk"))
    if are_small(codes) and not one_by_one:
        return at_levels(codes, "household__")
    homes = Household.objects.filter(at_levels(codes), pk=OuterRef("household_id"))
    return Q(Exists(homes))


def _hold_all(codes: Sequence[str]) -> bool:
    """Whether one of the areas holds every household: told by the first and last of the index.

    Not asked of tambons.
    """
    if are_small(map(len, codes)):
        return False
    ends = [code for last in (False, True) for (code,) in _first_place(last)] or [""]
    return any(all(one.startswith(code) for one in ends) for code in codes)


@prepared()
def _first_place(last: bool) -> QuerySet[Household, Any]:
    order = "-area_id" if last else "area_id"
    return Household.objects.order_by(order).values_list("area_id")[:1]


def visible(viewer: Viewer) -> QuerySet[Referral]:
    """Referrals of the own organisation, and of the households of the scope once they are sent.

    Confidential ones beyond that only for their named members. An agency sees no others: its role
    opens no households. Raises `Forbidden` without `REFERRAL_VIEW`.
    """
    return seen_with(sight(viewer))


def seen_with(
    sight: Sight, *, all_at_once: bool = False, one_by_one: bool = False
) -> QuerySet[Referral]:
    """The referrals of `visible` for what decides on them.

    `all_at_once`: to count, not to list; `one_by_one`: of a few households.
    """
    condition = _sent(sight.organization) | _received(sight.organization)
    if sight.codes:
        scope = _of_areas(
            sight.codes, hold_all=sight.hold_all, all_at_once=all_at_once, one_by_one=one_by_one
        )
        condition |= scope & Q(sensitive=False) & ~Q(state=State.DRAFT, sent_at__isnull=True)
    return Referral.objects.filter(condition)


def named(viewer: Viewer) -> Exists:
    """Whether the viewer is a named member of a confidential referral (for annotations)."""
    return Exists(CaseMember.objects.filter(referral=OuterRef("pk"), user_id=viewer.user_id))


def is_named(viewer: Viewer, referral: Referral) -> bool:
    """Whether the viewer may open the case: always, unless it is confidential."""
    return not referral.sensitive or referral.members.filter(user_id=viewer.user_id).exists()


def sides(viewer: Viewer, referral: Referral) -> frozenset[Side]:
    """On whose side the viewer may act. For the household its sender may, marked so."""
    found = set()
    if referral.sender_id == viewer.organization_id and viewer.can(Permission.REFERRAL_SEND):
        found |= {Side.SENDER, Side.HOUSEHOLD}
    if referral.receiver_id == viewer.organization_id and viewer.can(Permission.REFERRAL_DECIDE):
        found.add(Side.RECEIVER)
    return frozenset(found)


def possible(viewer: Viewer, referral: Referral) -> list[Step]:
    """The steps that the viewer may take now, in the order of the table."""
    acting = sides(viewer, referral)
    return [
        step
        for step in BY_ACTION.values()
        if referral.state in step.sources
        and step.sides & acting
        and not (Needs.FIRST_APPEAL in step.needs and referral.appealed)
        and not (Needs.SAID_NO in step.needs and not said_no(referral))
        and not (Needs.STRANDED in step.needs and not receivers.stranded(referral))
    ]


def said_no(referral: Referral) -> bool:
    """Whether the latest step is that the household said: the help did not come."""
    return referral.events.filter(version=referral.version, action="did_not_come").exists()


def reads_facts(viewer: Viewer, referral: Referral) -> bool:
    """Whether the facts and files of a case are open to the viewer.

    To the sender always; to the receiver while an agreement in force opens the area to it and the
    consent on which they were sent stands. Without them it still sees where the case stands.
    """
    acting = sides(viewer, referral)
    if Side.SENDER in acting:
        return True
    withdrawn = referral.consent.withdrawn_at if referral.consent else None
    return Side.RECEIVER in acting and not is_closed(viewer, referral.area_code, withdrawn)


def is_closed(viewer: Viewer, area: str, withdrawn: dt.datetime | None) -> bool:
    """Whether the facts of a case there are closed to its receiver: without an agreement in force,
    or once the consent on which they were sent was withdrawn."""
    return withdrawn is not None or not viewer.covers(area)


def referral(viewer: Viewer, key: int, *, lock: bool = False) -> Referral:
    """One referral to open. Raises `NotFound` out of sight, `Forbidden` when confidential."""
    viewer.require(Permission.REFERRAL_VIEW)
    rows = Referral.objects.filter(pk=key).select_related("sender", "receiver")
    if lock:
        rows = rows.select_for_update(of=("self",))
    # Nearly always it is one of her own, for which no household is asked.
    found = rows.filter(own(viewer)).first() or rows.filter(pk__in=visible(viewer)).first()
    if found is None:
        raise NotFound(NO_REFERRAL)
    if not is_named(viewer, found):
        raise Forbidden(NOT_NAMED)
    return found


def needs(viewer: Viewer) -> QuerySet[Need]:
    """Needs of the households of the scope; confidential ones only for whoever reported them.

    Raises `Forbidden` without `NEED_REPORT`.
    """
    viewer.require(Permission.NEED_REPORT)
    rows = within(Need.objects.all(), viewer, "household__")
    member = CaseMember.objects.filter(referral__need=OuterRef("pk"), user_id=viewer.user_id)
    return rows.filter(Q(sensitive=False) | Q(created_by=viewer.user_id) | Exists(member))


def need(viewer: Viewer, key: int, *, lock: bool = False) -> Need:
    """One need. Raises `NotFound`."""
    rows = needs(viewer).select_for_update(of=("self",)) if lock else needs(viewer)
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(NO_NEED)
    return found
