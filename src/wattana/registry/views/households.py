"""One household: its page, its history, entered and corrected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from wattana.accounts import audit
from wattana.accounts import queries as accounts
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.areas.models import Area
from wattana.kernel.problems import N_, NotFound
from wattana.registry import access, naming, panels, queries, sections, withdrawals
from wattana.registry import history as record_history
from wattana.registry.actions import households, lists
from wattana.registry.forms import EditHousehold, NewHousehold
from wattana.registry.models import Household
from wattana.registry.queries.lists import Row
from wattana.registry.queries.places import places
from wattana.registry.views import people
from wattana.registry.views.steps import data, form_page, open_household


@policy(Permission.HOUSEHOLD_VIEW)
@require_safe
def household(request: HttpRequest, household: int) -> HttpResponse:
    """The people of a household, and its sections; `?open=` names those that stand open."""
    home = queries.household(request.viewer, household)
    audit.record(
        request.viewer, "household.view", kind="household", object_id=home.pk, area=home.area_id
    )
    members = queries.persons(request.viewer, home.pk)
    merges = queries.merges(request.viewer, home.pk)
    agreed = withdrawals.told(homes=[home.pk], people=[one.pk for one in members])
    may = {permission.name.lower(): request.viewer.can(permission) for permission in Permission}
    context = {
        "home": home,
        "address": naming.full_address(home),
        "areas": naming.above(home),
        "title": naming.home(home),
        "level_name": naming.level_name(home.standing_level) if home.standing_level else "",
        "score": home.standing_score / 1000 if home.standing_score else None,
        "withdrawn_on": agreed.homes.get(home.pk),
        "level_follows": withdrawals.level_follows(home, agreed),
        "people": people.shown_all(members, agreed.people),
        "past": people.past_shown(request.viewer, home.pk),
        "merges": merges,
        "panels": _panels(request, home),
        "leads": _leads(request, home),
        "names": accounts.people(one.by for one in merges),
        "may": may,
        "open": home.merged_into_id is None,
        "lives_on_in": home.merged_into_id and access.lives_on_in(request.viewer, home),
    }
    return render(request, "registry/household.html", context)


@policy(Permission.HOUSEHOLD_VIEW)
@require_safe
def panel(request: HttpRequest, household: int, panel: str) -> HttpResponse:
    """One section, for a page that opens it; by itself the address leads to the page."""
    home = queries.household(request.viewer, household)
    found = next((one for one in panels.panels() if one.key == panel), None)
    if found is None:
        raise NotFound(N_("The page of a household has no such section."))
    request.viewer.require(found.permission)
    if not request.htmx:
        return redirect(panels.address(home.pk, found.key))
    audit.record(
        request.viewer, "household.view", kind="household", object_id=home.pk, area=home.area_id,
        section=found.key,
    )  # fmt: skip
    body = found.render(request, home)
    nothing = gettext("Nothing is recorded here yet.")
    return HttpResponse(body or f'<p class="mb-0">{nothing}</p>')


@policy(Permission.HOUSEHOLD_VIEW)
@require_safe
def history(request: HttpRequest, household: int) -> HttpResponse:
    """Every change of the household and its people: who, when, from, to."""
    home = queries.household(request.viewer, household)
    audit.record(
        request.viewer, "household.history", kind="household", object_id=home.pk,
        area=home.area_id,
    )  # fmt: skip
    members = queries.persons(request.viewer, home.pk)
    merges = queries.merges(request.viewer, home.pk)
    changes, page = sections.changes(request, home, members, request.GET.get("page"))
    context = {
        "home": home,
        "address": naming.full_address(home),
        "changes": changes,
        "page": page,
        "merges": merges,
        "may": {"household_merge": request.viewer.can(Permission.HOUSEHOLD_MERGE)},
        "names": accounts.people({home.created_by, *(one.by for one in merges)}),
    }
    return render(request, "registry/history.html", context)


@policy(Permission.HOUSEHOLD_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a household, with the list or person that named it; look-alikes are shown first."""
    tambons = queries.tambon_choices(request.viewer)
    form = NewHousehold(
        data(request), tambons=tambons, moos=queries.moo_choices(request.viewer, tambons),
        initial=_start(request.GET.get("area", "")),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = form.attempt(_enter, form=form, by=request.viewer)
        if made is not None:
            messages.success(request, gettext("The household is entered. Now enter its people."))
            return redirect("registry:person_new", made.pk)
    alike = form.problem.found if isinstance(form.problem, households.Alike) else []
    if alike:
        form.ask_whether_another()
    context = {"form": form, "tambons": tambons, "alike": _told(alike)}
    status = 422 if form.errors else 200
    return render(request, "registry/new.html", context, status=status)


@policy(Permission.HOUSEHOLD_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, household: int) -> HttpResponse:
    """Correct a household; a change of somebody else in between is not overwritten."""
    home = open_household(request, household)
    form = EditHousehold(data(request), tambons=_tambons(request, home), initial=_present(home))
    if request.method == "POST" and form.is_valid():
        done = form.attempt(
            households.update, household=home.pk, by=request.viewer, **form.cleaned_data
        )
        if done is not None:
            messages.success(request, gettext("The household is corrected."))
            return redirect("registry:household", home.pk)
    return form_page(
        request, home, form, title=_("Correct the household"), submit=_("Save"),
        template="registry/edit.html",
    )  # fmt: skip


@transaction.atomic
def _enter(*, form: NewHousehold, by: Any) -> Household:
    fields = dict(form.cleaned_data)
    source, year = fields.pop("source"), fields.pop("source_year")
    newly_found = fields.pop("newly_found")
    made = households.create(by=by, **fields)
    if source:
        lists.add(
            household=made.pk, source=source, source_year=year, newly_found=newly_found, by=by
        )
    return made


def _told(alike: list[Row]) -> list[dict[str, Any]]:
    """Households that a new one may be, as the page names them."""
    areas = places({row.area for row in alike})
    return [
        {
            "id": row.id,
            "head": row.head or naming.without_head(row.members),
            "address": naming.house_at(row.house_no, row.road, row.area, areas),
            "house_code": row.house_code,
        }
        for row in alike
    ]


def _start(area: str) -> dict[str, str]:
    """Tambon and village of the area that a link named."""
    if not (area.isascii() and area.isdigit() and len(area) in (6, 8)):
        return {}
    return {"tambon": area[:6], "moo": str(int(area[6:])) if len(area) == 8 else ""}


def _present(home: Household) -> dict[str, Any]:
    return _start(home.area_id) | {
        "house_no": home.house_no,
        "road": home.road,
        "house_code": home.house_code,
        "household_code": home.household_code,
        "latitude": home.latitude,
        "longitude": home.longitude,
        "status": home.status,
        "seen": record_history.latest(home),
    }


def _tambons(request: HttpRequest, home: Household) -> list[Area]:
    """The viewer's tambons, and the household's own where an ended agreement left it to her."""
    found = queries.tambon_choices(request.viewer)
    here = next(area for area in naming.above(home) if area.level == Area.Level.TAMBON)
    return found if here in found else [here, *found]


def _leads(request: HttpRequest, home: Household) -> list[tuple[Promise, str]]:
    """The steps that the page offers at its head, of the sections that she may see."""
    if home.merged_into_id is not None:
        return []
    allowed = (one for one in panels.panels() if request.viewer.can(one.permission))
    offered = (one.lead(request, home) for one in allowed if one.lead)
    return [step for step in offered if step]


def _panels(request: HttpRequest, home: Household) -> list[dict[str, Any]]:
    """The sections that she may see; those with a `body` stand open, the others wait to be asked.

    Open are those that the address asks for, else the first that has something to show.
    """
    asked = set(request.GET.getlist(panels.OPEN))
    allowed = [one for one in panels.panels() if request.viewer.can(one.permission)]
    wanted = asked & {one.key for one in allowed}
    shown: list[dict[str, Any]] = []
    for one in allowed:
        opened = panels.ALL in asked or one.key in wanted or not (wanted or shown)
        body = one.render(request, home) if opened else None
        if not opened or body is not None:
            address = panels.address(home.pk, one.key)
            shown.append(
                {"key": one.key, "title": one.title, "open": opened, "body": body,
                 "address": address}
            )  # fmt: skip
    return shown
