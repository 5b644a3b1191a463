"""Fields of schemes, their faults and what differs between two schemes, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from wattana.assessment.schemes import fields
from wattana.assessment.schemes.fields import Field
from wattana.kernel.problems import Invalid
from wattana.kit.middleware import told

_SETTINGS = {
    "cut_points.0": _("Level 2 begins at"),
    "cut_points.1": _("Level 3 begins at"),
    "cut_points.2": _("Level 4 begins at"),
    "boundary_rule": _("A score exactly on a boundary"),
    "minimum_capitals": _("Capitals that need a score"),
    "change_dead_band": _("Change that counts as unchanged"),
}
_PARTS = {
    "weight": _("weight"),
    "expression": _("rule of the score"),
    "applies": _("counts only where"),
    "rubric.th": _("rule in words, Thai"),
    "rubric.en": _("rule in words, English"),
    "reason.th": _("reason, Thai"),
    "reason.en": _("reason, English"),
}
BOUNDARIES = {
    "upper": _("belongs to the upper level"),
    "lower": _("belongs to the lower level"),
}


def part(key: str) -> str | Promise:
    """What a field is of its indicator, or its setting."""
    return _SETTINGS.get(key) or _PARTS[key.split(".", 1)[1]]


def label(key: str, definitions: Mapping[str, Any]) -> str:
    """How a field is called: “P2 Condition of the home: weight”."""
    if key in _SETTINGS:
        return str(_SETTINGS[key])
    owner, rest = key.split(".", 1)
    if owner == "constant":
        return _said(next(o["label"] for o in definitions["constants"] if o["name"] == rest))
    return f"{title(owner, definitions)}: {_PARTS[rest]}"


def title(code: str, definitions: Mapping[str, Any]) -> str:
    """A capital's name, or an indicator's with its code."""
    for capital in definitions["capitals"]:
        if capital["code"] == code:
            return _said(capital["title"])
        for one in capital["indicators"]:
            if one["code"] == code:
                return f"{code} {_said(one['title'])}"
    return code


def _said(words: Mapping[str, str]) -> str:
    return words["th"] if get_language() == "th" else words["en"]


def fault(key: str, problem: Invalid, definitions: Mapping[str, Any]) -> str:
    """The reader's own message, with the name of the field instead of a place in a file."""
    named = Invalid(problem.message, **{**problem.params, "place": label(key, definitions)})
    return told(named)


@dataclass(frozen=True)
class Difference:
    """One field that two schemes hold differently, as each has it; `long`: text of many words."""

    label: str
    before: str
    after: str
    long: bool


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs, in the order of the scheme."""
    old, new = fields.fields(before), fields.fields(after)
    return [
        Difference(
            label(key, after),
            _written(old.get(key), before),
            _written(new.get(key), after),
            (new.get(key) or old[key]).kind in ("expression", "text"),
        )
        for key in {**old, **new}
        if _written(old.get(key), before) != _written(new.get(key), after)
    ]


def _written(field: Field | None, definitions: Mapping[str, Any]) -> str:
    if field is None:
        return ""
    text = field.read(definitions)
    if field.kind == "choice":
        return str(BOUNDARIES.get(text, text))
    if field.kind == "expression":
        return text or gettext("always")
    return text
