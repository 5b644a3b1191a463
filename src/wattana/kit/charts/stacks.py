"""What a whole is made of, row by row: bars of one length divided into the same kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.palette import Tone
from wattana.kit.charts.scales import keys
from wattana.kit.charts.svg import drawing, label, tag, words

_WIDTH, _ROW, _BAR = 320, 52, 24
_LEGIBLE = 15.0  # a narrower segment has no room for its mark


@dataclass(frozen=True)
class Kind:
    """What a segment stands for; `mark` is its letter inside the bar, so colour is never alone."""

    mark: str
    name: str
    tone: Tone


@dataclass(frozen=True)
class Stack:
    """One bar: the share (0 … 1) of each kind; no shares: an empty bar, `written` says why."""

    name: str
    shares: Sequence[float]
    written: str = ""
    url: str = ""


def stacks(
    rows: Sequence[Stack], kinds: Sequence[Kind], title: str, description: str
) -> SafeString:
    """Stacked bars in the order given, with a legend of the kinds."""
    picture = drawing(
        "stacks", (_WIDTH, _ROW * len(rows)), title, description,
        *[_row(row, kinds, _ROW * index) for index, row in enumerate(rows)],
        role="group" if any(row.url for row in rows) else "img",
    )  # fmt: skip
    named = keys([(kind.tone, f"{kind.mark} {kind.name}") for kind in kinds])
    return tag("figure", picture, named, class_="map-figure")


def _row(row: Stack, kinds: Sequence[Kind], top: float) -> str:
    name = label(row.name, 0, top + 16)
    if row.url:
        name = tag("a", name, href=row.url)
    written = label(row.written, _WIDTH, top + 16, text_anchor="end", fill=palette.SOFT)
    if not row.shares:
        empty = tag("rect", x=0, y=top + 23, width=_WIDTH, height=_BAR, rx=3, fill="none",
                    stroke=palette.LINE)  # fmt: skip
        return f"{name}{written}{empty}"
    starts = [0.0, *accumulate(row.shares)]
    segments = [
        _segment(row.name, kind, start, share, top + 23)
        for kind, start, share in zip(kinds, starts, row.shares, strict=False)
        if share > 0
    ]
    return "".join([name, written, *segments])


def _segment(name: str, kind: Kind, start: float, share: float, top: float) -> str:
    length = share * _WIDTH
    said = tag("title", words(f"{name}: {kind.name} {share * 100:.1f}%"))
    box = tag("rect", said, x=start * _WIDTH, y=top, width=max(length - 1, 0.5), height=_BAR,
              fill=kind.tone.fill)  # fmt: skip
    if length < _LEGIBLE:
        return box
    return box + label(kind.mark, start * _WIDTH + length / 2, top + _BAR / 2 + 5,
                       text_anchor="middle", fill=kind.tone.ink, class_="chart-strong")  # fmt: skip
