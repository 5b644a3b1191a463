"""How large a row is and what it is made of, beside the figures of a table that say it in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from django.utils.safestring import SafeString

from wattana.kit.charts.palette import Tone
from wattana.kit.charts.svg import number, tag

_WIDTH, _HEIGHT = 160, 10


def strip(parts: Sequence[tuple[int, Tone]], most: int) -> SafeString:
    """Parts of a row side by side; the row of `most` is as wide as the strip can be.

    Hidden from screen readers: its figures stand in the same row.
    """
    scale = _WIDTH / most if most else 0
    lengths = [count * scale for count, _ in parts]
    boxes = [
        tag("rect", x=start, width=max(length - 1, 1.5), height=_HEIGHT, rx=1.5, fill=tone.fill)
        for start, length, (count, tone) in zip(
            [0.0, *accumulate(lengths)], lengths, parts, strict=False
        )
        if count
    ]
    return tag(
        "svg", *boxes, class_="strip", viewBox=f"0 0 {number(_WIDTH)} {number(_HEIGHT)}",
        aria_hidden="true",
    )  # fmt: skip
