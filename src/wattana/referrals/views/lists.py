"""Lists: inbox and outbox, the board, needs that wait; many cases received at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel import keys
from wattana.kernel.problems import Problem
from wattana.kit import filters as read
from wattana.kit import moments
from wattana.kit.middleware import told
from wattana.kit.words import kept_by_language, said
from wattana.methods.referral.machine import State
from wattana.referrals import words
from wattana.referrals.actions import steps
from wattana.referrals.queries import board as boards
from wattana.referrals.queries import lists, needs
from wattana.referrals.queries.lists import Filters, Row
from wattana.registry import naming
from wattana.registry.queries.places import area_choices
from wattana.registry.rows import options
from wattana.rules import referrals as rulebook

VIEW = Permission.REFERRAL_VIEW
_YEAR = dt.timedelta(days=365)
_TAMBON = 6  # digits of its code


@policy(VIEW)
@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """The inbox of who decides, the outbox of who sends, all of the area for the others."""
    viewer = request.viewer
    filters = Filters.read(request.GET, _first_box(request))
    found = lists.referrals(viewer, filters, request.GET.get("page"))
    audit.record(
        viewer, "referral.list", kind="referral", area=filters.area[:8], box=filters.box,
        rows=len(found.rows),
    )  # fmt: skip
    context = {
        "found": found,
        "filters": filters,
        "boxes": _boxes(request),
        "areas": options(
            ((one.code, naming.area_label(one)) for one in area_choices(viewer, filters.area)),
            filters.area,
        ),
        "query": urlencode({k: v for k, v in filters.given.items() if k != "box"}),
        "may_receive": filters.box == lists.INBOX and _any_new(found.rows),
        "may_send": filters.box == lists.OUTBOX and viewer.can(Permission.REFERRAL_SEND),
    }
    fixed = _fixed_options(filters.state, filters.clock, filters.service)
    return render(request, "referrals/list.html", context | fixed | tabs(request))


@kept_by_language(1024)
def _fixed_options(state: str, clock: str, service: str) -> dict[str, SafeString]:
    """The options that are the same for everybody."""
    services = [(one.id, said(one.title)) for one in rulebook.load().services.values()]
    return {
        "states": options(words.STATES.items(), state),
        "clocks": options(words.CLOCKS.items(), clock),
        "services": options(services, service),
    }


@policy(Permission.REFERRAL_DECIDE)
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Receive the chosen cases; those that cannot be are named, the others go in."""
    done, refused = 0, []
    for chosen in request.POST.getlist("case")[:500]:
        key, _, version = chosen.partition(":")
        number = int(version) if version.isdigit() else -1
        try:
            steps.take(
                referral=keys.from_text(key), action="receive", version=number, by=request.viewer
            )
            done += 1
        except Problem as problem:
            refused.append(told(problem))
    if done:
        messages.success(
            request,
            ngettext("%(count)s case is received.", "%(count)s cases are received.", done)
            % {"count": done},
        )
    for reason in refused[:5]:
        messages.error(request, gettext("Not received: %(reason)s") % {"reason": reason})
    if not done and not refused:
        messages.info(request, gettext("Choose at least one case."))
    return redirect("referrals:list")


@policy(Permission.REFERRAL_BOARD)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Where cases wait, how long, whose turn; what a year has reached."""
    viewer, area = request.viewer, read.area(request.GET.get("area"))
    today = moments.today()
    shown = boards.board(viewer, area)
    context = {
        "board": shown,
        "most": max((one.cases for one in shown.waiting), default=0),
        "figures": boards.figures(viewer, today - _YEAR, today, area),
        "area": area,
        "areas": [(one.code, naming.area_label(one)) for one in area_choices(viewer, area)],
        "dimensions": rulebook.load().dimensions,
    }
    return render(request, "referrals/board.html", context | tabs(request))


@policy(Permission.NEED_REPORT)
@require_safe
def waiting_needs(request: HttpRequest) -> HttpResponse:
    """Needs that nobody has decided or referred."""
    viewer = request.viewer
    state = read.chosen(request.GET.get("state"), needs.STATES, needs.STATES[0])
    area = read.area(request.GET.get("area"))
    found = needs.waiting(viewer, state, area, request.GET.get("page"))
    audit.record(viewer, "referral.list", kind="household", area=area[:8], rows=len(found.rows))
    context = {
        "found": found,
        "state": state,
        "area": area,
        "areas": [(one.code, naming.area_label(one)) for one in area_choices(viewer, area)],
        "may_decide": viewer.can(Permission.REFERRAL_SEND),
    }
    return render(request, "referrals/needs.html", context | tabs(request))


def _any_new(rows: Iterable[Row]) -> bool:
    return any(one.state == State.SENT for one in rows)


def tabs(request: HttpRequest) -> dict[str, bool]:
    """Which of the pages of this room the viewer may open."""
    viewer = request.viewer
    return {
        "may_needs": viewer.can(Permission.NEED_REPORT),
        "may_plans": viewer.can(Permission.REFERRAL_SEND),
        "may_board": viewer.can(Permission.REFERRAL_BOARD),
        "may_clocks": viewer.can(Permission.REFERRAL_SETTINGS),
    }


def _boxes(request: HttpRequest) -> list[tuple[str, str]]:
    viewer = request.viewer
    offered = [
        (lists.INBOX, viewer.can(Permission.REFERRAL_DECIDE)),
        (lists.OUTBOX, viewer.can(Permission.REFERRAL_SEND)),
        (lists.AREA, viewer.can(Permission.HOUSEHOLD_LIST)),
        (lists.DONE, True),
    ]
    return [(box, str(words.BOXES[box])) for box, may in offered if may]


def _first_box(request: HttpRequest) -> str:
    """An agency begins with what it was sent, an authority with what it sent.

    Whoever looks after a district or more begins with all of it.
    """
    viewer = request.viewer
    if viewer.can(Permission.HOUSEHOLD_LIST) and any(len(code) < _TAMBON for code in viewer.areas):
        return lists.AREA
    if viewer.can(Permission.REFERRAL_SEND):
        return lists.OUTBOX
    return lists.INBOX if viewer.can(Permission.REFERRAL_DECIDE) else lists.AREA
