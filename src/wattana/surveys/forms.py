"""The small forms beside the questionnaire: beginning a visit, closing it, returning it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wattana.kernel.problems import Invalid
from wattana.kit.dates import format_year
from wattana.kit.middleware import told
from wattana.surveys.actions.visits import LAST_ROUND
from wattana.surveys.models import Skip, Visit
from wattana.thai.dates import parse_date


class DayField(forms.CharField):
    """A full day, typed in พ.ศ. or CE."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return parse_date(text)
        except Invalid as problem:
            raise ValidationError(told(problem)) from problem


class StartForm(forms.Form):
    """Which round, and the day of the visit."""

    year = forms.TypedChoiceField(coerce=int, label=_("Survey year"))
    round = forms.TypedChoiceField(
        coerce=int, label=_("Round"), choices=[(n, n) for n in range(1, LAST_ROUND + 1)]
    )
    surveyed_on = DayField(
        label=_("Day of the visit"), help_text=_("Day/month/year, in พ.ศ. or CE"), max_length=40
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.fields["year"].choices = [(y, format_year(y)) for y in (this, this - 1)]


class SubmitForm(forms.Form):
    """Handing in; the reason is asked for where questions are open."""

    open_reason = forms.ChoiceField(
        label=_("Why they stay open"), required=False, choices=[("", "–"), *Skip.choices]
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("What has to be corrected"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NotSurveyedForm(forms.Form):
    why = forms.ChoiceField(
        label=_("Reason"), choices=Visit.NotSurveyed.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
