"""Forms of complaints: few fields, most of them free to leave out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.grievances import queries, words
from wattana.grievances.actions.opening import LONGEST, Complaint
from wattana.grievances.models import Grievance
from wattana.kernel import keys
from wattana.kit.templatetags.wattana import in_language
from wattana.registry.forms.base import Form


def _long(**options: Any) -> forms.CharField:
    return forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}), **options)


class Open(Form):
    """What happened, and about whom."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("grievance", "What it is about"), widget=forms.RadioSelect
    )
    about = forms.TypedChoiceField(
        label=_("Which office"), required=False, coerce=keys.from_text, empty_value=None,
        help_text=_("This office will neither see nor handle your complaint."),
    )  # fmt: skip
    text = _long(
        label=_("What happened"), help_text=_("In your own words: when, where, what was said.")
    )
    case = forms.CharField(
        label=_("Number of the case"), max_length=30, required=False,
        help_text=_("If it is about a case and you know its number."),
    )  # fmt: skip
    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    contact = forms.CharField(
        label=_("Telephone or LINE"), max_length=120, required=False,
        help_text=_("Without name and contact nobody can ask you back; you can still follow the "
                    "complaint with its code."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["kind"].choices = words.kinds()
        known = [(keys.to_text(one.pk), in_language(one)) for one in queries.offices()]
        self.fields["about"].choices = [("", _("I am not sure")), *known]

    def said(self) -> Complaint:
        return Complaint(**self.cleaned_data)


class Record(Open):
    """The same, written down by an officer for somebody."""

    channel = forms.ChoiceField(
        label=_("How it was told"), choices=Grievance.Channel.choices[1:], widget=forms.RadioSelect
    )


class Code(Form):
    """The code of the receipt."""

    code = forms.CharField(
        label=_("Your code"), max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip
