"""A person entered and corrected, with or without national ID."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wattana.kernel.problems import Invalid
from wattana.kit.middleware import told
from wattana.registry import doubts, kinship
from wattana.registry.forms.base import Form, ParsedField, tick, with_blank
from wattana.registry.models import Person
from wattana.registry.values import PERSON, text

_NOT_RECORDED = Person.Registered.UNKNOWN
_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class PersonForm(Form):
    """Who the person is; a birth date may lack its day or its month."""

    either = ("national_id", "no_id_reason")

    title = ParsedField(
        PERSON["title"],
        label=_("Title"),
        required=False,
        help_text=_("For example นาย, นาง, นางสาว"),
    )
    first_name = ParsedField(PERSON["first_name"], label=_("First name"))
    last_name = ParsedField(PERSON["last_name"], label=_("Last name"), required=False)
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=Person.Relation.choices)
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=with_blank(Person.Sex.choices),
        help_text=_("Left empty, it is taken from the title where that says it."),
    )
    birth_date = ParsedField(
        PERSON["birth_date"],
        label=_("Date of birth"),
        required=False,
        help_text=_("25/2/2508, 2/2508 or only 2508; พ.ศ. or CE"),
    )
    national_id = ParsedField(
        PERSON["national_id"],
        label=_("National ID"),
        required=False,
        help_text=_("13 digits, from the card"),
        widget=forms.TextInput(attrs=_DIGITS),
    )
    no_id_reason = forms.ChoiceField(
        label=_("Why there is no national ID"),
        required=False,
        choices=with_blank(Person.NoIdReason.choices),
        help_text=_("Only when there is no number. The person is served like everybody."),
    )
    registered = forms.ChoiceField(label=_("House register"), choices=Person.Registered.choices)
    phone = ParsedField(
        PERSON["phone"],
        label=_("Telephone"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    member_since = ParsedField(
        PERSON["member_since"],
        label=_("Lives here since"),
        required=False,
        help_text=_("Day/month/year, when it is known"),
    )
    sure = forms.BooleanField(
        label=_("It is right as it stands: save it"),
        required=False,
        widget=forms.HiddenInput,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("national_id") and given.get("no_id_reason"):
            self.add_error(
                "no_id_reason", _("Give the national ID, or the reason why there is none.")
            )
        return given

    def doubts(self, others: Iterable[Person]) -> bool:
        """Whether something hardly fits together: told at the fields, a tick at the end asks."""
        if self.cleaned_data["sure"]:
            return False
        asked = [(names, told(doubt)) for names, doubt in self._doubts(others) if doubt]
        for names, doubt in asked:
            for name in names:
                self.add_error(name, doubt)
                self._mark(name)
        if asked:
            self.fields["sure"].widget = tick()
        return bool(asked)

    def _doubts(self, others: Iterable[Person]) -> Iterator[tuple[set[str], Invalid | None]]:
        """What is to be asked, each with the fields that it is about."""
        given = self.cleaned_data
        born = given["birth_date"]
        for names, doubt in (
            ({"relation", "birth_date"},
             kinship.doubt(given["relation"], born and born.year, others)),
            ({"title", "sex"}, doubts.title(given["title"], given["sex"])),
            ({"registered", "no_id_reason"},
             doubts.register(given["registered"], given["no_id_reason"])),
        ):  # fmt: skip
            if names & set(self.changed_data):
                yield names, doubt

    @property
    def answers(self) -> dict[str, Any]:
        """What an action stores."""
        return {name: value for name, value in self.cleaned_data.items() if name != "sure"}


class NewPerson(PersonForm):
    registered = forms.ChoiceField(
        label=_("House register"),
        required=False,
        choices=with_blank(Person.Registered.choices),
        help_text=_(
            "Left empty, somebody with a national ID counts as registered and living here; without "
            "one it stays not recorded."
        ),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        typed = "national_id" in given and "no_id_reason" in given
        if typed and not given["national_id"] and not given["no_id_reason"]:
            self.add_error(
                "national_id", _("Give the national ID, or the reason why there is none.")
            )
        if not given.get("registered"):
            known = Person.Registered.HERE_LIVES if given.get("national_id") else _NOT_RECORDED
            given["registered"] = known
        return given


class EditPerson(PersonForm):
    """Also: days of death or leaving that were recorded, and why the record is corrected."""

    died_on = ParsedField(PERSON["died_on"], label=_("Died on"), required=False)
    left_on = ParsedField(PERSON["left_on"], label=_("Left on"), required=False)
    reason = ParsedField(text(300), label=_("Why it is corrected"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, person: Person, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for day in ("died_on", "left_on"):
            if getattr(person, day) is None:
                del self.fields[day]
        if person.has_national_id:
            self.either = ()
            self.fields["national_id"].label = _("New national ID")
            self.fields["national_id"].help_text = _("Leave it empty to keep the recorded number.")
            self.fields["no_id_reason"].help_text = _(
                "Choosing a reason takes the recorded number away."
            )
