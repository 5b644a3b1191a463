"""Merging two records of one household, side by side, and parting them again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel import keys
from wattana.kernel.problems import Problem
from wattana.registry import naming, queries, withdrawals
from wattana.registry.actions import merges
from wattana.registry.forms import Form, MergeForm
from wattana.registry.models import Household
from wattana.registry.queries.lists import rows_of
from wattana.registry.views import choosing, people
from wattana.registry.views.steps import data, form_page, open_household


@policy(Permission.HOUSEHOLD_MERGE)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, household: int) -> HttpResponse:
    """Find the other record, compare both (`other`), say which stays, and merge."""
    home = open_household(request, household)
    other = _other(request, home)
    if other is None:
        return _choose(request, home)
    form = MergeForm(data(request), initial={"kept": _fuller(home, other)})
    sides = [_side(request, one) for one in (home, other)]
    form.fields["kept"].choices = [
        (side["key"], " · ".join([side["head"], side["address"], side["members"], side["key"]]))
        for side in sides
    ]
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data["kept"]
        absorbed = other.pk if kept == home.pk else home.pk
        done = form.attempt(
            merges.merge, kept=kept, absorbed=absorbed, reason=form.cleaned_data["reason"],
            by=request.viewer,
        )  # fmt: skip
        if done is not None:
            messages.success(request, gettext("The two records are one household now."))
            return redirect("registry:household", done.kept_id)
    return form_page(
        request, home, form, title=_("Merge two records"), submit=_("Merge"),
        template="registry/merge.html", sides=sides, other=other,
    )  # fmt: skip


@policy(Permission.HOUSEHOLD_MERGE)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, merge: int) -> HttpResponse:
    """Ask first, then part the two records again."""
    found = queries.merge(request.viewer, merge)
    home = queries.household(request.viewer, found.kept_id)
    if request.method != "POST":
        merges.refuse_impossible(found, home)  # what cannot be is not asked for
    form = Form(data(request))
    sent = request.method == "POST" and form.is_valid()
    if sent and form.attempt(merges.undo, merge=found.pk, by=request.viewer) is not None:
        messages.success(request, gettext("The two records are apart again."))
        return redirect("registry:household", found.absorbed_id)
    absorbed = queries.household(request.viewer, found.absorbed_id)
    intro = gettext("%(address)s becomes a household of its own again, as it was.") % {
        "address": naming.full_address(absorbed)
    }
    return form_page(
        request, home, form, title=_("Undo the merge"), submit=_("Undo the merge"), intro=intro
    )


def _choose(request: HttpRequest, home: Household) -> HttpResponse:
    choice = choosing.search(request, home)
    return form_page(
        request, home, Form(), title=_("Merge two records"), submit=_("Compare"),
        template="registry/merge_choose.html", choice=choice,
    )  # fmt: skip


def _other(request: HttpRequest, home: Household) -> Household | None:
    """The other record, when the address names one that the viewer may see."""
    try:
        key = keys.from_text(request.GET.get("other", ""))
    except Problem:
        return None
    return None if key == home.pk else open_household(request, key)


def _fuller(home: Household, other: Household) -> str:
    """The record that was surveyed later stays, else the older one: surveys do not move."""
    first, second = sorted((home, other), key=lambda one: one.pk)
    if second.surveyed_on and (not first.surveyed_on or second.surveyed_on > first.surveyed_on):
        return keys.to_text(second.pk)
    return keys.to_text(first.pk)


def _side(request: HttpRequest, home: Household) -> dict[str, Any]:
    audit.record(
        request.viewer, "household.view", kind="household", object_id=home.pk, area=home.area_id
    )
    row = rows_of(request.viewer, [home.pk])[0]
    members = queries.persons(request.viewer, home.pk)
    _whole, alone = withdrawals.days(people=[one.pk for one in members])
    return {
        "home": home,
        "key": keys.to_text(home.pk),
        "head": row.head or naming.without_head(row.members),
        "members": ngettext("%(count)d member", "%(count)d members", row.members)
        % {"count": row.members},
        "address": naming.full_address(home),
        "level_name": naming.level_name(home.standing_level) if home.standing_level else "",
        "people": people.shown_all(members, alone),
        "entries": list(queries.list_entries(request.viewer, home.pk)),
        "consents": queries.consents(request.viewer, home.pk).count(),
    }
