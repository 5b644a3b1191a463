"""Forms of plans, follow-up visits and exits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.kit import attached
from wattana.kit.words import said
from wattana.referrals.forms import lines
from wattana.referrals.models import Exit, FollowUp, Goal
from wattana.registry.forms.base import Form, ParsedField
from wattana.registry.values import past_date
from wattana.rules.measures import load_measure
from wattana.thai.dates import parse_date

_AHEAD_HELP = _("Day/month/year, from today to a year ahead")


def ahead(label: Any, *, required: bool = True) -> ParsedField:
    """A day to come; the action says how far ahead it may lie."""
    return ParsedField(
        lambda text: parse_date(text) if text else None,
        label=label, help_text=_AHEAD_HELP, required=required,
    )  # fmt: skip


class ChooseFiles(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Several files as (name, bytes), none of them read further than the largest may be."""

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        sent = [super(Files, self).clean(one, initial) for one in data or []]
        return [(one.name, one.read(attached.LARGEST + 1)) for one in sent]


class NewPlan(Form):
    """When somebody looks at the plan again."""

    review_on = ahead(_("Look at it again on"))


class NewGoal(Form):
    """What the household wants to reach, who does what, until when."""

    capital = forms.ChoiceField(label=_("Livelihood capital"))
    text = forms.CharField(label=_("What the household wants to reach"), max_length=300)
    doer = forms.CharField(label=_("Who does it"), max_length=120)
    next_on = ahead(_("Next date"))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        capitals = load_measure("five_capitals").capitals
        self.fields["capital"].choices = [(one.code, said(one.title)) for one in capitals]


class SettleGoal(Form):
    """What became of a goal."""

    state = forms.ChoiceField(label=_("What became of it"), choices=Goal.State.choices)
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)


class NewFollowUp(Form):
    """A visit or call: what was found, and when somebody comes again."""

    on = ParsedField(past_date, label=_("Day"), help_text=_("Day/month/year, in พ.ศ. or CE"))
    channel = forms.ChoiceField(label=_("How"), choices=FollowUp.Channel.choices)
    findings = lines(label=_("What was found"), required=True)
    next_on = ahead(_("Comes again on"), required=False)
    photos = Files(
        label=_("Photos"), required=False,
        help_text=_("At most 6, each at most 10 MB. Show no more of people than is needed."),
        widget=ChooseFiles(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic"}),
    )  # fmt: skip


class NewExit(Form):
    """Why the household leaves, and what shows it."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Exit.Reason.choices)
    evidence = lines(label=_("What shows it"), required=True)


class DecideExit(Form):
    """Approve, or say why not."""

    approve = forms.TypedChoiceField(
        label=_("Decision"), coerce=lambda text: text == "yes", widget=forms.RadioSelect,
        choices=[
            ("yes", pgettext_lazy("exit", "approve")), ("no", pgettext_lazy("exit", "reject"))
        ],
    )  # fmt: skip
    answer = forms.CharField(label=_("Why it is rejected"), max_length=300, required=False)
