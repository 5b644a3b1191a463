"""Forms of referrals: what each step needs, no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.accounts.models import Organization
from wattana.kernel import keys
from wattana.kit.templatetags.wattana import in_language
from wattana.kit.words import said
from wattana.methods.referral.machine import PASSING, Needs, Step
from wattana.referrals.actions.assistance import Given
from wattana.referrals.actions.steps import Told
from wattana.referrals.models import Confirmation, Need, Referral
from wattana.registry.forms.base import Form, ParsedField, with_blank
from wattana.registry.forms.steps import PersonChoice
from wattana.registry.values import past_date
from wattana.rules import referrals as rulebook
from wattana.thai.numerals import parse_number

_DAY_HELP = _("Day/month/year, in พ.ศ. or CE")
_SATANG = 100


def _satang(text: str) -> int | None:
    if not text:
        return None
    return round(parse_number(text) * _SATANG)


def lines(**options: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **{"required": False} | options
    )


def renew(form: Form, version: int) -> bool:
    """Whether the case is newer than what was looked at; on a page that shows it, the next press
    is then decided on what stands now."""
    if not form.is_bound or form.data.get("version") == str(version):
        return False
    form.data = form.data.copy()
    form.data["version"] = str(version)
    return True


class OrganizationChoice(forms.TypedChoiceField):
    """One of the organisations that a case may go to."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=keys.from_text, empty_value=None, **options)

    def offer(self, found: Iterable[Organization]) -> None:
        self.choices = with_blank([(keys.to_text(one.pk), in_language(one)) for one in found])


class NewNeed(Form):
    """What a household or one of its people lacks."""

    person = PersonChoice()
    service = forms.ChoiceField(label=_("What is needed"))
    severity = forms.TypedChoiceField(
        label=_("How urgent"), coerce=int, choices=Need.Severity.choices,
        initial=Need.Severity.SERIOUS, widget=forms.RadioSelect,
    )  # fmt: skip
    source = forms.ChoiceField(
        label=pgettext_lazy("referral", "How it was found"),
        choices=Need.Source.choices,
        initial=Need.Source.VISIT,
    )
    text = lines(label=_("In words"))
    evidence = forms.CharField(label=_("What shows it"), max_length=300, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        services = rulebook.load().services.values()
        self.fields["service"].choices = with_blank([(one.id, said(one.title)) for one in services])


class Draft(Form):
    """To whom the case goes, how urgent, what the agency is told, and on what ground.

    `sends`: the ground may stay open in a draft, not in what goes on to sending.
    """

    receiver = OrganizationChoice(
        label=_("Goes to"),
        error_messages={"required": _("Choose the organisation that the case goes to.")},
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Referral.Urgency.choices, widget=forms.RadioSelect
    )
    summary = lines(
        label=_("What the agency is told"),
        help_text=_("Facts of the household are added by themselves. Write no ID here."),
    )
    basis = forms.ChoiceField(
        label=_("Ground"), choices=Referral.Basis.choices, widget=forms.RadioSelect, required=False,
        error_messages={"required": _("Choose the ground: without one nothing is sent.")},
    )  # fmt: skip
    note = forms.CharField(label=_("Why, when it is not consent"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, sends: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["basis"].required = sends

    def clean(self) -> dict[str, Any]:
        """Words for a ground that is not chosen would be lost."""
        kept = super().clean() or {}
        if kept.get("note") and not kept.get("basis") and "basis" not in self.errors:
            self.add_error("basis", _("Choose the ground, too: the reason belongs to it."))
        return kept


class Help(Form):
    """What was given."""

    on = ParsedField(past_date, label=_("Day of the help"), help_text=_DAY_HELP)
    baht = ParsedField(_satang, label=_("Amount in baht"), required=False, max_length=20)
    in_kind = forms.CharField(label=_("Goods or services"), max_length=300, required=False)
    evidence = forms.CharField(
        label=_("What shows it (receipt, payment list, photo)"), max_length=300, required=False
    )

    def given(self, note: str = "") -> Given:
        """What was typed, for the action."""
        data = self.cleaned_data
        return Given(
            on=data["on"], satang=data["baht"], in_kind=data["in_kind"], note=note,
            evidence=data["evidence"],
        )  # fmt: skip


class OtherHelp(Help):
    """Help that answers no recorded need."""

    dimension = forms.ChoiceField(label=pgettext_lazy("referral", "Dimension"))
    field_order = ["dimension"]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        found = rulebook.load().dimensions.items()
        self.fields["dimension"].choices = [(key, said(one)) for key, one in found]


class StepForm(Help):
    """One step of a case: only the fields that the machine asks for are kept."""

    reason = forms.ChoiceField(label=_("Reason"))
    receiver = OrganizationChoice(label=_("Goes to"))
    note = lines(label=_("Note to the other side"))
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ["reason", "receiver", "on", "baht", "in_kind", "evidence", "note", "version"]

    def __init__(
        self, step: Step, *arguments: Any, organizations: Iterable[Organization] = (),
        helped: bool = False, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*arguments, **options)
        self.step = step
        self.gives = Needs.ASSISTANCE in step.needs and not helped
        if not self.gives:
            for name in ("on", "baht", "in_kind", "evidence"):
                del self.fields[name]
        if Needs.REASON in step.needs:
            reasons = rulebook.load().reasons[step.action].items()
            self.fields["reason"].choices = with_blank([(key, said(one)) for key, one in reasons])
        else:
            del self.fields["reason"]
        if step.action in PASSING:
            self.fields["receiver"].offer(organizations)
        else:
            del self.fields["receiver"]
        self.fields["note"].required = Needs.NOTE in step.needs

    def told(self) -> Told:
        """What was typed, for the action."""
        data = self.cleaned_data
        return Told(
            reason=data.get("reason", ""),
            note=data["note"],
            receiver=data.get("receiver"),
            given=self.given(data["note"]) if self.gives else None,
        )


class Answer(Form):
    """What the household said, written down for it."""

    came = forms.TypedChoiceField(
        label=_("Did the help come?"), coerce=lambda text: text == "yes",
        choices=[("yes", _("Yes, it came")), ("no", _("No, it did not come"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    satisfaction = forms.TypedChoiceField(
        label=_("How content is the household, from 1 to 5?"), coerce=int, empty_value=None,
        required=False, choices=with_blank([(str(n), str(n)) for n in range(1, 6)]),
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=_("How it was asked"),
        choices=[
            (one.value, one.label)
            for one in Confirmation.Channel
            if one.value in ("call", "visit", "office")
        ],
    )
    note = lines(label=_("In its own words"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class Attach(Form):
    """A file for a case."""

    kind = forms.ChoiceField(label=_("What it is"), required=False)
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.webp,.heic"}),
        help_text=_("PDF or photo, at most 10 MB"),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        found = sorted((said(one), key) for key, one in rulebook.load().documents.items())
        self.fields["kind"].choices = [("other", _("something else"))] + [
            (key, title) for title, key in found
        ]


class Reason(Form):
    """Why something is done; it has to be said."""

    reason = lines(label=_("Reason"), required=True)


class RouteForm(Form):
    """The agencies of a kind of need, the first proposed."""

    first = forms.ChoiceField(label=_("First, proposed"), required=False)
    second = forms.ChoiceField(label=_("Second"), required=False)
    third = forms.ChoiceField(label=_("Third"), required=False)
    fourth = forms.ChoiceField(label=_("Fourth"), required=False)
    fifth = forms.ChoiceField(label=_("Fifth"), required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        known = rulebook.load().agencies.values()
        choices = with_blank(sorted(((one.id, said(one.name)) for one in known), key=_title))
        for field in self.fields.values():
            field.choices = choices

    @classmethod
    def typed(cls, agencies: Sequence[str]) -> dict[str, str]:
        """The agencies as what stands in the form."""
        return dict(zip(cls.base_fields, agencies, strict=False))

    def agencies(self) -> list[str]:
        """What was chosen, without gaps."""
        return [one for one in self.cleaned_data.values() if one]


def _title(choice: tuple[str, str]) -> str:
    return choice[1]
