"""The measures that an area page can be coloured and sorted by (`?show=`, `?sort=`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.assessment.figures import CAPITALS, AreaFigures, Figure
from wattana.assessment.intervals import Interval, Intervals
from wattana.kernel.problems import N_, Invalid
from wattana.kit.charts import CHANGES, COMPLETENESS, SCORES, SHARES, Scale
from wattana.reports import names


def _withheld(figure: Figure) -> bool:
    return figure.withheld


def _level1_withheld(figure: Figure) -> bool:
    return figure.withheld or figure.level1_withheld


def _changes_withheld(figure: Figure) -> bool:
    return figure.withheld or figure.changes_withheld


@dataclass(frozen=True)
class Measure:
    """One figure of an area: how it is called, what it says, its colours, where it comes from.

    `value` reads it from the area's figure of one `aspect`: "overall" or a capital.
    """

    key: str
    title: str | Promise
    about: str | Promise
    scale: Scale
    value: Callable[[Figure], float | None]
    aspect: str = "overall"
    interval: Callable[[Intervals], Interval | None] | None = None
    too_few: Callable[[Figure], bool] | None = _withheld  # None: not about people

    def of(self, figures: AreaFigures | None) -> float | None:
        return self.value(figures.figures[self.aspect]) if figures else None

    def withheld(self, figures: AreaFigures | None) -> bool:
        return bool(self.too_few and figures and self.too_few(figures.figures[self.aspect]))

    def interval_of(
        self, figures: AreaFigures | None, intervals: Intervals | None
    ) -> Interval | None:
        """The 95 % interval of the figure; None where it has none or may not be told."""
        if intervals is None or self.interval is None or self.of(figures) is None:
            return None
        return self.interval(intervals)

    def spanned(self, interval: Interval | None) -> str:
        """“1.62–1.81” or “21–46%”, in the places of the figure; empty without one."""
        if interval is None:
            return ""
        return (
            f"{self.scale.write(interval.low).removesuffix('%')}–{self.scale.write(interval.high)}"
        )


def net_change(figure: Figure) -> float | None:
    """Share of households that improved less the share that declined, since the round before."""
    compared = figure.compared
    return (figure.improved - figure.declined) / compared if compared else None


def level_1(figure: Figure) -> float | None:
    """Share of the scored households at the lowest level, 0 … 1."""
    return figure.level1_share


def _mean_interval(intervals: Intervals) -> Interval | None:
    return intervals.mean


def _level_1_interval(intervals: Intervals) -> Interval | None:
    return intervals.level1


def _mean(figure: Figure) -> float | None:
    return figure.mean


def _completeness(figure: Figure) -> float | None:
    return figure.completeness


def _capital(key: str) -> Measure:
    return Measure(
        key,
        names.CAPITALS[key],
        _("Mean score of this capital, from 1 (worst) to 4 (best)."),
        SCORES,
        _mean,
        aspect=key,
    )


_ALL = (
    Measure(
        "score",
        _("Score"),
        _("Mean score of the five capitals, from 1 (worst) to 4 (best)."),
        SCORES,
        _mean,
        interval=_mean_interval,
    ),
    Measure(
        "level1",
        _("At level 1"),
        _("Share of the scored households at the lowest level."),
        SHARES,
        level_1,
        interval=_level_1_interval,
        too_few=_level1_withheld,
    ),
    *[_capital(key) for key in CAPITALS],
    Measure(
        "completeness",
        _("Completeness"),
        _(
            "Share of the indicators that could be scored; the rest was not answered or does not "
            "apply."
        ),
        COMPLETENESS,
        _completeness,
        too_few=None,
    ),
    Measure(
        "change",
        pgettext_lazy("since the round before", "Change"),
        _(
            "Of the households with an earlier round: the share that improved less the share that "
            "declined."
        ),
        CHANGES,
        net_change,
        too_few=_changes_withheld,
    ),
)  # fmt: skip

MEASURES = {measure.key: measure for measure in _ALL}


def measure(key: str) -> Measure:
    """A measure by its name in the address; the score where none is given. Raises `Invalid`."""
    try:
        return MEASURES[key or "score"]
    except KeyError as error:
        raise Invalid(
            N_("There is no measure “%(key)s”. Choose one of those above the map."), key=key[:20]
        ) from error
