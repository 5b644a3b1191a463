"""To whom a case may go: an organisation of the right kind, under an agreement in force."""

from __future__ import annotations

import datetime as dt

from wattana.accounts.models import Agreement, Organization, OrganizationArea
from wattana.accounts.purposes import Purpose
from wattana.kernel.problems import N_, Invalid
from wattana.kit import moments
from wattana.kit.once import once
from wattana.referrals.models import Need, Referral, Route
from wattana.rules import programmes
from wattana.rules import referrals as rulebook

Party = Agreement.parties.through


def agencies_of(need: Need) -> tuple[str, ...]:
    """Ids of the agencies that meet a need, the first proposed: those of its programme first.

    Then those that the province has set for this kind of need, or the rulebook's.
    """
    programme = programmes.load().get(need.programme)
    first = programme.agencies if programme else ()
    own = _route(need.service)
    usual = rulebook.load().services[need.service].agencies
    return tuple(dict.fromkeys((*first, *(own or usual))))


@once
def _route(service: str) -> list[str] | None:
    return Route.objects.filter(service=service).values_list("agencies", flat=True).first()


@once
def open_to(sender: int, area: str) -> frozenset[int]:
    """Keys of the organisations to which the sender may refer households of an area today.

    Both are parties of one agreement in force that names referral and covers the area; the sender
    itself may always help. An organisation that has ended receives nothing.
    """
    day = moments.today()
    shared = Agreement.objects.filter(starts__lte=day, ends__gte=day, ended_early_at__isnull=True)
    there = shared.filter(areas__in=_around(area), parties=sender)
    parties = Party.objects.filter(agreement__in=there)
    rows = parties.values_list("organization_id", "agreement__purposes")
    keys = {key for key, purposes in rows if Purpose.REFER in purposes} | {sender}
    return frozenset(keys - _ended(day))


@once
def _ended(day: dt.date) -> frozenset[int]:
    rows = Organization.objects.filter(ended_on__lte=day)
    return frozenset(rows.values_list("pk", flat=True))


@once
def _there(area: str) -> frozenset[int]:
    """Keys of the organisations that serve an area."""
    rows = OrganizationArea.objects.filter(area__in=_around(area))
    return frozenset(rows.values_list("organization_id", flat=True))


def _around(area: str) -> list[str]:
    """The area itself and those that it lies in."""
    return [area[:digits] for digits in (2, 4, 6, 8) if digits <= len(area)]


def candidates(need: Need, sender: int) -> list[Organization]:
    """Organisations for a need: those of its agencies in their order, then the others."""
    order = {agency: place for place, agency in enumerate(agencies_of(need))}
    area = need.household.area_id
    found = Organization.objects.in_bulk(open_to(sender, area) & _there(area)).values()
    return sorted(found, key=lambda one: (order.get(one.agency, len(order)), one.code))


def proposed(need: Need, sender: int) -> Organization | None:
    """The organisation that is proposed for a need; None where no party is of the right kind."""
    wanted = set(agencies_of(need))
    return next((one for one in candidates(need, sender) if one.agency in wanted), None)


def stranded(referral: Referral) -> bool:
    """Whether an open case lies where nothing may be sent any more."""
    if referral.closed_at is not None or referral.receiver_id is None:
        return False
    return referral.receiver_id not in open_to(referral.sender_id, referral.area_code)


def require(receiver: int | None, *, sender: int, area: str) -> Organization:
    """The receiver. Raises `Invalid` where there is none or the case may not go there."""
    if receiver is None:
        raise Invalid(N_("Choose the organisation that the case goes to."), field="receiver")
    if receiver not in open_to(sender, area):
        raise Invalid(
            N_(
                "The case cannot go there: the organisation has ended, or no agreement in force "
                "between you names referral for this area. Choose another one."
            ),
            field="receiver",
        )
    return Organization.objects.get(pk=receiver)
