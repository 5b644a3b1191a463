"""Ranked horizontal bars: name and value on one line, the bar below it, so that long names fit.

A bar may carry its confidence interval as a whisker; then lines of the scale run behind all bars,
so that intervals can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.palette import Tone
from wattana.kit.charts.svg import drawing, label, number, tag, words

_WIDTH, _ROW, _FOOT = 320, 40, 24


@dataclass(frozen=True)
class Bar:
    """One thing and its value; None is told as missing, not drawn as 0. `low`, `high`: interval."""

    name: str
    value: float | None
    written: str
    tone: Tone
    url: str = ""
    low: float | None = None
    high: float | None = None


def bars(
    rows: Sequence[Bar],
    title: str,
    description: str,
    *,
    start: float = 0,
    end: float = 1,
    ticks: Sequence[tuple[float, str]] = (),
) -> SafeString:
    """Bars between the values `start` and `end`, in the order in which they are given.

    `ticks` are values of the scale with their text, written below the last bar.
    """

    def x(value: float) -> float:
        return min(max((value - start) / (end - start), 0.0), 1.0) * _WIDTH

    depth = _ROW * len(rows)
    return drawing(
        "bars", (_WIDTH, depth + (_FOOT if ticks else 0)), title, description,
        *[_tick(x(value), text, depth) for value, text in ticks],
        *[_bar(row, _ROW * index, x) for index, row in enumerate(rows)],
        role="group" if any(row.url for row in rows) else "img",
    )  # fmt: skip


def _tick(at: float, text: str, depth: float) -> str:
    anchor = "start" if at < 12 else "end" if at > _WIDTH - 12 else "middle"
    rule = f"M{number(at)} 20V{number(depth)}"
    return tag("path", d=rule, fill="none", stroke=palette.LINE) + label(
        text, at, depth + _FOOT - 6, text_anchor=anchor, fill=palette.SOFT, class_="chart-small"
    )


def _bar(row: Bar, top: float, x: Callable[[float], float]) -> str:
    name = label(row.name, 0, top + 16)
    if row.url:
        name = tag("a", name, href=row.url)
    parts = [
        name,
        label(row.written, _WIDTH, top + 16, text_anchor="end", class_="chart-strong"),
        tag("rect", x=0, y=top + 23, width=_WIDTH, height=9, rx=3, fill="none",
            stroke=palette.LINE),
    ]  # fmt: skip
    if row.value is not None:
        said = tag("title", words(f"{row.name}: {row.written}"))
        parts.append(
            tag("rect", said, x=0, y=top + 23, width=x(row.value), height=9, rx=3,
                fill=row.tone.fill)
        )  # fmt: skip
    if row.low is not None and row.high is not None:
        parts.append(_whisker(x(row.low), x(row.high), top + 27.5))
    return "".join(parts)


def _whisker(low: float, high: float, at: float) -> str:
    """The interval: a line with ends."""
    line = f"M{number(low)} {number(at - 5)}v10m0 -5H{number(high)}m0 -5v10"
    return tag("path", d=line, fill="none", stroke=palette.INK, stroke_width=1.75)
