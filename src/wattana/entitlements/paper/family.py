"""What the family's page says, in plain words: due and missing first, then what comes, then ask."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import Any

from django.utils.translation import gettext

from wattana.accounts.viewer import Viewer
from wattana.entitlements.household import Group, HouseholdRights, Right, of_household
from wattana.entitlements.sensitivity import is_sensitive
from wattana.entitlements.words import registration, said
from wattana.kernel import keys
from wattana.kit.dates import format_date
from wattana.kit.paper import Paper, render
from wattana.kit.templatetags.wattana import in_language
from wattana.registry import naming
from wattana.registry.models import Household

_TEMPLATE = resources.files("wattana.entitlements.paper") / "family.typ"


def family_page(viewer: Viewer, home: Household, *, sensitive: bool = False) -> bytes:
    """The page as PDF, in the language in force; no national ID stands on it.

    Rights that tell of health, disability or violence are left out unless `sensitive`, since a
    paper lies on a table; who may not see them never gets them. Raises `Forbidden`,
    `Problem` when it cannot be set.
    """
    rights = of_household(viewer, home)
    shown = [_kept(group, sensitive) for group in rights.groups]
    paper = Paper(
        title=gettext("Rights and welfare of your family"),
        organization=in_language(home.owner),
        day=rights.day,
        number=_number(home),
        number_label=gettext("Ask for number"),
        foot=gettext("Information, not a decision: the agency decides on each application."),
    )
    return render(_TEMPLATE, _data(home, rights, shown), paper)


def file_name(household_id: int) -> str:
    """The name of the downloaded file: the household's key, never a name."""
    return f"rights-{keys.to_text(household_id)}.pdf"


def _number(home: Household) -> str:
    """What the family says at the counter: the household's code, or its key in groups."""
    text = keys.to_text(home.pk)
    return home.household_code or "-".join((text[:5], text[5:9], text[9:]))


def _kept(group: Group, sensitive: bool) -> Group:
    """What may stand on paper; nobody is asked unprompted about what is sensitive."""

    def kept(rights: Iterable[Right]) -> list[Right]:
        return [one for one in rights if sensitive or not is_sensitive(one.programme)]

    return Group(
        group.name,
        received=kept(group.received),
        missing=kept(group.missing),
        unsure=kept(group.unsure),
        may_apply=kept(group.may_apply),
        unknown=[one for one in group.unknown if not is_sensitive(one.programme)],
    )


def _data(home: Household, rights: HouseholdRights, groups: list[Group]) -> dict[str, Any]:
    members = [one for group in groups if (one := _member(group))]
    return {
        "place": naming.full_address(home),
        "intro": _intro(rights),
        "nothing": "" if members else _nothing(rights),
        "labels": {"missing": gettext("Due, but not received yet:")},
        "members": members,
        "remarks": _remarks(home),
    }


def _intro(rights: HouseholdRights) -> str:
    intro = gettext("What each of you is due by the facts on record on %(day)s.") % {
        "day": format_date(rights.day)
    }
    if rights.withdrawn_on is None:
        return intro
    left_out = gettext(
        "Consent to survey and analysis was withdrawn on %(day)s, so the answers of the survey"
        " are left out."
    )
    return f"{intro} {left_out % {'day': format_date(rights.withdrawn_on)}}"


def _nothing(rights: HouseholdRights) -> str:
    if not rights.surveyed:
        return gettext(
            "Your household has not been visited yet, so little can be said. Ask for a visit."
        )
    return gettext("By the facts on record nobody of you is due a right that this page may show.")


def _member(group: Group) -> dict[str, Any] | None:
    lists = [
        (gettext("Yours; tell us whether it comes"), [_line(one) for one in group.unsure]),
        (gettext("You receive"), [_line(one) for one in group.received]),
        (gettext("You may apply for"), [one.title for one in group.may_apply]),
        (gettext("More to be asked about"), [one.title for one in group.unknown if one.a_year]),
    ]
    lists = [(label, titles) for label, titles in lists if titles]
    if not (group.missing or lists):
        return None
    return {
        "name": group.name or gettext("The household"),
        "missing": [_missing(one) for one in group.missing],
        "lists": lists,
    }


def _line(right: Right) -> str:
    """Title and amount in one line."""
    amount = _amount(right)
    return f"{right.title} ({amount})" if amount else right.title


def _amount(right: Right) -> str:
    """The first sum without its label: “600 baht a month”."""
    return right.amounts[0].partition(": ")[2] if right.amounts else ""


def _missing(right: Right) -> dict[str, Any]:
    programme = right.programme
    lines = [
        (gettext("Where to apply"), said(programme.where)),
        (gettext("Bring"), ", ".join(said(one) for one in programme.documents.values())),
        (gettext("First"), ", ".join(right.first)),
        (gettext("Please note"), right.back_pay),
        *((gettext("Registration"), registration(one)) for one in right.registrations),
    ]
    return {
        "title": right.title,
        "amount": _amount(right),
        "lines": [(label, words) for label, words in lines if words],
    }


def _remarks(home: Household) -> list[tuple[str, str]]:
    office = in_language(home.owner)
    return [
        (
            gettext("Questions?"),
            gettext("Ask at %(office)s and say the number at the top of this page.")
            % {"office": office},
        ),
        (
            gettext("Is something wrong?"),
            gettext(
                "You may see your data, have them corrected, and withdraw your consent at any"
                " time; this costs you no right."
            ),
        ),
    ]
