"""How areas, capitals, levels and rounds are called on the pages of this room."""

from __future__ import annotations

from bisect import bisect_right

from django.utils.translation import gettext, gettext_lazy, pgettext, pgettext_lazy

from wattana.areas.models import Area
from wattana.assessment.figures import Figure, Wave
from wattana.kit.charts.scales import LEVEL_CUTS
from wattana.kit.dates import format_year
from wattana.kit.templatetags.wattana import in_language

CAPITALS = {
    "human": pgettext_lazy("capital", "Human"),
    "physical": pgettext_lazy("capital", "Physical"),
    "financial": pgettext_lazy("capital", "Financial"),
    "natural": pgettext_lazy("capital", "Natural"),
    "social": pgettext_lazy("capital", "Social"),
}

LEVELS = (
    gettext_lazy("struggling"),
    gettext_lazy("having it hard"),
    gettext_lazy("getting by"),
    gettext_lazy("living well"),
)

_FORMS = {
    Area.Level.PROVINCE: pgettext_lazy("province", "%(name)s Province"),
    Area.Level.DISTRICT: pgettext_lazy("district", "%(name)s District"),
    Area.Level.TAMBON: pgettext_lazy("tambon", "Tambon %(name)s"),
    Area.Level.VILLAGE: pgettext_lazy("village", "%(name)s"),
}

_BELOW = {
    Area.Level.PROVINCE: gettext_lazy("Districts"),
    Area.Level.DISTRICT: gettext_lazy("Tambons"),
    Area.Level.TAMBON: gettext_lazy("Villages"),
}


def area_title(area: Area) -> str:
    """“Tambon Khu Sot”, “ตำบลคูซอด”: a name with the word for its level."""
    return str(_FORMS[Area.Level(area.level)]) % {"name": in_language(area)}


def below(area: Area) -> str:
    """What the areas directly below are, as a heading; empty below a village."""
    return str(_BELOW.get(Area.Level(area.level), ""))


def capital(key: str) -> str:
    return str(CAPITALS[key])


def level(number: int) -> str:
    """The name of a level, 1 … 4."""
    return str(LEVELS[number - 1])


def level_of(figure: Figure) -> tuple[int, str] | None:
    """The level that a mean falls in, with its name; a mean on a cut point is of the upper one."""
    if figure.mean is None:
        return None
    number = 1 + bisect_right(LEVEL_CUTS, figure.mean)
    return number, level(number)


def wave(one: Wave) -> str:
    """A survey round: 2568/1, in the era of the language."""
    return f"{format_year(one.year)}/{one.round}"


def completeness_title() -> str:
    return gettext("How complete the answers are, by capital")


def overall() -> str:
    return pgettext("capital", "All five")
