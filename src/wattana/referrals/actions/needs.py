"""Needs: said by people, proposed by rules and scores, confirmed or dismissed by a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.assessment import explaining
from wattana.assessment import queries as assessment
from wattana.entitlements.sensitivity import may_see
from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.kit import moments
from wattana.referrals import access
from wattana.referrals.missed import missed
from wattana.referrals.models import Need, Referral
from wattana.registry import access as registry
from wattana.registry.models import Household, Person
from wattana.rules import programmes
from wattana.rules import referrals as rulebook
from wattana.surveys.access import analysed

_WORST = 1.0
"""The score of an indicator at which a need is proposed."""
CHOOSE = N_("Choose one of the answers of the list.")


@dataclass(frozen=True)
class Found:
    """What somebody, or a rule, found a household to lack."""

    service: str
    source: str
    severity: int = Need.Severity.SERIOUS
    text: str = ""
    evidence: str = ""
    programme: str = ""
    indicator: str = ""
    person: int | None = None


@transaction.atomic
def report(*, household: int, found: Found, by: Actor) -> Need:
    """Record a need that a person found; it is confirmed as soon as she may refer.

    Raises `Invalid` for an unknown service, `Conflict` when the same need is open already,
    `NotFound` out of scope or for somebody of another household.
    """
    home = registry.open_household(by, household, Permission.NEED_REPORT)
    if found.source not in Need.Source.values or found.severity not in Need.Severity.values:
        raise Invalid(CHOOSE)
    if found.service not in rulebook.load().services:
        raise Invalid(CHOOSE)
    person = _member(home, found.person)
    _refuse_twice(home, person, found)
    may_confirm = not isinstance(by, Viewer) or by.can(Permission.REFERRAL_SEND)
    need = _create(home, person, found, by, confirmed=may_confirm)
    _record(by, "need.report", need)
    return need


@transaction.atomic
def confirm(*, need: int, by: Viewer) -> Need:
    """Say that a proposed need is real."""
    return _decide(need, Need.State.CONFIRMED, "", by)


@transaction.atomic
def dismiss(*, need: int, reason: str, by: Viewer) -> Need:
    """Say why a need is none, or none any more. Raises `Conflict` while a referral is open."""
    if not reason.strip():
        raise Invalid(N_("Write why it is no need."))
    return _decide(need, Need.State.DISMISSED, reason.strip(), by)


@transaction.atomic
def of_right(*, household: int, person: int | None, programme: str, by: Viewer) -> Need:
    """The confirmed need of a right that is missed: the one that is open, or a new one.

    Raises `Forbidden` without `REFERRAL_SEND`, `Invalid` for an unknown programme or one that the
    viewer may not see, `NotFound` out of scope.
    """
    home = registry.open_household(by, household, Permission.REFERRAL_SEND)
    right = programmes.load().get(programme)
    if right is None or not may_see(by, right):
        raise Invalid(CHOOSE)
    who, found = _member(home, person), _of_right(programme, person)
    need = _same(home, person, found).select_for_update().first()
    if need is None:
        need = _create(home, who, found, by, confirmed=True)
        _record(by, "need.report", need)
    elif need.state == Need.State.PROPOSED:
        need = _decide(need.pk, Need.State.CONFIRMED, "", by)
    return need


def propose(*, household: int, by: Actor) -> list[Need]:
    """Propose what rules find: rights due and not received, indicators at their worst score.

    What is open already, or was dismissed of the same visit's scores, is not proposed again. The
    rules are worked out before the transaction, which in SQLite keeps others from writing.
    """
    with transaction.atomic():
        home = registry.open_household(by, household, Permission.NEED_REPORT)
    found = [one for one in (*_missing_rights(home), *_worst_scores(home)) if _is_new(home, one)]
    return _proposed(home, found, by) if found else []


def _is_new(home: Household, found: Found) -> bool:
    known = home.needs.filter(
        ~Q(state=Need.State.MET), person=found.person, service=found.service,
        programme=found.programme, indicator=found.indicator,
    )  # fmt: skip
    return not known.exists() and not _same(home, found.person, found).exists()


@transaction.atomic
def _proposed(home: Household, some: list[Found], by: Actor) -> list[Need]:
    registry.open_household(by, home.pk, Permission.NEED_REPORT)
    made = []
    for found in some:
        if not _is_new(home, found):
            continue
        made.append(_create(home, _member(home, found.person), found, by, confirmed=False))
    if made:
        audit.record(
            by, "need.propose", kind="household", object_id=home.pk, area=home.area_id,
            count=len(made),
        )  # fmt: skip
    return made


def _missing_rights(home: Household) -> Iterator[Found]:
    for programme, person in missed(home):
        yield _of_right(programme.id, person)


def _of_right(programme: str, person: int | None) -> Found:
    return Found(
        service=rulebook.load().of_programme(programme).id,
        source=Need.Source.RULE,
        programme=programme,
        indicator="H6",
        person=person,
    )


def _worst_scores(home: Household) -> Iterator[Found]:
    visit = analysed([home.pk]).order_by("-year", "-round").first()
    if visit is None:
        return
    book, seen = rulebook.load(), set()
    for reason in explaining.of_visit(visit, assessment.in_force()):
        services = book.of_indicator(reason.code)
        if reason.score is None or reason.score > _WORST or reason.code == "H6" or not services:
            continue
        service = services[0].id
        if service not in seen:
            seen.add(service)
            yield Found(service=service, source=Need.Source.SURVEY, indicator=reason.code)


def _create(
    home: Household, person: Person | None, found: Found, by: Actor, *, confirmed: bool
) -> Need:
    service = rulebook.load().services[found.service]
    now = moments.now()
    need = Need(
        household=home, person=person, owner_id=_owner(home, by), service=service.id,
        dimension=service.dimension, indicator=found.indicator, programme=found.programme,
        severity=found.severity, source=found.source, text=found.text, evidence=found.evidence,
        sensitive=service.sensitive,
        state=Need.State.CONFIRMED if confirmed else Need.State.PROPOSED,
        found_on=moments.today(), created_at=now, created_by=by.user_id,
    )  # fmt: skip
    if confirmed:
        need.decided_at, need.decided_by = now, by.user_id
    need.save(force_insert=True)
    return need


def _owner(home: Household, by: Actor) -> int:
    return home.owner_id if by.organization_id is None else by.organization_id


def _member(home: Household, person: int | None) -> Person | None:
    if person is None:
        return None
    found = home.persons.filter(pk=person).first()
    if found is None:
        raise Invalid(N_("This person is not a member of the household."))
    if found.died_on is not None:
        raise Invalid(N_("This person has died. Record a need of the household instead."))
    return found


def _same(home: Household, person: int | None, found: Found):
    rows = Need.objects.filter(
        service=found.service,
        programme=found.programme,
        state__in=[Need.State.PROPOSED, Need.State.CONFIRMED],
    )
    return rows.filter(person_id=person) if person else rows.filter(household=home, person=None)


def _refuse_twice(home: Household, person: Person | None, found: Found) -> None:
    same = _same(home, person.pk if person else None, found).first()
    if same is None:
        return
    open_case = Referral.objects.filter(need=same, closed_at__isnull=True).first()
    if open_case is not None:
        raise Conflict(
            N_("The same need is referred already, as case %(number)s."), number=open_case.number
        )
    raise Conflict(N_("The same need is recorded already."))


def _decide(key: int, state: str, reason: str, by: Viewer) -> Need:
    by.require(Permission.REFERRAL_SEND)
    need = access.need(by, key, lock=True)
    allowed = {
        Need.State.CONFIRMED: {Need.State.PROPOSED, Need.State.DISMISSED},
        Need.State.DISMISSED: {Need.State.PROPOSED, Need.State.CONFIRMED},
    }
    if need.state not in allowed[Need.State(state)]:
        raise Conflict(N_("Somebody has decided this meanwhile. Look at it again."))
    if need.referrals.filter(closed_at__isnull=True).exists():
        raise Conflict(N_("A referral of this need is open. Cancel it first."))
    need.state, need.reason = state, reason
    need.decided_at, need.decided_by = moments.now(), by.user_id
    need.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    _record(by, f"need.{'confirm' if state == Need.State.CONFIRMED else 'dismiss'}", need)
    return need


def _record(by: Actor, action: str, need: Need) -> None:
    audit.record(
        by, action, kind="household", object_id=need.household_id, area=need.household.area_id
    )
