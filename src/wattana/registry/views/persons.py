"""People: entered, corrected, moved, gone; and one national ID shown in clear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel.problems import N_, NotFound
from wattana.registry import history, naming, national_ids, queries
from wattana.registry.actions import households, persons
from wattana.registry.forms import DayStep, EditPerson, MoveForm, NewPerson, PersonForm
from wattana.registry.models import Household, Person
from wattana.registry.views import choosing
from wattana.registry.views.steps import data, form_page, open_household

EDIT = Permission.HOUSEHOLD_EDIT


@policy(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, household: int) -> HttpResponse:
    """Enter a person, with national ID or with the reason why there is none."""
    home = open_household(request, household)
    members = queries.persons(request.viewer, home.pk)
    first = not members
    relation = Person.Relation.HEAD if first else Person.Relation.UNKNOWN
    form = NewPerson(data(request), initial={"relation": relation})
    if request.method == "POST" and form.is_valid() and not form.doubts(members):
        made = form.attempt(persons.create, household=home.pk, by=request.viewer, **form.answers)
        if made is not None:
            messages.success(request, gettext("The person is entered."))
            _tell_sex(request, form, made)
            again = "another" in request.POST
            return redirect("registry:person_new" if again else "registry:household", home.pk)
    return form_page(
        request, home, form, title=_("Add a person"), submit=_("Save"),
        template="registry/person.html", is_new=True,
    )  # fmt: skip


@policy(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, person: int) -> HttpResponse:
    """Look at and correct a person; looking is audited."""
    found, home = _found(request, person)
    form = EditPerson(data(request), person=found, initial=_present(found))
    if request.method == "POST" and form.is_valid() and not form.doubts(_others(request, found)):
        done = form.attempt(persons.update, person=found.pk, by=request.viewer, **form.answers)
        if done is not None:
            messages.success(request, gettext("The person is corrected."))
            _tell_sex(request, form, done)
            return redirect("registry:household", home.pk)
    audit.record(
        request.viewer, "person.view", kind="person", object_id=found.pk, area=home.area_id
    )
    return form_page(
        request, home, form, title=naming.full_name(found), submit=_("Save"),
        template="registry/person.html", person=found,
    )  # fmt: skip


@policy(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, person: int) -> HttpResponse:
    """Find the other household by a search, then say from when on and as what."""
    found, home = _found(request, person)
    choice = choosing.search(request, home)
    sent = None if choosing.FIND in request.POST else data(request)
    form = MoveForm(sent, initial={"relation": found.relation})
    form.fields["to_household"].choices = choice.offered
    if sent is not None and form.is_valid():
        done = form.attempt(
            households.move_person, person=found.pk, by=request.viewer, **form.cleaned_data
        )
        if done is not None:
            messages.success(request, gettext("The person lives in this household now."))
            return redirect("registry:household", done.household_id)
    return form_page(
        request, home, form, title=_("Move to another household"), submit=_("Move"),
        template="registry/move.html", person=found, name=naming.full_name(found),
        choice=choice,
    )  # fmt: skip


@policy(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def death(request: HttpRequest, person: int) -> HttpResponse:
    """Record a death; the person stays on the household's page."""
    return _day(
        request, person, persons.record_death, title=_("Record a death"),
        submit=_("Record the death"), done=_("The death is recorded."),
    )  # fmt: skip


@policy(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def left(request: HttpRequest, person: int) -> HttpResponse:
    """Record that a person left for a place outside the register."""
    return _day(
        request, person, persons.end_membership, title=_("Record that the person left"),
        submit=_("Record it"), done=_("It is recorded that the person left."),
    )  # fmt: skip


@policy(Permission.NATIONAL_ID_VIEW)
@require_POST
def reveal(request: HttpRequest, person: int) -> HttpResponse:
    """Show the 13 digits of one person, each time audited."""
    found = queries.person(request.viewer, person)
    if not found.has_national_id:
        raise NotFound(N_("No national ID of this person is recorded."))
    audit.record(
        request.viewer, "national_id.view", kind="person", object_id=found.pk,
        area=found.household.area_id,
    )  # fmt: skip
    digits = national_ids.reveal(found.national_id_sealed, found.pk)
    context = {"digits": digits, "home": found.household, "name": naming.full_name(found)}
    whole = "registry/number.html"
    return render(request, "registry/parts/number.html" if request.htmx else whole, context)


def _tell_sex(request: HttpRequest, form: PersonForm, saved: Person) -> None:
    if saved.sex and not form.cleaned_data["sex"]:
        told = gettext("The sex was taken from the title: %(sex)s. Correct it if it is another.")
        messages.info(request, told % {"sex": saved.get_sex_display()})


def _others(request: HttpRequest, found: Person) -> list[Person]:
    members = queries.persons(request.viewer, found.household_id)
    return [one for one in members if one.pk != found.pk]


def _found(request: HttpRequest, key: int) -> tuple[Person, Household]:
    found = queries.person(request.viewer, key)
    return found, open_household(request, found.household_id)


def _present(found: Person) -> dict[str, Any]:
    fields = (
        "title", "first_name", "last_name", "relation", "sex", "no_id_reason", "registered",
        "phone", "member_since", "died_on", "left_on",
    )  # fmt: skip
    return {name: getattr(found, name) for name in fields} | {
        "birth_date": naming.typed_birth(found.born),
        "seen": history.latest(found),
    }


def _day(
    request: HttpRequest,
    key: int,
    action: Callable[..., Person],
    *,
    title: Promise,
    submit: Promise,
    done: Promise,
) -> HttpResponse:
    found, home = _found(request, key)
    form = DayStep(data(request))
    sent = request.method == "POST" and form.is_valid()
    if sent and form.attempt(action, person=found.pk, by=request.viewer, **form.cleaned_data):
        messages.success(request, done)
        return redirect("registry:household", home.pk)
    return form_page(
        request, home, form, title=title, submit=submit,
        intro=f"{naming.full_name(found)} · {naming.full_address(home)}",
    )  # fmt: skip
