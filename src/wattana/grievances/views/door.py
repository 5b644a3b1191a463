"""The public door: complain, and follow a complaint by its code, which is in no address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import PUBLIC, policy
from wattana.grievances import knocking, queries, words
from wattana.grievances.actions import opening, steps
from wattana.grievances.forms import Code, Open, Record
from wattana.grievances.knocking import TooMany
from wattana.kernel.problems import NotFound, Problem
from wattana.kit.middleware import told
from wattana.methods.grievance import Needs
from wattana.rules import grievances as rulebook

_ADD = "add"


@policy(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_(request: HttpRequest) -> HttpResponse:
    """Complain. The receipt with the code is shown once."""
    form = Open(request.POST if request.method == "POST" else None)
    try:
        knocking.require(request, knocking.OPEN)
    except TooMany as problem:
        return _too_many(request, problem)
    if request.method == "POST" and form.is_valid():
        made = form.attempt(opening.open_, said=form.said())
        if made is not None:
            knocking.count(request, knocking.OPEN)
            return _receipt(request, *made)
    return _form(request, form, gettext("Complain"))


@policy(Permission.NEED_REPORT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Write a complaint down for somebody; she gets the receipt."""
    form = Record(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = form.attempt(opening.open_, said=form.said(), by=request.viewer)
        if made is not None:
            return _receipt(request, *made)
    return _form(request, form, gettext("Write a complaint down"))


@policy(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Where a complaint stands, by its code; accept the answer, or say that it settles nothing."""
    form, problem = Code(request.POST if request.method == "POST" else None), ""
    if request.method != "POST" or not form.is_valid():
        return render(request, "grievances/code.html", {"form": form})
    code = form.cleaned_data["code"]
    try:
        knocking.require(request, knocking.CODE)
        if "action" in request.POST:
            _act(request, code)
    except TooMany as refused:
        return _too_many(request, refused)
    except NotFound:
        pass  # told below
    except Problem as refused:
        problem = told(refused)
    return _followed(request, form, code, problem)


def _act(request: HttpRequest, code: str) -> None:
    sent = request.POST
    text = sent.get("version", "")
    version = int(text) if text.isdecimal() else -1
    said = sent.get("words", "")
    if sent["action"] == _ADD:
        steps.add(code=code, version=version, words=said)
    else:
        steps.take_by_code(code=code, action=sent["action"], version=version, words=said)


def _followed(request: HttpRequest, form: Code, code: str, problem: str) -> HttpResponse:
    try:
        found = queries.followed(code)
    except NotFound as refused:
        knocking.count(request, knocking.CODE)
        form.add_error("code", told(refused))
        return render(request, "grievances/code.html", {"form": form}, status=404)
    context = {
        "found": found,
        "code": code,
        "problem": problem,
        "typed": request.POST.get("words", "") if problem else "",
        "steps": [(one, words.DO[one.action], Needs.WORDS in one.needs) for one in found.steps],
    }
    return render(request, "grievances/followed.html", context, status=422 if problem else 200)


def _form(request: HttpRequest, form: Open, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "days": rulebook.load().days}
    status = 422 if form.errors else 200
    return render(request, "grievances/open.html", context, status=status)


def _receipt(request: HttpRequest, row: object, code: str) -> HttpResponse:
    parts = [code[at : at + 4] for at in range(0, len(code), 4)]
    context = {"row": row, "code": "-".join(parts), "days": rulebook.load().days}
    return render(request, "grievances/receipt.html", context)


def _too_many(request: HttpRequest, problem: TooMany) -> HttpResponse:
    return render(request, "grievances/too_many.html", {"problem": told(problem)}, status=429)
