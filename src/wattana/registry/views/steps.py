"""What the pages with a form share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from wattana.registry import access, naming, queries
from wattana.registry.forms import Form
from wattana.registry.models import Household


def open_household(request: HttpRequest, key: int) -> Household:
    """The household of an editing page; `Conflict` when it was merged into another."""
    home = queries.household(request.viewer, key)
    access.refuse_merged(request.viewer, home)
    return home


def data(request: HttpRequest) -> Mapping[str, Any] | None:
    """What was sent, or None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest,
    home: Household,
    form: Form,
    *,
    title: str | Promise,
    submit: str | Promise,
    template: str = "registry/step.html",
    **context: Any,
) -> HttpResponse:
    """A page with one form about a household; status 422 when something has to be mended."""
    return render(
        request,
        template,
        {
            "home": home,
            "address": naming.full_address(home),
            "back": reverse("registry:household", args=[home.pk]),
            "form": form,
            "title": title,
            "submit": submit,
            **context,
        },
        status=422 if form.errors else 200,
    )
