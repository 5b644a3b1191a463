"""How the figures of poverty are called, and how they are written."""

from __future__ import annotations

from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wattana.assessment.intervals import Interval
from wattana.assessment.poverty.definitions import GROUPINGS
from wattana.assessment.poverty.figures import (
    CENSORED,
    CONTRIBUTION,
    M0,
    A,
    Estimate,
    H,
    PovertyFigures,
)
from wattana.assessment.poverty.frame import PERSONS
from wattana.assessment.poverty.queries import HOUSEHOLDS, Question
from wattana.kit import charts
from wattana.reports import names
from wattana.rules.poverty import PovertyMeasure

TITLES: dict[str, Promise] = {
    H: _("Share of the poor (H)"),
    A: _("Intensity of poverty (A)"),
    M0: _("Adjusted headcount ratio (M0)"),
    CENSORED: _("Poor and deprived in one indicator"),
    CONTRIBUTION: _("Part of M0 that comes from one indicator or dimension"),
}
ABOUT: dict[str, Promise] = {
    H: _("Of all, the share that is deprived in at least k of the weighted indicators."),
    A: _("Of the weighted indicators, the share in which the poor are deprived on average."),
    M0: _("H × A: of all possible deprivations, the share that the poor suffer."),
    CENSORED: _("Of all, the share that is poor and deprived in this indicator."),
    CONTRIBUTION: _("Of the deprivations of the poor, the weighted share that comes from here."),
}
UNITS: dict[str, Promise] = {HOUSEHOLDS: _("Households"), PERSONS: _("Persons")}


def figure_title(measure: PovertyMeasure, asked: Question) -> str:
    """What the map and the bars show."""
    if asked.figure not in (CENSORED, CONTRIBUTION):
        return str(TITLES[asked.figure])
    about = part_title(measure, asked.indicator)
    if asked.figure == CENSORED:
        return gettext("Poor and deprived: %(indicator)s") % {"indicator": about}
    return gettext("Part of M0: %(indicator)s") % {"indicator": about}


def part_title(measure: PovertyMeasure, name: str) -> str:
    """An indicator with its code, or a dimension."""
    for one in measure.indicators:
        if one.name == name:
            return f"{one.name} {names.said(one.title)}"
    return next((names.said(one.title) for one in measure.dimensions if one.name == name), name)


def group_title(asked: Question) -> str:
    """The group that the figures are of; empty for all households."""
    if not asked.group:
        return ""
    of = GROUPINGS[asked.grouping]
    return f"{of.title}: {of.names[asked.group]}"


def scale(figure: str) -> charts.Scale:
    """Steps and colours of a figure on the map; M0 is no percentage of anybody."""
    if figure != M0:
        return charts.SHARES
    labels = ("0.00–0.09", "0.10–0.19", "0.20–0.29", "0.30–0.49", "0.50–1.00")
    return replace(charts.SHARES, labels=labels, write=_decimal)


def written(figure: str, value: float | None) -> str:
    """75.1%, or 0.382 of M0; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.3f}" if figure == M0 else f"{value * 100:.1f}%"


def spanned(figure: str, interval: Interval | None) -> str:
    """“71.9–78.0%”; empty without an interval."""
    if interval is None:
        return ""
    if figure == M0:
        return f"{interval.low:.3f}–{interval.high:.3f}"
    return f"{interval.low * 100:.1f}–{interval.high * 100:.1f}%"


def told(figure: str, of: PovertyFigures | None, estimate: Estimate | None = None) -> str:
    """The figure of a group as it is written, or why it is not."""
    if of is None:
        return "–"
    if of.withheld:
        return gettext("withheld")
    return written(figure, (estimate or of.shown).value)


def k_written(measure: PovertyMeasure) -> str:
    """The measure's own cut-off, as a field may hold it."""
    return f"{float(measure.cutoff):.4f}".rstrip("0")


def _decimal(value: float) -> str:
    return f"{value:.2f}"
