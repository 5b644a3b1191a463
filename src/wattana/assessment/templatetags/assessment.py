"""Words for what snapshots and runs keep as codes."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from wattana.kernel.problems import Problem
from wattana.kit import middleware
from wattana.surveys.models import Visit

register = template.Library()

_LEFT_OUT = {
    **dict(Visit.Status.choices),
    "merged": _("household merged into another"),
    "consent_withdrawn": _("consent withdrawn"),
}


@register.filter
def told(problem: dict[str, Any]) -> str:
    """What stopped a snapshot or a run, in the language in force."""
    return middleware.told(Problem(problem["message"], **problem["params"])) if problem else ""


@register.filter
def why_left_out(reason: str) -> str:
    """Why visits are not in a snapshot."""
    return _LEFT_OUT.get(reason, reason)
