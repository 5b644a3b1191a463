"""A simulation from its first day to its last: needs arise, cases go on, the nightly job runs."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterator

from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone

from wattana.accounts.models import Agreement, Member, Organization
from wattana.accounts.permissions import ROLE_PERMISSIONS
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.kit import moments, once
from wattana.methods.referral.machine import ANSWERS, BY_ACTION, PASSING, Side, State
from wattana.referrals import access, nightly
from wattana.referrals.actions import bases, cases, confirmations, drafts, needs, steps
from wattana.referrals.actions.assistance import Given, stands
from wattana.referrals.actions.needs import Found
from wattana.referrals.actions.steps import Told
from wattana.referrals.models import Need, Referral
from wattana.referrals.receivers import candidates, proposed
from wattana.referrals.simulation.habits import AGES, DISABLED, Habits
from wattana.referrals.simulation.recounting import Result, recount
from wattana.registry.actions import consents
from wattana.registry.models import Consent, Household, Person
from wattana.surveys.models import VisitPerson

_MONTH, _DAY = 30, dt.timedelta(days=1)
_URGENT = 0.08
_WITHOUT_CONSENT = 0.1
_WORDS = "–"
_ANYBODY = "emergency_income"
_DISABILITY = "disability"
_NOBODY = N_(
    "There is nothing to simulate: the database has no households of a local authority under an "
    "agreement in force that names referral. Load the demo first."
)


class _Undo(Exception):
    """Takes the simulation back."""


def simulate(
    *, months: int, seed: int, per_month: int = 40, keep: bool = False,
    progress: Callable[[float], None] = lambda share: None,
) -> Result:  # fmt: skip
    """Simulate `months` months of `per_month` needs up to today; the same seed, the same cases.

    Without `keep` everything is taken back at the end. Raises `Conflict` without households of an
    authority under an agreement in force.
    """
    run = _Run(months, seed, per_month, progress)
    try:
        with transaction.atomic():
            run.go()
            result = recount(run.cases, run.first, run.last, run.governor())
            if not keep:
                raise _Undo
    except _Undo:
        pass
    return result


class _Run:
    """The state of one simulation: who waits for which day."""

    def __init__(
        self, months: int, seed: int, per_month: int, progress: Callable[[float], None]
    ) -> None:
        self.habits = Habits(seed)
        self.progress = progress
        self.last = moments.today()
        self.first = max(self.last - dt.timedelta(days=months * _MONTH), _since())
        self.per_day = per_month / _MONTH
        self.cases: list[int] = []
        self._waiting: list[tuple[dt.date, int, int]] = []
        self._viewers: dict[tuple[int, str], Viewer] = {}
        self._senders = list(_senders())
        if not self._senders:
            raise Conflict(_NOBODY)

    def go(self) -> None:
        """Day after day: new needs, steps whose day has come, the nightly job."""
        span, due = (self.last - self.first).days + 1, 0.0
        for n in range(span):
            day = self.first + n * _DAY
            with moments.at(_hour(day, 9)), once.job():
                due += self.per_day
                while due >= 1:
                    due -= 1
                    self._arise(day)
                self._act(day)
            with moments.at(_hour(day, 22)):
                nightly.run()
            self.progress((n + 1) / span)

    def governor(self) -> Viewer:
        """Somebody who sees all of the cases, for the board."""
        areas = sorted({area[:2] for _, homes in self._senders for area in [homes[0][1]]})
        return Viewer(
            user_id=0, member_id=0, organization_id=0, role=Member.Role.PROVINCE_OFFICER,
            permissions=ROLE_PERMISSIONS[Member.Role.PROVINCE_OFFICER], areas=tuple(areas),
        )  # fmt: skip

    def _arise(self, day: dt.date) -> None:
        """A need of a household that chance chooses; without an agency for it nothing happens."""
        chance = self.habits.chance
        sender, homes = chance.choice(self._senders)
        home = chance.choice(homes)[0]
        officer = self._viewer(sender, Member.Role.TAMBON_OFFICER)
        severity = Need.Severity.URGENT if chance.random() < _URGENT else Need.Severity.SERIOUS
        service = self.habits.service()
        person = _fitting(home, service, day)
        if person is None and (service in AGES or service == _DISABILITY):
            service = _ANYBODY
        found = Found(service, Need.Source.VISIT, severity=severity, person=person)
        try:
            need = needs.report(household=home, found=found, by=officer)
        except Conflict:
            return  # the same need is open already
        agency = proposed(need, sender)
        if agency is None:
            return
        case = cases.open_case(need=need.pk, receiver=agency.pk, by=officer)
        self._follow(self._ground(case, officer), day)

    def _ground(self, case: Referral, officer: Viewer) -> Referral:
        basis, note = "consent", ""
        if not case.sensitive and self.habits.chance.random() < _WITHOUT_CONSENT:
            basis, note = "public_task", _WORDS
        elif bases.consent_of(case) is None:
            consents.record(
                household=case.household_id, purpose=Consent.Purpose.REFERRAL,
                method=Consent.Method.SIGNATURE, given_on=moments.today(), by=officer,
            )  # fmt: skip
        return drafts.save(
            referral=case.pk, version=case.version, receiver=case.receiver_id,
            urgency=case.urgency, summary=case.summary, basis=basis, note=note, by=officer,
        )  # fmt: skip

    def _follow(self, case: Referral, day: dt.date) -> None:
        """Remember the case, and the day on which something happens to it next."""
        if case.pk not in self.cases:
            self.cases.append(case.pk)
        acting = case.receiver_id if case.receiver_id else case.sender_id
        days = self.habits.delay(acting, urgent=case.urgency == Referral.Urgency.URGENT)
        if case.state == State.DRAFT:
            days = 0
        heapq.heappush(self._waiting, (day + days * _DAY, len(self.cases), case.pk))

    def _act(self, day: dt.date) -> None:
        while self._waiting and self._waiting[0][0] <= day:
            key = heapq.heappop(self._waiting)[2]
            case = Referral.objects.select_related("receiver", "sender", "need").get(pk=key)
            done = self._step(case)
            if done is None:
                continue
            passed = done.passed_to.all() if done.state == State.PASSED_ON else ()
            for one in (done, *passed):
                if one.closed_at is None:
                    self._follow(one, day)
                elif one.pk not in self.cases:
                    self.cases.append(one.pk)

    def _step(self, case: Referral) -> Referral | None:
        state = State(case.state)
        officers = {
            Side.SENDER: self._viewer(case.sender_id, Member.Role.TAMBON_OFFICER),
            Side.RECEIVER: self._viewer(case.receiver_id, Member.Role.AGENCY_CASEWORKER),
        }
        possible = {
            step.action: officer
            for officer in officers.values()
            for step in access.possible(officer, case)
        }
        others = self._others(case) if PASSING & possible.keys() else []
        if not others:
            possible = {a: who for a, who in possible.items() if a not in PASSING}
        action = self.habits.next_action(state, sorted(possible))
        if action is None:
            return None
        by = possible[action]
        if case.sensitive and not access.is_named(by, case):
            cases.take_charge(referral=case.pk, by=by)
        try:
            if action in ANSWERS:
                return self._answer(case, action != "did_not_come", by)
            return steps.take(
                referral=case.pk, action=action, version=case.version,
                told=self._told(action, case, others), by=by,
            )  # fmt: skip
        except Invalid:
            return case  # nobody may take it now: it waits, and its clock runs

    def _others(self, case: Referral) -> list[Organization]:
        offered = candidates(case.need, case.sender_id)
        return [one for one in offered if one.pk != case.receiver_id]

    def _answer(self, case: Referral, came: bool, by: Viewer) -> Referral:
        return confirmations.answer_for(
            referral=case.pk, version=case.version, came=came, channel="call",
            satisfaction=self.habits.satisfaction(came), by=by,
        )  # fmt: skip

    def _told(self, action: str, case: Referral, others: list[Organization]) -> Told:
        gives = action == "help" and not stands(case)
        return Told(
            reason=self.habits.reason(action),
            note=_WORDS if "note" in BY_ACTION[action].needs else "",
            receiver=others[0].pk if action in PASSING else None,
            given=Given(on=moments.today(), satang=self.habits.satang()) if gives else None,
        )

    def _viewer(self, organization: int, role: str) -> Viewer:
        key = (organization, role)
        if key not in self._viewers:
            self._viewers[key] = _viewer(organization, role)
        return self._viewers[key]


def _viewer(organization: int, role: str) -> Viewer:
    """A member of the organisation in this role, or somebody unnamed where it has none."""
    row = Member.objects.filter(organization=organization, role=role, ended_at=None).first()
    served = Organization.objects.get(pk=organization).areas.values_list("code", flat=True)
    return Viewer(
        user_id=row.user_id if row else 0, member_id=row.pk if row else 0,
        organization_id=organization, role=role, permissions=ROLE_PERMISSIONS[role],
        areas=tuple(served),
    )  # fmt: skip


def _fitting(home: int, service: str, day: dt.date) -> int | None:
    """Somebody of the household whom the service is for; None for all of it."""
    people = Person.objects.filter(household=home, died_on=None, left_on=None)
    if service == _DISABILITY:
        said = VisitPerson.objects.filter(person__in=people)
        latest = said.order_by("-visit__surveyed_on", "-visit").values("visit")[:1]
        so = said.filter(visit=Subquery(latest), answers__disability__in=DISABLED)
        return so.order_by("person").values_list("person", flat=True).first()
    if service not in AGES:
        return None
    youngest, oldest = AGES[service]
    born = (day.year - oldest, day.year - youngest)
    found = people.filter(birth_year__range=born).order_by("birth_year", "pk").first()
    return found.pk if found else None


def _senders() -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Local authorities with the households that they look after."""
    kinds = (Organization.Kind.TAO, Organization.Kind.MUNICIPALITY)
    for one in Organization.objects.filter(kind__in=kinds).order_by("code"):
        served = tuple(one.areas.values_list("code", flat=True))
        rows = Household.objects.filter(status=Household.Status.ACTIVE, tambon__in=served)
        homes = list(rows.order_by("id").values_list("pk", "area_id")[:500])
        if homes:
            yield one.pk, homes


def _since() -> dt.date:
    """The first day of the agreements now in force."""
    day = moments.today()
    rows = Agreement.objects.filter(starts__lte=day, ends__gte=day, ended_early_at__isnull=True)
    first = rows.order_by("starts").values_list("starts", flat=True).first()
    if first is None:
        raise Conflict(_NOBODY)
    return first


def _hour(day: dt.date, hour: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))
