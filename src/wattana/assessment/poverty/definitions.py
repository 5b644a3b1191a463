"""Which measures of poverty a run can apply, and the groups by which their figures can be split."""

from __future__ import annotations

from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.kernel.problems import N_, NotFound
from wattana.rules.measures import load_measure
from wattana.rules.poverty import PovertyMeasure, load_poverty_measure

MEASURES = ("livelihood_mpi",)
_SCORES_OF = "five_capitals"  # the scores that the measures count

ALL = ""
"""The group of all households."""


@lru_cache(maxsize=8)
def definitions(measure: str) -> PovertyMeasure:
    """A measure of poverty over the scores of the five capitals. Raises `NotFound`."""
    if measure not in MEASURES:
        raise NotFound(
            N_("There is no measure of poverty of this name. Known: %(known)s."),
            known=", ".join(MEASURES),
        )
    codes = [one.code for one in load_measure(_SCORES_OF).indicators]
    return load_poverty_measure(measure, dict.fromkeys(codes, "DOUBLE"))


class Grouping:
    """A way to part the households: SQL over the frame, and the words for each group."""

    def __init__(self, title: Promise, sql: str, names: dict[str, Promise]) -> None:
        self.title = title
        self.sql = sql
        self.names = names


_YES_NO = {"yes": pgettext_lazy("group", "yes"), "no": pgettext_lazy("group", "no")}
_UNKNOWN = {"unknown": pgettext_lazy("group", "not known")}

GROUPINGS = {
    "head_sex": Grouping(
        _("Sex of the head"),
        "COALESCE(head_sex, 'unknown')",
        {"female": _("Headed by a woman"), "male": _("Headed by a man"), **_UNKNOWN},
    ),
    "elderly": Grouping(
        _("Someone aged 60 or over"),
        "CASE WHEN oldest >= 60 THEN 'yes' WHEN ages_known = 1 THEN 'no' ELSE 'unknown' END",
        _YES_NO | _UNKNOWN,
    ),
    "children": Grouping(
        _("A child under 15"),
        "CASE WHEN youngest < 15 THEN 'yes' WHEN ages_known = 1 THEN 'no' ELSE 'unknown' END",
        _YES_NO | _UNKNOWN,
    ),
    "size": Grouping(
        _("Members"),
        "CASE WHEN members = 1 THEN '1' WHEN members <= 3 THEN '2-3'"
        " WHEN members <= 5 THEN '4-5' ELSE '6+' END",
        {"1": _("Lives alone"), "2-3": _("2–3 members"), "4-5": _("4–5 members"),
         "6+": _("6 members or more")},
    ),
}  # fmt: skip


def grouping(name: str) -> Grouping:
    """A way to part the households by its name in the address. Raises `NotFound`."""
    if name not in GROUPINGS:
        raise NotFound(N_("There is no such grouping of households. Choose one from the list."))
    return GROUPINGS[name]
