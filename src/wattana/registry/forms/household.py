"""A household entered and corrected: the area picker works without scripts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wattana.areas.codes import village_code
from wattana.areas.models import Area
from wattana.areas.queries import villages
from wattana.kernel.problems import Problem
from wattana.kit.dates import format_year
from wattana.kit.middleware import told
from wattana.registry import naming
from wattana.registry.forms.base import Form, ParsedField, tick, with_blank
from wattana.registry.models import Household, ListEntry
from wattana.registry.values import HOUSEHOLD, LIST_ENTRY, text

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
_DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}


class HouseholdForm(Form):
    """Where a household lives and by which numbers it is known."""

    tambon = forms.ChoiceField(label=_("Tambon"))
    moo = forms.CharField(
        label=_("Village (moo)"),
        required=False,
        max_length=20,
        help_text=_("The number only, for example 3. Leave it empty when it is not known."),
        widget=forms.TextInput(attrs=_DIGITS),
    )
    house_no = ParsedField(
        HOUSEHOLD["house_no"],
        label=_("House number"),
        required=False,
        help_text=_("For example 25 or 25/2"),
    )
    road = ParsedField(
        HOUSEHOLD["road"],
        label=_("Lane, road or place"),
        required=False,
        help_text=_(
            "Where there is no house, describe the place, for example: under the bridge beside "
            "the temple"
        ),
    )
    house_code = ParsedField(
        HOUSEHOLD["house_code"],
        label=_("House code"),
        required=False,
        help_text=_("11 digits, from the house registration book"),
        widget=forms.TextInput(attrs=_DIGITS),
    )
    household_code = ParsedField(
        HOUSEHOLD["household_code"],
        label=_("Household code (HC)"),
        required=False,
        help_text=_("The key of PPPConnext, if there is one"),
    )
    latitude = ParsedField(
        HOUSEHOLD["latitude"],
        label=_("Latitude"),
        required=False,
        help_text=_("For example 15.118611"),
        widget=forms.TextInput(attrs=_DECIMAL),
    )
    longitude = ParsedField(
        HOUSEHOLD["longitude"],
        label=_("Longitude"),
        required=False,
        help_text=_("For example 104.329167"),
        widget=forms.TextInput(attrs=_DECIMAL),
    )

    def __init__(
        self, *arguments: Any, tambons: list[Area], moos: str = "", **options: Any
    ) -> None:
        """`moos` are the only villages in which she may enter a household, where they are few."""
        super().__init__(*arguments, **options)
        if moos:
            self.fields["moo"].required = True
            self.fields["moo"].help_text = _("One of your villages: %(numbers)s") % {
                "numbers": moos
            }
        choices = [(area.code, naming.area_label(area)) for area in tambons]
        self.fields["tambon"].choices = choices if len(choices) == 1 else with_blank(choices)

    new_village = forms.BooleanField(
        label=_("It is a new village: enter it"), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        new_village = given.pop("new_village", False)
        if "tambon" in given and "moo" in given:
            given["area"] = self._area(given.pop("tambon"), given.pop("moo"), new_village)
        if (given.get("latitude") is None) != (given.get("longitude") is None):
            self.add_error("longitude", _("Give both latitude and longitude, or neither."))
        return given

    def _area(self, tambon: str, moo: str, new_village: bool) -> str:
        try:
            area = village_code(tambon, moo) if moo.strip() else tambon
        except Problem as problem:
            self.add_error("moo", told(problem))
            return tambon
        if len(area) == Area.Level.VILLAGE and not new_village:
            self._doubt_new(tambon, int(area[6:]))
        return area

    def _doubt_new(self, tambon: str, moo: int) -> None:
        """Ask once more about a number that the list of villages does not have."""
        known = villages(tambon)
        if known.listed and moo not in known.numbers:
            reason = _(
                "This tambon has only the villages %(known)s. Correct the number, or tick below."
            )
            self.add_error("moo", reason % {"known": known.told()})
            self.fields["new_village"].widget = tick()


class NewHousehold(HouseholdForm):
    """Also: through whom or which list the household was found."""

    source = forms.ChoiceField(
        label=_("Found through"),
        required=False,
        choices=with_blank(ListEntry.Source.choices),
        help_text=_("The list or the person that named the household"),
    )
    source_year = ParsedField(
        lambda value: LIST_ENTRY["source_year"](value) if value else None,
        label=_("Year of the list"),
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
    )
    newly_found = forms.BooleanField(
        label=_("No list named it until now (newly added)"), required=False
    )
    another = forms.BooleanField(
        label=_("It is another household: enter it"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["source_year"].initial = format_year(timezone.localdate().year)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("newly_found") and not given.get("source"):
            self.add_error("source", _("Say who found the household."))
        if given.get("source") and not given.get("source_year") and "source_year" in given:
            self.add_error("source_year", _("Give the year of the list."))
        return given

    def ask_whether_another(self) -> None:
        """Offer the tick that says: not one of the households that look alike."""
        self.fields["another"].widget = tick()


class EditHousehold(HouseholdForm):
    """Also: whether it still lives there, and why the record is corrected."""

    status = forms.ChoiceField(
        label=_("State of the household"),
        choices=[one for one in Household.Status.choices if one[0] != Household.Status.MERGED],
    )
    reason = ParsedField(text(300), label=_("Why it is corrected"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)
