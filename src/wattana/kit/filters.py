"""What a list is narrowed to, as its address says it: a value that no form offers is refused.

Passing over it would show a list that is not the one that was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from django import forms

from wattana.kernel.problems import N_, Invalid

_NO_FILTER = N_("This filter does not exist. Open the list again.")
_NO_AREA = N_("“%(code)s” is not the code of an area.")


def chosen(given: str | None, choices: Container[str], otherwise: str = "") -> str:
    """One of the choices; `otherwise` where the address names none. Raises `Invalid`."""
    value = (given or "").strip()
    if value and value not in choices:
        raise Invalid(_NO_FILTER)
    return value or otherwise


def area(given: str | None) -> str:
    """The code of an area of any level, or "". Raises `Invalid`."""
    value = (given or "").strip()
    if value and not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{8}", value, re.ASCII):
        raise Invalid(_NO_AREA, code=value[:10])
    return value


def cleaned(form: forms.Form) -> dict[str, Any]:
    """What a form of filters says. Raises `Invalid` for a choice that it does not offer.

    What people type beside the choices, such as a day, is told at its field instead.
    """
    form.is_valid()
    if any(isinstance(form.fields.get(name), forms.ChoiceField) for name in form.errors):
        raise Invalid(_NO_FILTER)
    return form.cleaned_data
