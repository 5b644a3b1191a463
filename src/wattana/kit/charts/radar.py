"""The five capitals as a radar from 1 (centre) to 4 (rim), with the level cut points as rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.kit.charts import palette
from wattana.kit.charts.scales import LEVEL_CUTS, as_percent, as_score
from wattana.kit.charts.svg import drawing, label, number, tag

_WIDTH, _HEIGHT = 320.0, 296.0
_CENTRE = (160.0, 152.0)
_INNER, _OUTER = 12.0, 102.0  # radius of the scores 1 and 4
_LINES = (0, 18, 34)  # name, score, completeness: the lines of a label, from its first baseline

Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """One capital: its score 1 … 4 (None: not scored) and the share of it that was answered."""

    label: str
    value: float | None
    completeness: float | None = None


def radar(
    axes: Sequence[Axis],
    title: str,
    description: str,
    *,
    before: Sequence[float | None] | None = None,
) -> SafeString:
    """A radar of scores; a capital without a score is a gap in the shape, not a low value.

    `before` holds the scores of the round before, drawn as a dashed outline.
    """
    values = [axis.value for axis in axes]
    return drawing(
        "radar", (_WIDTH, _HEIGHT), title, description,
        *_rings(len(axes)),
        *(_before(before) if before else []),
        *_shape(values),
        *_scale(),  # over the lines: its halo keeps them off the figures
        *[_name(axis, index, len(axes)) for index, axis in enumerate(axes)],
    )  # fmt: skip


def _place(index: int, count: int, radius: float) -> Point:
    angle = 2 * pi * index / count
    return _CENTRE[0] + radius * sin(angle), _CENTRE[1] - radius * cos(angle)


def _radius(score: float) -> float:
    return _INNER + (_OUTER - _INNER) * (min(max(score, 1.0), 4.0) - 1) / 3


def _path(points: Sequence[Point], close: bool = False) -> str:
    written = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{written}{'Z' if close else ''}"


def _rings(count: int) -> list[str]:
    drawn = []
    for score in (1.0, *LEVEL_CUTS, 4.0):
        corners = [_place(index, count, _radius(score)) for index in range(count)]
        rim = score in (1.0, 4.0)
        drawn.append(
            tag("path", d=_path(corners, close=True), fill="none", stroke=palette.LINE,
                stroke_width=1.5 if rim else 1, stroke_dasharray=None if rim else "4 3")
        )  # fmt: skip
    for index in range(count):
        spoke = [_place(index, count, _INNER), _place(index, count, _OUTER)]
        drawn.append(tag("path", d=_path(spoke), fill="none", stroke=palette.LINE))
    return drawn


def _shape(values: Sequence[float | None]) -> list[str]:
    count = len(values)
    points = [
        None if value is None else _place(index, count, _radius(value))
        for index, value in enumerate(values)
    ]
    pairs = [
        (here, there)
        for here, there in zip(points, points[1:] + points[:1], strict=True)
        if here and there
    ]
    filled = "".join(_path([_CENTRE, here, there], close=True) for here, there in pairs)
    edges = "".join(_path([here, there]) for here, there in pairs)
    dots = [
        tag("circle", cx=point[0], cy=point[1], r=4.5, fill=palette.OUTLINE, stroke=palette.PAPER)
        for point in points
        if point
    ]
    if not pairs:
        return dots
    return [
        tag("path", d=filled, fill=palette.OUTLINE, fill_opacity="0.16"),
        tag("path", d=edges, fill="none", stroke=palette.OUTLINE, stroke_width=2.5),
        *dots,
    ]


def _before(values: Sequence[float | None]) -> list[str]:
    count = len(values)
    points = [
        None if value is None else _place(index, count, _radius(value))
        for index, value in enumerate(values)
    ]
    edges = "".join(
        _path([here, there])
        for here, there in zip(points, points[1:] + points[:1], strict=True)
        if here and there
    )
    marks = [
        tag("circle", cx=point[0], cy=point[1], r=3.5, fill=palette.PAPER, stroke=palette.BEFORE,
            stroke_width=1.5)
        for point in points
        if point
    ]  # fmt: skip
    line = tag("path", d=edges, fill="none", stroke=palette.BEFORE, stroke_width=1.5,
               stroke_dasharray="5 4")  # fmt: skip
    return [line, *marks] if edges else marks


def _scale() -> list[str]:
    """The scores of the rings, straight down from the centre."""
    down = cos(pi / 5)  # where the rings of a pentagon cross the vertical
    return [
        label(as_score(cut), _CENTRE[0], _CENTRE[1] + _radius(cut) * down + 4, text_anchor="middle",
              fill=palette.SOFT, class_="chart-small chart-halo")
        for cut in LEVEL_CUTS
    ]  # fmt: skip


def _name(axis: Axis, index: int, count: int) -> str:
    x, y, anchor = _label_place(index, count)
    value = gettext("no score") if axis.value is None else as_score(axis.value)
    lines = [
        label(axis.label, x, y + _LINES[0], text_anchor=anchor),
        label(value, x, y + _LINES[1], text_anchor=anchor, class_="chart-strong"),
    ]
    if axis.completeness is not None:
        share = gettext("%(share)s complete") % {"share": as_percent(axis.completeness)}
        lines.append(
            label(share, x, y + _LINES[2], text_anchor=anchor, fill=palette.SOFT,
                  class_="chart-small")
        )  # fmt: skip
    return "".join(lines)


def _label_place(index: int, count: int) -> tuple[float, float, str]:
    """Above the top corner, above the side corners against the margin, below the lower corners."""
    x, y = _place(index, count, _OUTER)
    if y > _CENTRE[1]:
        return x, y + 19, "middle"
    if abs(x - _CENTRE[0]) < 1:
        return x, y - _LINES[2] - 6, "middle"
    return (_WIDTH, y - 66, "end") if x > _CENTRE[0] else (0, y - 66, "start")
