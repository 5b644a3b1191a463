"""How files are imported, to read beside it."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kit.guides import guide

FOLDER = Path(__file__).parents[2] / "guides"


@policy(Permission.IMPORT)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """docs/files.md in the language of the reader."""
    return render(request, "registry/imports/help.html", {"guide": guide(FOLDER, "files")})
