"""Words for what snapshots and runs keep as codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wattana.assessment import queries
from wattana.assessment.extract import CONSENT_WITHDRAWN, MERGED
from wattana.assessment.further import further
from wattana.assessment.models import AreaFigure
from wattana.assessment.poverty.definitions import MEASURES, definitions
from wattana.kernel.problems import Problem, from_data
from wattana.kit import middleware
from wattana.rules.files import Words
from wattana.rules.measures import load_measure
from wattana.surveys.models import Visit

register = template.Library()

_LEFT_OUT = {
    **dict(Visit.Status.choices),
    MERGED: _("household merged into another"),
    CONSENT_WITHDRAWN: _("consent withdrawn"),
}


@register.filter
def told(problem: dict[str, Any]) -> str:
    """What stopped a snapshot or a run, in the language in force."""
    return (
        middleware.told(Problem(problem["message"], **from_data(problem["params"])))
        if problem
        else ""
    )


@register.filter
def why_left_out(reason: str) -> str:
    """Why visits are not in a snapshot."""
    return _LEFT_OUT.get(reason, reason)


@register.filter
def said(words: Words | Mapping[str, str] | None) -> str:
    """A text of the rulebook in the language in force; of a run, as its definitions are stored."""
    if words is None:
        return ""
    if isinstance(words, Mapping):
        words = Words(**words)
    return words.th if get_language() == "th" else words.en


@register.filter
def measure_title(name: str) -> str:
    """How a measure is called; its code when the rulebook no longer has it."""
    if name in MEASURES:
        return said(definitions(name).title)
    if name in further():
        return str(further()[name].title)
    return said(load_measure(name).title) if name in queries.MEASURES else name


@register.filter
def aspect_name(aspect: str) -> str:
    """How the whole score or one of the five capitals is called."""
    return AreaFigure.Aspect(aspect).label
