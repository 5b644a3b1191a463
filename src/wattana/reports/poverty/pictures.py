"""The charts of a measure's page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import ceil

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.assessment.poverty.figures import M0, H, PovertyFigures
from wattana.assessment.poverty.queries import Picture, Question
from wattana.kit import charts
from wattana.kit.charts import palette
from wattana.reports import names, pictures
from wattana.reports.poverty import words
from wattana.reports.poverty.tables import Row, by_dimension
from wattana.rules.poverty import PovertyMeasure

Link = dict[str, str]
"""Where each area leads, by code."""


def parts_map(
    parent: str, rows: Sequence[Row], measure: PovertyMeasure, asked: Question, urls: Link
) -> SafeString:
    """The areas below by the shown figure: a map, or tiles."""
    places = [
        pictures.place(
            row.area,
            row.figures.shown.value if row.figures else None,
            urls[row.code],
            withheld=bool(row.figures and row.figures.withheld),
        )
        for row in sorted(rows, key=lambda one: one.code)
        if row.area
    ]
    title = words.figure_title(measure, asked)
    about = str(words.ABOUT[asked.figure])
    return pictures.map_of(parent, places, words.scale(asked.figure), title, about)


def ranked(rows: Sequence[Row], figure: str, title: str, urls: Link) -> SafeString:
    """Bars with intervals, in the order of the rows."""
    tops = [_top(row.figures) for row in rows if row.figures]
    end = ceil(max([*tops, 0.05]) * 10) / 10
    bars = [_bar(row, figure, urls.get(row.code, "")) for row in rows]
    said = ", ".join(f"{bar.name} {bar.written}" for bar in bars)
    ticks = [(end * part / 2, words.written(figure, end * part / 2)) for part in range(3)]
    return charts.bars(bars, title, said, end=end, ticks=ticks)


def _top(of: PovertyFigures) -> float:
    span = of.shown.interval
    return span.high if span else of.shown.value or 0.0


def _bar(row: Row, figure: str, url: str) -> charts.Bar:
    of = row.figures
    value = None if row.hides or of is None else of.shown.value
    span = of.shown.interval if of and value is not None else None
    return charts.Bar(
        row.name, value, words.told(figure, of), palette.FEW_TO_MANY[1], url,
        low=span.low if span else None, high=span.high if span else None,
    )  # fmt: skip


def k_curve(picture: Picture, k: float, of: str) -> SafeString:
    """How H and M0 fall as the cut-off rises."""
    lines = [
        charts.Curve(H, [(step.k, step.H) for step in picture.curve], partial(words.written, H)),
        charts.Curve(M0, [(step.k, step.M0) for step in picture.curve], partial(words.written, M0)),
    ]
    title = gettext("H and M0 at every cut-off: %(area)s") % {"area": of}
    said = gettext("The table below the chart has the same figures.")
    return charts.curves(lines, title, said, marked=k, across=gettext("cut-off k"))


def contributions(
    rows: Sequence[Row], measure: PovertyMeasure, title: str, urls: Link
) -> SafeString:
    """Of what M0 is made, dimension by dimension, in the area and in those below."""
    kinds = [
        charts.Kind(str(n + 1), names.said(one.title), palette.KINDS[n % len(palette.KINDS)])
        for n, one in enumerate(measure.dimensions)
    ]
    stacks = [_stack(row, measure, urls.get(row.code, "")) for row in rows]
    said = gettext("The table below the chart has the same figures.")
    return charts.stacks(stacks, kinds, title, said)


def _stack(row: Row, measure: PovertyMeasure, url: str) -> charts.Stack:
    of = row.figures
    note = words.told(M0, of, of.M0 if of else None)
    if row.hides or of is None or not sum(of.contribution):
        return charts.Stack(row.name, (), note, url)
    return charts.Stack(row.name, by_dimension(measure, of), f"M0 {note}", url)
