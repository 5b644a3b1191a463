"""Ranked horizontal bars: name and value on one line, the bar below it, so that long names fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.palette import Tone
from wattana.kit.charts.svg import drawing, label, tag, words

_WIDTH, _ROW = 320, 40


@dataclass(frozen=True)
class Bar:
    """One thing and its value; None is told as missing, not drawn as 0."""

    name: str
    value: float | None
    written: str
    tone: Tone
    url: str = ""


def bars(
    rows: Sequence[Bar], title: str, description: str, *, start: float = 0, end: float = 1
) -> SafeString:
    """Bars between the values `start` and `end`, in the order in which they are given."""
    return drawing(
        "bars", (_WIDTH, _ROW * len(rows)), title, description,
        *[_bar(row, _ROW * index, start, end) for index, row in enumerate(rows)],
        role="group" if any(row.url for row in rows) else "img",
    )  # fmt: skip


def _bar(row: Bar, top: float, start: float, end: float) -> str:
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
        share = min(max((row.value - start) / (end - start), 0.0), 1.0)
        parts.append(
            tag("rect", tag("title", words(f"{row.name}: {row.written}")), x=0, y=top + 23,
                width=share * _WIDTH, height=9, rx=3, fill=row.tone.fill)
        )  # fmt: skip
    return "".join(parts)
