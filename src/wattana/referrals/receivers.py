"""To whom a case may go: an organisation of the right kind, under an agreement in force."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wattana.accounts.models import Agreement, Organization
from wattana.accounts.purposes import Purpose
from wattana.kernel.problems import N_, Invalid
from wattana.kit import moments
from wattana.referrals.models import Need, Referral, Route
from wattana.rules import programmes
from wattana.rules import referrals as rulebook


def agencies_of(need: Need) -> tuple[str, ...]:
    """Ids of the agencies that meet a need, the first proposed: those of its programme first.

    Then those that the province has set for this kind of need, or the rulebook's.
    """
    programme = programmes.load().get(need.programme)
    first = programme.agencies if programme else ()
    own = Route.objects.filter(service=need.service).values_list("agencies", flat=True).first()
    usual = rulebook.load().services[need.service].agencies
    return tuple(dict.fromkeys((*first, *(own or usual))))


def open_to(sender: int, area: str) -> QuerySet[Organization]:
    """Organisations to which the sender may refer households of an area today.

    Both are parties of one agreement in force that names referral and covers the area; the sender
    itself may always help. An organisation that has ended receives nothing.
    """
    day = moments.today()
    codes = [area[:digits] for digits in (2, 4, 6, 8) if digits <= len(area)]
    shared = Agreement.objects.filter(
        starts__lte=day, ends__gte=day, ended_early_at__isnull=True, areas__in=codes
    )
    keys = [
        one.pk for one in shared.filter(parties=sender).distinct() if Purpose.REFER in one.purposes
    ]
    living = Organization.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))
    return living.filter(Q(agreements__in=keys) | Q(pk=sender)).distinct()


def serving(organizations: QuerySet[Organization], area: str) -> QuerySet[Organization]:
    """Those of them that serve the area."""
    codes = [area[:digits] for digits in (2, 4, 6, 8) if digits <= len(area)]
    return organizations.filter(organizationarea__area__in=codes).distinct()


def candidates(need: Need, sender: int) -> list[Organization]:
    """Organisations for a need: those of its agencies in their order, then the others."""
    order = {agency: place for place, agency in enumerate(agencies_of(need))}
    area = need.household.area_id
    found = list(serving(open_to(sender, area), area).order_by("code"))
    return sorted(found, key=lambda one: (order.get(one.agency, len(order)), one.code))


def proposed(need: Need, sender: int) -> Organization | None:
    """The organisation that is proposed for a need; None where no party is of the right kind."""
    wanted = set(agencies_of(need))
    return next((one for one in candidates(need, sender) if one.agency in wanted), None)


def stranded(referral: Referral) -> bool:
    """Whether an open case lies where nothing may be sent any more."""
    if referral.closed_at is not None or referral.receiver_id is None:
        return False
    return (
        not open_to(referral.sender_id, referral.area_code).filter(pk=referral.receiver_id).exists()
    )


def require(receiver: int | None, *, sender: int, area: str) -> Organization:
    """The receiver. Raises `Invalid` where there is none or the case may not go there."""
    if receiver is None:
        raise Invalid(N_("Choose the organisation that the case goes to."), field="receiver")
    found = open_to(sender, area).filter(pk=receiver).first()
    if found is None:
        raise Invalid(
            N_(
                "The case cannot go there: the organisation has ended, or no agreement in force "
                "between you names referral for this area. Choose another one."
            ),
            field="receiver",
        )
    return found
