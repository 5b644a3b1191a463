"""What happened to a household, in one line of time: consent, surveys, needs, steps, help, visits,
exits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from wattana.accounts.permissions import Permission
from wattana.accounts.queries import people
from wattana.accounts.viewer import Viewer
from wattana.kernel import keys
from wattana.kit import moments
from wattana.kit.templatetags.wattana import in_language
from wattana.referrals import access, words
from wattana.referrals.models import Event, Exit, FollowUp, Plan, Referral
from wattana.referrals.queries import needs
from wattana.registry import naming
from wattana.registry import queries as registry
from wattana.registry.models import Consent, Household
from wattana.surveys.access import ACCEPTED
from wattana.surveys.models import Visit

_SHOWN = 60
_LEFT_OUT = ("edit", "note", "attach", "remind")
_DAY = dt.timedelta(days=1)
_CONSENT, _SURVEY, _NEED, _STEP, _HELP, _VISIT, _PLAN, _EXIT = range(8)


@dataclass(frozen=True)
class Moment:
    """One thing that happened. Where nobody knows the hour, `at` is the end of the day."""

    at: dt.datetime
    place: tuple[int, ...]  # among what happened in the same moment: the natural order
    what: str
    detail: str = ""
    link: str = ""
    ended: dt.date | None = None  # the day of which `at` is the end

    @property
    def on(self) -> dt.date:
        return self.ended or timezone.localdate(self.at)


def of_household(viewer: Viewer, home: Household) -> list[Moment]:
    """The latest first; of confidential cases only those that the viewer may open.

    Raises `Forbidden` without `NEED_REPORT`.
    """
    viewer.require(Permission.NEED_REPORT)
    found = [
        *_consents(viewer, home), *_surveys(home), *_needs(viewer, home), *_steps(viewer, home),
        *_help(viewer, home), *_visits(home), *_plans(home), *_exits(home),
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.at, one.place), reverse=True)[:_SHOWN]


def _dated(
    on: dt.date, place: int, what: str, detail: str = "", *, recorded: dt.datetime | None = None
) -> Moment:
    """Something of a day: at the moment of its record where that is of the same day."""
    if recorded is not None and timezone.localdate(recorded) == on:
        return Moment(recorded, (place,), what, detail)
    return Moment(moments.begins(on + _DAY), (place,), what, detail, ended=on)


def _consents(viewer: Viewer, home: Household) -> Iterator[Moment]:
    """Given, withdrawn and given again: to what, for whom, and who recorded it."""
    rows = sorted(registry.consents(viewer, home.pk), key=lambda one: one.pk)
    names = people(key for one in rows for key in (one.recorded_by, one.withdrawn_by))
    gone: set[tuple[int | None, str]] = set()
    for one in rows:
        again = (one.person_id, one.purpose) in gone
        what = gettext("consent given again") if again else gettext("consent given")
        detail = _agreed(one, names.get(one.recorded_by))
        yield Moment(_given_at(one), (_CONSENT,), what, detail)
        if one.withdrawn_at:
            gone.add((one.person_id, one.purpose))
            detail = _agreed(one, names.get(one.withdrawn_by))
            yield Moment(one.withdrawn_at, (_CONSENT,), gettext("consent withdrawn"), detail)


def _given_at(one: Consent) -> dt.datetime:
    """Where only the day is known, its beginning: what that day brings rests on the consent."""
    day, recorded = timezone.localdate(one.given_at), keys.made_at(one.pk)
    return recorded if timezone.localdate(recorded) == day else moments.begins(day)


def _agreed(one: Consent, recorder: str | None) -> str:
    whose = naming.full_name(one.person) if one.person else gettext("the whole household")
    parts = (str(one.get_purpose_display()), whose, recorder)
    return " · ".join(part for part in parts if part)


def _surveys(home: Household) -> Iterator[Moment]:
    """Of the day of the visit: a survey of years ago may have come from a file today."""
    rows = Visit.objects.filter(household=home, status__in=ACCEPTED, submitted_at__isnull=False)
    for on, handed_in in rows.values_list("surveyed_on", "submitted_at"):
        yield _dated(on, _SURVEY, gettext("surveyed"), recorded=handed_in)


def _needs(viewer: Viewer, home: Household) -> Iterator[Moment]:
    for need in needs.found_of(viewer, home):
        title = needs.title(need.service, need.programme)
        yield _dated(need.found_on, _NEED, gettext("need found"), title, recorded=need.created_at)


def _steps(viewer: Viewer, home: Household) -> Iterator[Moment]:
    if not viewer.can(Permission.REFERRAL_VIEW):
        return
    cases = {
        one.pk: one
        for one in access.visible(viewer)
        .filter(household=home)
        .annotate(named=access.named(viewer))
        if one.named or not one.sensitive
    }
    rows = Event.objects.filter(referral__in=cases).exclude(action__in=_LEFT_OUT)
    for event in rows.order_by("-at", "-pk")[:_SHOWN]:
        case = cases[event.referral_id]
        yield Moment(
            event.at, (_STEP, _passed(case, cases), event.version, event.pk),
            str(words.STEPS.get(event.action, event.action)),
            case.number, reverse("referrals:case", args=[case.pk]),
        )  # fmt: skip


def _passed(case: Referral, cases: Mapping[int, Referral]) -> int:
    """How often the need had been passed on before: such a case begins where another ends."""
    before = cases.get(case.passed_from_id or 0)
    return 1 + _passed(before, cases) if before else 0


def _help(viewer: Viewer, home: Household) -> Iterator[Moment]:
    for one in needs.help_of(viewer, home):
        if one.voided_at is None and one.referral_id is None:  # of a case it is a step already
            provider = in_language(one.provider)
            yield _dated(one.on, _HELP, gettext("help given"), provider, recorded=one.recorded_at)


def _visits(home: Household) -> Iterator[Moment]:
    for one in FollowUp.objects.filter(household=home):
        yield _dated(one.on, _VISIT, str(one.get_channel_display()), recorded=one.recorded_at)


def _plans(home: Household) -> Iterator[Moment]:
    for one in Plan.objects.filter(household=home):
        yield _dated(one.opened_on, _PLAN, gettext("plan begun"), recorded=one.created_at)
        if one.closed_on:
            yield _dated(one.closed_on, _PLAN, gettext("plan closed"))


def _exits(home: Household) -> Iterator[Moment]:
    for one in Exit.objects.filter(household=home):
        reason = str(one.get_reason_display())
        yield Moment(one.proposed_at, (_EXIT,), gettext("exit proposed"), reason)
        if one.decided_at:
            said = f"{reason}: {one.get_state_display()}"
            yield Moment(one.decided_at, (_EXIT,), gettext("exit decided"), said)
        if one.reentered_on:
            yield _dated(one.reentered_on, _EXIT, gettext("the household came back"))
