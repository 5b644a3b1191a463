"""The small forms beside the questionnaire: beginning a visit, closing it, returning it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wattana.kernel.problems import Invalid
from wattana.kit.dates import format_year
from wattana.kit.middleware import told
from wattana.registry.forms.base import Form
from wattana.surveys.access import ACCEPTED
from wattana.surveys.actions.visits import LAST_ROUND
from wattana.surveys.models import Skip, Visit
from wattana.surveys.queries import Round
from wattana.thai.dates import parse_date


class DayField(forms.CharField):
    """A full day, typed in พ.ศ. or CE."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return parse_date(text)
        except Invalid as problem:
            raise ValidationError(told(problem)) from problem


class StartForm(Form):
    """Which round, and the day of the visit."""

    year = forms.TypedChoiceField(coerce=int, label=_("Survey year"))
    round = forms.TypedChoiceField(
        coerce=int,
        label=_("Round"),
        help_text=_("Behind a round stands the state of its visit, where there is one"),
    )
    surveyed_on = DayField(
        label=_("Day of the visit"), help_text=_("Day/month/year, in พ.ศ. or CE"), max_length=40
    )

    def __init__(
        self, *args: Any, known: Sequence[Round], current: tuple[int, int], **kwargs: Any
    ) -> None:
        """`known` are the household's visits; `current` is the round that others are in."""
        super().__init__(*args, **kwargs)
        years = (timezone.localdate().year, timezone.localdate().year - 1)
        shown = [one for one in known if one.year in years]
        self.fields["year"].choices = [(year, format_year(year)) for year in years]
        self.fields["round"].choices = [
            (number, _with_visits(number, shown)) for number in range(1, LAST_ROUND + 1)
        ]
        proposed = _proposed(shown, current)
        self.initial["year"], self.initial["round"] = proposed
        self.follows = _before(shown, proposed)


def _with_visits(number: int, known: Sequence[Round]) -> str:
    """A round with the state of its visits, as “1 (2569: approved)”."""
    states = [
        f"{format_year(one.year)}: {one.status_label}" for one in known if one.round == number
    ]
    return f"{number} ({', '.join(states)})" if states else str(number)


def _proposed(known: Sequence[Round], current: tuple[int, int]) -> tuple[int, int]:
    """The round being recorded, else the first from the current on without a visit."""
    for one in known:
        if one.in_work:
            return one.year, one.round
    year, number = current
    taken = {one.round for one in known if one.year == year}
    free = (one for one in range(number, LAST_ROUND + 1) if one not in taken)
    return year, next(free, LAST_ROUND)


def _before(known: Sequence[Round], proposed: tuple[int, int]) -> Round | None:
    """The household's visit of an earlier round of the proposed year, when one was handed in."""
    year, number = proposed
    of_year = (one for one in known if one.year == year and one.round < number)
    return next((one for one in of_year if one.status in ACCEPTED), None)


class SubmitForm(Form):
    """Handing in, with a reason where questions are open, and a tick where little is answered."""

    open_reason = forms.ChoiceField(
        label=_("Why they stay open"), required=False, choices=[("", "–"), *Skip.choices]
    )
    all_the_same = forms.BooleanField(label=_("Hand it in all the same"), required=False)


class ReturnForm(Form):
    reason = forms.CharField(
        label=_("What has to be corrected"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NotSurveyedForm(Form):
    why = forms.ChoiceField(
        label=_("Reason"), choices=Visit.NotSurveyed.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
