"""Lists that name a household, what verification found, and numbers of other registers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kit.dates import format_year
from wattana.registry import panels, queries, sections
from wattana.registry.actions import identifiers, lists
from wattana.registry.forms import NewEntry, NewNumber, VerifyEntry
from wattana.registry.views.steps import data, form_page, open_household

EDIT = Permission.HOUSEHOLD_EDIT


@policy(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, household: int) -> HttpResponse:
    """Note that a list of a year names the household or one member."""
    home = open_household(request, household)
    form = NewEntry(data(request), initial={"source_year": format_year(timezone.localdate().year)})
    form.fields["person"].offer(queries.persons(request.viewer, home.pk))
    if request.method == "POST" and form.is_valid():
        made = form.attempt(lists.add, household=home.pk, by=request.viewer, **form.cleaned_data)
        if made is not None:
            messages.success(request, gettext("The list entry is recorded."))
            return redirect(panels.address(home.pk, sections.LISTS))
    return form_page(request, home, form, title=_("Add a list entry"), submit=_("Save"))


@policy(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, entry: int) -> HttpResponse:
    """Decide about one entry; the decision may be changed, and the history keeps both."""
    found = queries.list_entry(request.viewer, entry)
    home = open_household(request, found.household_id)
    form = VerifyEntry(
        data(request), initial={"verification": found.verification, "reason": found.reason}
    )
    if request.method == "POST" and form.is_valid():
        done = form.attempt(lists.verify, entry=found.pk, by=request.viewer, **form.cleaned_data)
        if done is not None:
            messages.success(request, gettext("The decision is recorded."))
            return redirect(panels.address(home.pk, sections.LISTS))
    intro = gettext("List: %(source)s, %(year)s") % {
        "source": found.get_source_display(),
        "year": format_year(found.source_year),
    }
    return form_page(
        request, home, form, title=_("Verify a list entry"), submit=_("Record the decision"),
        intro=intro,
    )  # fmt: skip


@policy(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new_number(request: HttpRequest, household: int) -> HttpResponse:
    """Note a number by which another register knows the household or one member."""
    home = open_household(request, household)
    form = NewNumber(data(request))
    form.fields["person"].offer(queries.persons(request.viewer, home.pk))
    if request.method == "POST" and form.is_valid():
        made = form.attempt(
            identifiers.add, household=home.pk, by=request.viewer, **form.cleaned_data
        )
        if made is not None:
            messages.success(request, gettext("The number is recorded."))
            return redirect(panels.address(home.pk, sections.NUMBERS))
    return form_page(request, home, form, title=_("Add a number"), submit=_("Save"))


@policy(EDIT)
@require_POST
def remove_number(request: HttpRequest, household: int, identifier: int) -> HttpResponse:
    """Take away a number that was recorded by mistake."""
    identifiers.remove(household=household, identifier=identifier, by=request.viewer)
    messages.success(request, gettext("The number is removed."))
    return redirect(panels.address(household, sections.NUMBERS))
