"""How the facts and figures of a prediction are called, and the reasons of a suggestion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wattana.methods.prediction import Contribution

FACTS = {
    "members": _("members of the household"),
    "children_0_6": _("children up to 6 years"),
    "children_7_14": _("children of 7–14 years"),
    "working_age": _("people of working age"),
    "elderly": _("people aged 60 and over"),
    "women": _("share of women"),
    "head_female": _("a woman is head of the household"),
    "head_age": _("age of the head"),
    "couple": _("the head has a spouse"),
    "grandchildren": _("grandchildren in the household"),
    "parents": _("the head's parents in the household"),
    "away": _("registered here, living elsewhere"),
    "lists": _("lists that name the household"),
    "list_tpmap": _("on the TPMAP list"),
    "list_bmn": _("in the basic needs survey (จปฐ.)"),
    "list_welfare_card": _("state welfare card"),
    "list_mso": _("on the list of the ministry of social development"),
    "list_leader": _("named by a community leader or volunteer"),
    "earlier_physical": _("physical capital in an earlier round"),
    "earlier_financial": _("financial capital in an earlier round"),
    "earlier_natural": _("natural capital in an earlier round"),
    "earlier_social": _("social capital in an earlier round"),
    "place_rate": _("share of poor households in the tambon's other villages"),
}
_YES_NO = {"head_female", "couple", "parents", *(n for n in FACTS if n.startswith("list_"))}
_SHARES = {"women", "place_rate"}
GROUPS = {
    "district": _("District"),
    "head": _("Head of the household"),
    "type": _("Kind of household"),
}
VALUES = {
    "female": _("a woman"),
    "male": _("a man"),
    "unknown": _("not recorded"),
    "single": _("one person"),
    "generations": _("several generations"),
    "children": _("with children"),
    "adults": _("adults only"),
}
_REASONS = 3
_SLIGHT = 0.05  # of the raw score: what moves less is no reason


@dataclass(frozen=True)
class Reason:
    """Why a household comes early: a fact, its value here, and what is usual."""

    fact: str | Promise
    value: str
    usual: str


def fact(name: str) -> str | Promise:
    """A fact's name; one of a researcher's own stays as it is."""
    return FACTS.get(name, name)


def reasons(contributions: Iterable[Contribution]) -> list[Reason]:
    """The facts that move a household forward most, strongest first."""
    forward = [one for one in contributions if one.weight > _SLIGHT and one.value is not None]
    return [
        Reason(
            fact(one.name), _written(one.name, one.value), _written(one.name, one.usual, mean=True)
        )
        for one in forward[:_REASONS]
    ]


def _written(name: str, value: float | None, *, mean: bool = False) -> str:
    if value is None:
        return gettext("not known")
    if name in _SHARES or (mean and name in _YES_NO):
        return f"{value * 100:.0f}%"
    if name in _YES_NO:
        return gettext("yes") if value else gettext("no")
    return f"{value:.1f}".removesuffix(".0")
