"""How many are at each level: one bar, and a line of figures for each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.palette import Tone
from wattana.kit.charts.svg import drawing, label, tag

_WIDTH, _BAR, _ROW = 320, 34, 30


@dataclass(frozen=True)
class Part:
    """One part of the whole: `mark` stands inside the bar (the level's number)."""

    mark: str
    name: str
    count: int
    tone: Tone


def stacked_bar(parts: Sequence[Part], title: str, description: str) -> SafeString:
    """The parts of a whole as one bar; below it name, count and share of each."""
    whole = sum(part.count for part in parts)
    height = _BAR + 14 + _ROW * len(parts)
    return drawing(
        "stacked", (_WIDTH, height), title, description,
        *_bar(parts, whole),
        *[_row(part, whole, index) for index, part in enumerate(parts)],
    )  # fmt: skip


def _bar(parts: Sequence[Part], whole: int) -> list[str]:
    if not whole:
        return [tag("rect", width=_WIDTH, height=_BAR, rx=4, fill="none", stroke=palette.LINE)]
    lengths = [_WIDTH * part.count / whole for part in parts]
    starts = [0.0, *accumulate(lengths)]
    return [
        _segment(part, start, length)
        for part, start, length in zip(parts, starts, lengths, strict=False)
        if part.count
    ]


def _segment(part: Part, start: float, length: float) -> str:
    seen = max(length - 1, 0.5)  # a hairline of paper between two segments
    box = tag("rect", x=start, width=seen, height=_BAR, rx=min(3, seen / 2), fill=part.tone.fill)
    if length < 18:
        return box
    return box + label(
        part.mark, start + length / 2, _BAR / 2 + 5, fill=part.tone.ink, text_anchor="middle",
        class_="chart-strong",
    )  # fmt: skip


def _row(part: Part, whole: int, index: int) -> str:
    base = _BAR + 14 + _ROW * index + 17
    share = f"{part.count / whole * 100:.1f}%" if whole else "–"
    return "".join(
        (
            tag("rect", x=0, y=base - 14, width=18, height=18, rx=3, fill=part.tone.fill,
                stroke=palette.SOFT if part.tone is palette.NONE else None),
            label(part.mark, 9, base, fill=part.tone.ink, text_anchor="middle",
                  class_="chart-small"),
            label(part.name, 28, base),
            label(f"{part.count:,}", 252, base, text_anchor="end", class_="chart-strong"),
            label(share, _WIDTH, base, text_anchor="end", fill=palette.SOFT),
        )
    )  # fmt: skip
