"""What happened to a household, in one line of time: surveys, needs, steps, help, visits, exits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.assessment.extract import ACCEPTED
from wattana.kit.templatetags.wattana import in_language
from wattana.referrals import access, words
from wattana.referrals.models import Event, Exit, FollowUp, Plan
from wattana.referrals.queries import needs
from wattana.registry.models import Household
from wattana.surveys.models import Visit

_SHOWN = 60
_LEFT_OUT = ("note", "attach", "remind")


@dataclass(frozen=True)
class Moment:
    """One thing that happened."""

    on: dt.date
    what: str
    detail: str = ""
    link: str = ""


def of_household(viewer: Viewer, home: Household) -> list[Moment]:
    """The latest first; of confidential cases only those that the viewer may open.

    Raises `Forbidden` without `NEED_REPORT`.
    """
    viewer.require(Permission.NEED_REPORT)
    found = [
        *_surveys(home), *_needs(viewer, home), *_steps(viewer, home), *_help(viewer, home),
        *_visits(home), *_plans(home), *_exits(home),
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.on, reverse=True)[:_SHOWN]


def _surveys(home: Household) -> Iterator[Moment]:
    rows = Visit.objects.filter(household=home, status__in=ACCEPTED, submitted_at__isnull=False)
    for at in rows.values_list("submitted_at", flat=True):
        yield Moment(timezone.localdate(at), gettext("surveyed"))


def _needs(viewer: Viewer, home: Household) -> Iterator[Moment]:
    for told in needs.of_household(viewer, home):
        yield Moment(told.need.found_on, gettext("need found"), told.title)


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
    for event in rows.order_by("-pk")[:_SHOWN]:
        case = cases[event.referral_id]
        yield Moment(
            timezone.localdate(event.at), str(words.STEPS.get(event.action, event.action)),
            case.number, reverse("referrals:case", args=[case.pk]),
        )  # fmt: skip


def _help(viewer: Viewer, home: Household) -> Iterator[Moment]:
    for one in needs.help_of(viewer, home):
        if one.voided_at is None and one.referral_id is None:  # of a case it is a step already
            yield Moment(one.on, gettext("help given"), in_language(one.provider))


def _visits(home: Household) -> Iterator[Moment]:
    for one in FollowUp.objects.filter(household=home):
        yield Moment(one.on, str(one.get_channel_display()))


def _plans(home: Household) -> Iterator[Moment]:
    for one in Plan.objects.filter(household=home):
        yield Moment(one.opened_on, gettext("plan begun"))
        if one.closed_on:
            yield Moment(one.closed_on, gettext("plan closed"))


def _exits(home: Household) -> Iterator[Moment]:
    for one in Exit.objects.filter(household=home):
        reason = str(one.get_reason_display())
        yield Moment(timezone.localdate(one.proposed_at), gettext("exit proposed"), reason)
        if one.decided_at:
            said = f"{reason}: {one.get_state_display()}"
            yield Moment(timezone.localdate(one.decided_at), gettext("exit decided"), said)
        if one.reentered_on:
            yield Moment(one.reentered_on, gettext("the household came back"))
