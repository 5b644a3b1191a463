"""Shares over a threshold: how a figure falls as the cut-off rises (the k-curve)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.scales import as_percent
from wattana.kit.charts.svg import drawing, label, number, tag, words

_WIDTH, _HEIGHT = 320.0, 250.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 310.0, 14.0, 214.0
_APART = 17.0  # between two lines of text
# Told apart by colour and dash; the name stands beside the line.
_STROKES = ("#1b6a7d", "#8a2f22", "#55636a")
_DASHES = (None, "7 3", "2 3")
_GRID = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Curve:
    """A share (0 … 1) by threshold (0 … 1), thresholds rising.

    A share holds above the threshold before its own up to its own, and 0 above the last.
    """

    name: str
    points: Sequence[tuple[float, float]]
    write: Callable[[float], str] = as_percent


def curves(
    lines: Sequence[Curve], title: str, description: str, *, marked: float, across: str
) -> SafeString:
    """Falling steps, with a rule at the threshold `marked`; `across` names the lower axis."""
    at = _x(marked)
    rule = tag(
        "path", d=f"M{number(at)} {number(_TOP)}V{number(_BOTTOM)}", fill="none",
        stroke=palette.INK, stroke_width=1.5, stroke_dasharray="4 3",
    )  # fmt: skip
    return drawing(
        "curves", (_WIDTH, _HEIGHT), title, description,
        *[_grid_line(value) for value in _GRID],
        *[_foot(value) for value in _GRID],
        label(across, (_LEFT + _RIGHT) / 2, _HEIGHT - 2, text_anchor="middle", fill=palette.SOFT,
              class_="chart-small"),
        rule,
        *[_steps(line, index) for index, line in enumerate(lines)],
        *_names(lines, marked),
    )  # fmt: skip


def _x(threshold: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * min(max(threshold, 0.0), 1.0)


def _y(share: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(max(share, 0.0), 1.0)


def _grid_line(share: float) -> str:
    at = _y(share)
    return tag(
        "path", d=f"M{number(_LEFT)} {number(at)}H{number(_RIGHT)}", fill="none",
        stroke=palette.LINE,
    ) + label(as_percent(share), _LEFT - 5, at + 4, text_anchor="end", fill=palette.SOFT,
              class_="chart-small")  # fmt: skip


def _foot(threshold: float) -> str:
    anchor = "end" if threshold == 1 else "middle"
    return label(as_percent(threshold), _x(threshold), _BOTTOM + 17, text_anchor=anchor,
                 fill=palette.SOFT, class_="chart-small")  # fmt: skip


def _at(line: Curve, threshold: float) -> float:
    return next((share for upto, share in line.points if threshold <= upto), 0.0)


def _steps(line: Curve, index: int) -> str:
    if not line.points:
        return ""
    drawn = [f"M{number(_LEFT)} {number(_y(line.points[0][1]))}"]
    for upto, share in line.points:
        drawn.append(f"V{number(_y(share))}H{number(_x(upto))}")
    drawn.append(f"V{number(_y(0))}H{number(_RIGHT)}")
    return tag(
        "path", tag("title", words(line.name)), d="".join(drawn), fill="none",
        stroke=_STROKES[index % len(_STROKES)], stroke_width=2.5,
        stroke_dasharray=_DASHES[index % len(_DASHES)],
    )  # fmt: skip


def _names(lines: Sequence[Curve], marked: float) -> list[str]:
    """A dot on each curve at the rule and beside it the name with the value, apart enough."""
    at, right = _x(marked), marked < 0.55
    beside = 9 if right else -9
    found, above = [], -_APART
    for share, index in sorted(((_at(line, marked), n) for n, line in enumerate(lines)))[::-1]:
        stroke = _STROKES[index % len(_STROKES)]
        above = min(max(_y(share) - 6, above + _APART, _TOP), _BOTTOM - 4)
        found += [
            tag("circle", cx=at, cy=_y(share), r=4.5, fill=stroke, stroke=palette.PAPER),
            label(f"{lines[index].name} {lines[index].write(share)}", at + beside, above,
                  text_anchor="start" if right else "end", fill=stroke,
                  class_="chart-strong chart-halo"),
        ]  # fmt: skip
    return found
