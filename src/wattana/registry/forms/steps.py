"""The small forms: a day, a reason, a choice; and picking another household."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.kernel import keys
from wattana.registry import naming
from wattana.registry.actions.lists import NEEDS_REASON
from wattana.registry.forms.base import Form, ParsedField, with_blank
from wattana.registry.models import Consent, Identifier, ListEntry, Membership, Person
from wattana.registry.values import CONSENT, IDENTIFIER, LIST_ENTRY, past_date, text

_DAY_HELP = _("Day/month/year, in พ.ศ. or CE")


class PersonChoice(forms.TypedChoiceField):
    """The household as a whole, or one member of it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            coerce=keys.from_text,
            empty_value=None,
            required=False,
            label=_("Concerns"),
            **options,
        )

    def offer(self, people: Iterable[Person]) -> None:
        """Offer these people beside the household."""
        members = [(keys.to_text(person.pk), naming.full_name(person)) for person in people]
        self.choices = with_blank(members, _("the whole household"))


class HouseholdChoice(forms.TypedChoiceField):
    """One of the households that a search found."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=keys.from_text, widget=forms.RadioSelect, **options)


class DayStep(Form):
    """A day, such as that of a death."""

    on = ParsedField(past_date, label=_("Day"), help_text=_DAY_HELP)


class ReasonStep(Form):
    """Why something is done."""

    reason = ParsedField(text(300), label=_("Reason"), required=False)


class MoveForm(Form):
    """Where to, from when on, and as what."""

    to_household = HouseholdChoice(label=_("New household"))
    on = ParsedField(past_date, label=_("Day of the move"), help_text=_DAY_HELP)
    relation = forms.ChoiceField(
        label=_("Relation to the head there"), choices=Person.Relation.choices
    )
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[one for one in Membership.EndReason.choices if one[0] != "merged"],
    )


class MergeForm(Form):
    """Which of the two records stays, and why they are one household."""

    kept = HouseholdChoice(label=_("The record that stays"))
    reason = ParsedField(text(300), label=_("Why the two are one household"))


class NewConsent(Form):
    """What was agreed to, how and when; the notice is the current one."""

    person = PersonChoice()
    purposes = forms.MultipleChoiceField(
        label=_("What it agrees to"),
        choices=Consent.Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick only what was agreed to; each may be withdrawn by itself."),
    )
    method = forms.ChoiceField(
        label=_("Given by"), choices=Consent.Method.choices, widget=forms.RadioSelect
    )
    given_on = ParsedField(CONSENT["given_on"], label=_("Day of the consent"), help_text=_DAY_HELP)


class NewEntry(Form):
    """A list of a year that names the household or one member."""

    person = PersonChoice()
    source = forms.ChoiceField(label=_("List"), choices=ListEntry.Source.choices)
    source_year = ParsedField(LIST_ENTRY["source_year"], label=_("Year of the list"))
    newly_found = forms.BooleanField(
        label=_("No list named it until now (newly added)"), required=False
    )


class VerifyEntry(Form):
    """What verification found, with the reason where one is needed."""

    verification = forms.ChoiceField(
        label=_("Finding"), choices=ListEntry.Verification.choices, widget=forms.RadioSelect
    )
    reason = ParsedField(
        text(300),
        label=_("Reason"),
        required=False,
        help_text=_("Needed when the household is taken off the list"),
    )

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        if self.cleaned_data.get("verification") in NEEDS_REASON and not reason:
            raise ValidationError(_("Say why: this decision needs a reason."))
        return reason


class NewNumber(Form):
    """A number by which another register knows the household or one member."""

    person = PersonChoice()
    kind = forms.ChoiceField(label=_("Kind"), choices=Identifier.Kind.choices)
    value = ParsedField(IDENTIFIER["value"], label=pgettext_lazy("identifier", "Number"))
