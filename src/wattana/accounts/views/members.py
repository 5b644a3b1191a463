"""Members: the list, one member, and each step of an account with a page that asks first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from wattana.accounts import queries
from wattana.accounts.actions import members as actions
from wattana.accounts.fields import area_row
from wattana.accounts.forms import Invite, MemberFilter, RoleAndAreas
from wattana.accounts.models import Member, User
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.accounts.queries.organizations import managed
from wattana.accounts.viewer import Viewer
from wattana.areas.models import Area
from wattana.kernel.problems import N_, NotFound, Problem
from wattana.kit.filters import cleaned
from wattana.kit.middleware import told

Status = User.Status


@dataclass(frozen=True)
class Step:
    """Something an administrator does with a member, after a page that asks."""

    title: Promise
    question: Promise
    done: Promise
    statuses: frozenset[str]
    action: Callable[..., Member]
    is_grave: bool = False
    waiting: Promise | None = None  # `done`, where the account waits for approval afterwards

    def said(self, member: Member) -> Promise:
        """What was done, as the account stands now."""
        waits = self.waiting is not None and member.user.status == Status.PENDING
        return self.waiting if waits else self.done


STEPS: dict[str, Step] = {
    "approve": Step(
        _("Approve"),
        _("Let this person in? Make sure by telephone or in person who has set the password."),
        _("The account is active."),
        frozenset({Status.PENDING}),
        actions.approve,
    ),
    "suspend": Step(
        _("Suspend"),
        _("Shut this account? The person is signed out at once. You can reinstate it later."),
        _("The account is suspended."),
        frozenset({Status.ACTIVE, Status.PENDING}),
        actions.suspend,
        is_grave=True,
    ),
    "reinstate": Step(
        _("Reinstate"),
        _("Open this account again, with the roles that it had?"),
        _("The account is open again."),
        frozenset({Status.SUSPENDED}),
        actions.reinstate,
        waiting=_(
            "The suspension is lifted. The account waits for approval before it can be used."
        ),
    ),
    "end": Step(
        _("End the membership"),
        _("End this role of the person in this organisation? It can be given anew."),
        _("The membership has ended."),
        frozenset(Status.values),
        actions.end,
        is_grave=True,
    ),
}
NEW_LINK = Step(
    _("New link"),
    _(
        "Make a new link? The present password and sessions end at once, and the account waits "
        "for approval by another administrator afterwards."
    ),
    _("Here is the new link."),
    frozenset({Status.INVITED, Status.PENDING, Status.ACTIVE}),
    lambda member, by: member,
)


@policy(Permission.MEMBERS_MANAGE)
def members(request: HttpRequest) -> HttpResponse:
    form = MemberFilter(request.GET)
    given = cleaned(form)
    page = queries.members(
        request.viewer,
        status=given.get("status", ""),
        name=given.get("name", ""),
        cursor=request.GET.get("page"),
    )
    context = {
        "form": form,
        "page": page,
        "roles": dict(Member.Role.choices),
        "statuses": dict(Status.choices),
    }
    return render(request, "accounts/members.html", context)


@policy(Permission.MEMBERS_MANAGE)
def member(request: HttpRequest, member: int) -> HttpResponse:
    found = queries.member(request.viewer, member)
    by = (found.user.created_by, found.user.approved_by, found.user.suspended_by)
    context = {
        "member": found,
        "areas": found.areas.order_by("code"),
        "others": [one for one in queries.memberships(found.user_id) if one.pk != found.pk],
        "people": queries.people(by),
        "steps": _steps_open(found, request.viewer),
        "awaits_another": _awaits_another(found, request.viewer),
        "is_self": found.user_id == request.viewer.user_id,
    }
    return render(request, "accounts/member.html", context)


@policy(Permission.MEMBERS_MANAGE)
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    form = _invite_form(request)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.invite(
                username=given["username"],
                role=given["role"],
                organization_id=given["organization"],
                areas=tuple(given["areas"]),
                is_demo=settings.DEMO,
                by=request.viewer,
            )
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            return _link_page(request, made)
    return render(request, "accounts/invite.html", {"form": form, "is_new": True})


@policy(Permission.MEMBERS_MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    """A further role for somebody who has an account."""
    form = _invite_form(request)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.add_role(
                username=given["username"],
                role=given["role"],
                organization_id=given["organization"],
                areas=tuple(given["areas"]),
                by=request.viewer,
            )
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            messages.success(request, gettext("The person has the new role."))
            return redirect("accounts:member", made.pk)
    return render(request, "accounts/invite.html", {"form": form, "is_new": False})


@policy(Permission.MEMBERS_MANAGE)
def role(request: HttpRequest, member: int) -> HttpResponse:
    found = queries.member(request.viewer, member)
    rows = [area_row(area) for area in found.areas.order_by("code")]
    form = RoleAndAreas(
        request.POST if request.method == "POST" else None,
        initial={"role": found.role, "areas": rows},
    )
    form.offer([found.organization], present=found.role)
    if form.is_valid():
        try:
            actions.change_role(
                found.pk,
                role=form.cleaned_data["role"],
                areas=tuple(form.cleaned_data["areas"]),
                by=request.viewer,
            )
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            messages.success(request, gettext("The role is changed."))
            return redirect("accounts:member", found.pk)
    served = Area.objects.filter(organizations=found.organization_id)
    context = {"form": form, "member": found, "served": served}
    return render(request, "accounts/member_role.html", context)


@policy(Permission.MEMBERS_MANAGE)
@never_cache
def step(request: HttpRequest, member: int, step: str) -> HttpResponse:
    """Ask (GET) and do (POST) one step; a problem is told on the member's page."""
    found = queries.member(request.viewer, member)
    chosen = NEW_LINK if step == "new-link" else STEPS.get(step)
    if chosen is None:
        raise NotFound(N_("There is no such step."))
    if request.method != "POST":
        context = {"member": found, "step": chosen}
        return render(request, "accounts/member_step.html", context)
    try:
        if chosen is NEW_LINK:
            return _link_page(request, actions.new_link(found.pk, by=request.viewer))
        done = chosen.action(found.pk, by=request.viewer)
    except Problem as problem:
        messages.error(request, told(problem))
    else:
        messages.success(request, chosen.said(done))
    return redirect("accounts:member", found.pk)


def _awaits_another(member: Member, viewer: Viewer) -> bool:
    """Whether the account waits for approval by somebody else than the viewer, who invited."""
    return member.user.status == Status.PENDING and member.user.invited_by == viewer.user_id


def _steps_open(member: Member, viewer: Viewer) -> list[tuple[str, Step]]:
    """The steps that the page offers; what may be done is decided by the actions."""
    if member.ended_at or member.user_id == viewer.user_id:
        return []
    open_steps = [(key, step) for key, step in STEPS.items() if member.user.status in step.statuses]
    if _awaits_another(member, viewer):
        open_steps = [(key, step) for key, step in open_steps if key != "approve"]
    if member.user.status in NEW_LINK.statuses:
        open_steps.append(("new-link", NEW_LINK))
    return open_steps


def _invite_form(request: HttpRequest) -> Invite:
    organizations = list(managed(request.viewer))
    initial = {"organization": request.viewer.organization_id, "role": Member.Role.ENUMERATOR}
    return Invite(
        organizations, request.POST if request.method == "POST" else None, initial=initial
    )


def _link_page(request: HttpRequest, made: actions.Invitation) -> HttpResponse:
    """The only page that ever shows the link."""
    address = reverse("accounts:invitation", args=[made.secret])
    context = {"member": made.member, "link": request.build_absolute_uri(address)}
    return render(request, "accounts/link.html", context)
