"""How areas, capitals, levels and rounds are called on the pages of this room."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from django.utils.translation import get_language, gettext, gettext_lazy, pgettext, pgettext_lazy

from wattana.areas.models import Area
from wattana.assessment.figures import Figure, Wave
from wattana.kit.dates import format_year
from wattana.kit.templatetags.wattana import in_language
from wattana.registry.naming import area_label, level_name
from wattana.rules.files import Words
from wattana.rules.measures import Measure

CAPITALS = {
    "human": pgettext_lazy("capital", "Human"),
    "physical": pgettext_lazy("capital", "Physical"),
    "financial": pgettext_lazy("capital", "Financial"),
    "natural": pgettext_lazy("capital", "Natural"),
    "social": pgettext_lazy("capital", "Social"),
}

_FORMS = {
    Area.Level.PROVINCE: pgettext_lazy("heading", "%(name)s Province"),
    Area.Level.DISTRICT: pgettext_lazy("heading", "%(name)s District"),
    Area.Level.TAMBON: pgettext_lazy("heading", "Tambon %(name)s"),
    Area.Level.VILLAGE: "%(name)s",
}

_PLURALS = {
    Area.Level.PROVINCE: gettext_lazy("Provinces"),
    Area.Level.DISTRICT: gettext_lazy("Districts"),
    Area.Level.TAMBON: gettext_lazy("Tambons"),
    Area.Level.VILLAGE: gettext_lazy("Villages"),
}


def area_name(area: Area) -> str:
    """The name of an area where its level is plain; a village with its number."""
    return area_label(area) if area.level == Area.Level.VILLAGE else in_language(area)


def area_title(area: Area) -> str:
    """“Tambon Khu Sot”, “ตำบลคูซอด”: a name with the word for its level."""
    return str(_FORMS[Area.Level(area.level)]) % {"name": area_name(area)}


def level_plural(area: Area) -> str:
    """What areas of the level of this one are called, as a heading."""
    return str(_PLURALS[Area.Level(area.level)])


def capital(key: str) -> str:
    return str(CAPITALS[key])


def level_of(figure: Figure, measure: Measure) -> tuple[int, str] | None:
    """The level that a mean falls in, with its name; on a cut point as the measure's rule says."""
    if figure.mean is None:
        return None
    settings = measure.settings
    side = bisect_right if settings.boundary_rule == "upper" else bisect_left
    number = 1 + side(settings.cut_points, figure.mean)
    return number, level_name(number)


def scheme(measure: Measure) -> str:
    """The scoring scheme in words: what it measures and how official it is."""
    return f"{said(measure.title)}: {said(measure.scheme)}"


def wave(one: Wave) -> str:
    """A survey round: 2568/1, in the era of the language."""
    return f"{format_year(one.year)}/{one.round}"


def completeness_title() -> str:
    return gettext("How complete the answers are, by capital")


def overall() -> str:
    return pgettext("capital", "All five")


def said(words: Words) -> str:
    """A text of the rulebook in the language in force."""
    return words.th if get_language() == "th" else words.en


def credit(attribution: str) -> str:
    """Whom to credit for the outlines of a map: known sources in the language of the page.

    Others in the words of their file, as their licence asks.
    """
    if not attribution:
        return ""
    if "COD-AB" in attribution:
        return gettext(
            "Outlines: Royal Thai Survey Department and OCHA (COD-AB), CC BY-IGO 3.0, simplified"
        )
    return gettext("Outlines: %(source)s") % {"source": attribution}
