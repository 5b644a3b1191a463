"""Forms of accounts: they read and check what is typed; the actions check what may be done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wattana.accounts import roles
from wattana.accounts.actions.agreements import Terms
from wattana.accounts.agreements import State
from wattana.accounts.fields import AreaRows, DateText
from wattana.accounts.models import Member, Organization, User
from wattana.accounts.purposes import Purpose
from wattana.accounts.queries.members import ENDED
from wattana.kit.templatetags.wattana import in_language
from wattana.kit.words import said
from wattana.rules.programmes import desk

_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
]
_PASSWORD_HELP = _(
    "At least 10 characters: a phrase of several words is good. Not your name, not only digits."
)


class Form(forms.Form):
    """A form in the look of the site; wrong fields are marked."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, label_suffix="", **options)
        for field in self.fields.values():
            names = (name for kind, name in _CLASSES if isinstance(field.widget, kind))
            field.widget.attrs.setdefault("class", next(names, "form-control"))

    def full_clean(self) -> None:
        super().full_clean()
        for name in self._errors:
            if name in self.fields:
                self.fields[name].widget.attrs["class"] += " is-invalid"


class SignIn(Form):
    """User name and password; `user` after it is valid."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    user: User

    def __init__(self, request: HttpRequest, *arguments: Any, **options: Any) -> None:
        self.request = request
        super().__init__(*arguments, **options)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        user = authenticate(
            self.request, username=given["username"].lower(), password=given["password"]
        )
        if user is None:
            raise ValidationError(_("The user name or the password is not right."))
        if user.status == User.Status.PENDING:
            raise ValidationError(
                _("Your account waits for the approval of an administrator. Please try later.")
            )
        if user.status != User.Status.ACTIVE:
            raise ValidationError(_("Your account is suspended. Ask your administrator."))
        self.user = user
        return given


class _NewPassword(Form):
    """Two equal passwords that keep the rules; subclasses say whose (`self.user`)."""

    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *arguments: Any, **options: Any) -> None:
        self.user = user
        super().__init__(*arguments, **options)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        self.user.display_name = self.cleaned_data.get("display_name", self.user.display_name)
        password_validation.validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "password" in given and given.get("again") != given["password"]:
            self.add_error("again", _("The two passwords are not the same."))
        return given


class TakeUp(_NewPassword):
    """What an invited person fills in."""

    display_name = forms.CharField(
        label=_("Your name, as colleagues see it"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["display_name", "password", "again"]


class ChangePassword(_NewPassword):
    """One's own new password, with the present one."""

    present = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["present", "password", "again"]

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise ValidationError(_("This is not your present password."))
        return present


class RoleAndAreas(Form):
    """A role, and the areas that narrow it."""

    role = forms.ChoiceField(label=_("Role"), choices=Member.Role.choices)
    areas = AreaRows(
        label=_("Only these areas"),
        required=False,
        help_text=_("One area code a row. Left empty: all areas of the organisation."),
    )

    def offer(self, organizations: Iterable[Organization], present: str = "") -> None:
        """Offer the roles that fit the organisations, and the present one; where these are of
        several kinds, say which role is of which. Another one is refused by the action, in words.
        """
        kinds = {one.kind for one in organizations}
        offered = [
            (role, self._told(role, kinds))
            for role in Member.Role.values
            if role == present or role in roles.fitting(kinds)
        ]
        self.fields["role"].widget.choices = offered

    @staticmethod
    def _told(role: str, kinds: set[str]) -> str:
        label, fits = str(Member.Role(role).label), roles.table()[role]
        if kinds <= fits or len(kinds) == 1:
            return label
        return f"{label}: " + ", ".join(
            str(name) for kind, name in Organization.Kind.choices if kind in fits & kinds
        )


class Invite(RoleAndAreas):
    """A new member of one of the organisations that the administrator manages."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("3 or more English letters, digits, and the signs . _ - @"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    organization = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    field_order = ["username", "organization", "role", "areas"]

    def __init__(self, organizations: list[Organization], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["organization"].choices = named(organizations)
        self.offer(organizations)


class MemberFilter(Form):
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("all current")), *User.Status.choices, (ENDED, _("membership ended"))],
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=100)


class AgreementFilter(Form):
    state = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("all")), *State.choices]
    )


class OrganizationFilter(Form):
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), *Organization.Kind.choices]
    )
    name = forms.CharField(label=_("Name or code"), required=False, max_length=100)


class AuditFilter(Form):
    who = forms.CharField(label=_("User name"), required=False, max_length=150)
    action = forms.ChoiceField(label=_("Action"), required=False)
    day = DateText(label=_("Day"), required=False)

    def __init__(self, actions: list[tuple[str, Any]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["action"].choices = [("", _("all")), *actions]


class AgreementTerms(Form):
    """The terms of a new agreement or of a renewal."""

    title_th = forms.CharField(label=_("Title in Thai"), max_length=300)
    title_en = forms.CharField(label=_("Title in English"), max_length=300, required=False)
    starts = DateText(label=_("First day"))
    ends = DateText(label=_("Last day"))
    purposes = forms.MultipleChoiceField(
        label=_("Purposes"),
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "What serves only a purpose that is not chosen stays closed to members of the parties."
        ),
    )
    parties = forms.TypedMultipleChoiceField(
        label=_("Parties"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    areas = AreaRows(
        label=_("Areas"),
        help_text=_(
            "One area code a row: province 2 digits, district 4, tambon 6, village 8. "
            "A wider area covers all inside it; what follows the code is not read."
        ),
    )

    def __init__(self, organizations: list[Organization], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["parties"].choices = _by_kind(organizations)

    def clean_parties(self) -> list[int]:
        parties: list[int] = self.cleaned_data["parties"]
        if len(parties) < 2:
            raise ValidationError(_("Choose at least two parties."))
        return parties

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("starts") and given.get("ends") and given["ends"] < given["starts"]:
            self.add_error("ends", _("The last day lies before the first day."))
        return given

    def terms(self) -> Terms:
        given = self.cleaned_data
        return Terms(**{name: given[name] for name in AgreementTerms.base_fields})


class OrganizationForm(Form):
    """What an organisation is called and serves; the code is given once."""

    code = forms.RegexField(
        r"^[A-Za-z0-9-]{2,20}$",
        label=_("Code"),
        help_text=_("The DLA code of a local authority, or short letters: 2 to 20 of A-Z, 0-9, -"),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Organization.Kind.choices)
    name_th = forms.CharField(label=_("Name in Thai"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    areas = AreaRows(
        label=_("Areas that it serves"),
        required=False,
        help_text=_(
            "One area code a row. Write “part” at the end of a row where it serves only a part "
            "(a tambon shared with a municipality)."
        ),
    )
    agency = forms.ChoiceField(
        label=_("What it is among the agencies that referrals go to"),
        required=False,
        help_text=_(
            "Referrals of a need are proposed to organisations that are of the right kind."
        ),
    )
    ended_on = DateText(
        label=_("Ended on (if it exists no more)"),
        required=False,
        help_text=_("Nothing is referred to it from this day on; its open cases are listed."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        kinds = [(one.id, said(one.name)) for one in desk().agencies.values()]
        self.fields["agency"].choices = [("", "–"), *sorted(kinds, key=lambda one: one[1])]


def named(organizations: list[Organization]) -> list[tuple[int, str]]:
    """Choices of organisations: name, Thai where there is no English one, and code."""
    return [(one.pk, f"{in_language(one)} ({one.code})") for one in organizations]


def _by_kind(organizations: list[Organization]) -> list[tuple[Any, list[tuple[int, str]]]]:
    groups = [
        (label, named([one for one in organizations if one.kind == kind]))
        for kind, label in Organization.Kind.choices
    ]
    return [(label, choices) for label, choices in groups if choices]
