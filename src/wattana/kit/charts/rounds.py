"""Scores over survey rounds: one line per capital, named at its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.scales import LEVEL_CUTS, as_score
from wattana.kit.charts.svg import drawing, label, number, tag, words

_WIDTH, _HEIGHT = 320.0, 296.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 190.0, 10.0, 260.0
Height = Callable[[float], float]  # of a score on the paper
_APART = 19.0  # between the lines of text at the side
# Told apart by colour, dash and the mark at each round; the name stands at the end of the line.
_STROKES = ("#1f2a2e", "#7a4fa3", "#a8483a", "#8a5a00", "#2f7b3c", "#2a6db0")
_DASHES = (None, None, "7 3", "2 3", "9 3 2 3", "5 5")


@dataclass(frozen=True)
class Line:
    """One score over the rounds; None where a round has none. The first line is drawn boldest."""

    name: str
    values: tuple[float | None, ...]


def rounds(names: Sequence[str], lines: Sequence[Line], title: str, description: str) -> SafeString:
    """Lines of scores (1 … 4) over the rounds `names`, oldest first."""
    known = [value for line in lines for value in line.values if value is not None]
    low, high = _range(known)

    def y(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (value - low) / (high - low)

    def x(index: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * index / max(len(names) - 1, 1)

    cuts = [cut for cut in LEVEL_CUTS if low < cut < high]
    drawn: list[str] = [_cut(y(cut)) for cut in cuts]
    drawn += [_round(name, x(index)) for index, name in enumerate(names)]
    for index in reversed(range(len(lines))):
        points = [
            None if value is None else (x(at), y(value), value)
            for at, value in enumerate(lines[index].values)
        ]
        drawn.append(_line(lines[index].name, points, index))
    drawn += [_cut_label(cut, y(cut)) for cut in cuts]  # over the lines, kept off by its halo
    drawn += _starts(lines, y)
    drawn += _ends(lines, y)
    return drawing("rounds", (_WIDTH, _HEIGHT), title, description, *drawn)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """The quarters around all values, at least half a point high, within 1 … 4."""
    if not values:
        return 1.0, 4.0
    low = max(floor(min(values) * 4 - 0.2) / 4, 1.0)
    high = min(ceil(max(values) * 4 + 0.2) / 4, 4.0)
    return (low, high) if high - low >= 0.5 else (max(high - 0.5, 1.0), max(high, 1.5))


def _cut(at: float) -> str:
    return tag(
        "path", d=f"M{number(_LEFT)} {number(at)}H{number(_RIGHT)}", fill="none",
        stroke=palette.SOFT, stroke_dasharray="1 4",
    )  # fmt: skip


def _cut_label(value: float, at: float) -> str:
    return label(
        as_score(value), (_LEFT + _RIGHT) / 2, at - 4, text_anchor="middle",
        fill=palette.SOFT, class_="chart-small chart-halo",
    )  # fmt: skip


def _round(name: str, at: float) -> str:
    rule = f"M{number(at)} {number(_TOP)}V{number(_BOTTOM)}"
    return tag("path", d=rule, fill="none", stroke=palette.LINE) + label(
        name, at, _HEIGHT - 10, text_anchor="middle"
    )


def _line(name: str, points: Sequence[tuple[float, float, float] | None], index: int) -> str:
    stroke = _STROKES[index % len(_STROKES)]
    edges = "".join(
        f"M{number(here[0])} {number(here[1])}L{number(there[0])} {number(there[1])}"
        for here, there in pairwise(points)
        if here and there
    )
    drawn = [
        tag("circle", tag("title", words(f"{name}: {as_score(point[2])}")), cx=point[0],
            cy=point[1], r=4, fill=stroke, stroke=palette.PAPER)
        for point in points
        if point
    ]  # fmt: skip
    if edges:
        drawn.insert(
            0,
            tag("path", d=edges, fill="none", stroke=stroke, stroke_width=3 if index == 0 else 2,
                stroke_dasharray=_DASHES[index % len(_DASHES)]),
        )  # fmt: skip
    return "".join(drawn)


def _starts(lines: Sequence[Line], y: Height) -> list[str]:
    if not lines or len(lines[0].values) < 2:
        return []
    known = [(line.values[0], index) for index, line in enumerate(lines)]
    heights = _spread([(y(value), index) for value, index in known if value is not None])
    return [
        label(as_score(lines[index].values[0]), _LEFT - 8, at + 4, text_anchor="end",
              fill=_STROKES[index % len(_STROKES)], class_="chart-small")
        for at, index in heights
    ]  # fmt: skip


def _ends(lines: Sequence[Line], y: Height) -> list[str]:
    last = [(line.values[-1], index) for index, line in enumerate(lines) if line.values]
    places = _spread([(y(value), index) for value, index in last if value is not None])
    return [_end(lines[index], index, y(lines[index].values[-1]), at) for at, index in places]


def _end(line: Line, index: int, there: float, at: float) -> str:
    """The last value and the name beside the end of the line, led to it where it was moved."""
    stroke = _STROKES[index % len(_STROKES)]
    lead = f"M{number(_RIGHT + 5)} {number(there)}L{number(_RIGHT + 14)} {number(at)}"
    return tag("path", d=lead, fill="none", stroke=stroke) + label(
        f"{as_score(line.values[-1])} {line.name}", _RIGHT + 17, at + 4, fill=stroke,
        class_="chart-strong" if index == 0 else None,
    )  # fmt: skip


def _spread(wanted: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    """Heights near the wanted ones, far enough apart to be read, none below the picture."""
    lowered: list[tuple[float, int]] = []
    for at, index in sorted(wanted):
        lowered.append((max(at, lowered[-1][0] + _APART) if lowered else at, index))
    lifted, floor_at = [], _BOTTOM
    for at, index in reversed(lowered):
        lifted.append((min(at, floor_at), index))
        floor_at = lifted[-1][0] - _APART
    return lifted[::-1]
