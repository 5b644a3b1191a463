"""How a member wants to hear of things."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wattana.accounts.forms import Form
from wattana.notices.models import Preference

_HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class PreferenceForm(Form):
    """Channel, address, rhythm, quiet hours."""

    channel = forms.ChoiceField(
        label=_("Where else you want to hear it"), choices=Preference.Channel.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    address = forms.CharField(
        label=_("E-mail, LINE user ID or telephone number"), max_length=120, required=False
    )
    rhythm = forms.ChoiceField(
        label=_("How often"), choices=Preference.Rhythm.choices, widget=forms.RadioSelect
    )
    quiet_from = forms.TypedChoiceField(label=_("Quiet from"), coerce=int, choices=_HOURS)
    quiet_until = forms.TypedChoiceField(label=_("Quiet until"), coerce=int, choices=_HOURS)
