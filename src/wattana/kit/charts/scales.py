"""From a value to a step of colour, and the legend that says which is which."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.kit.charts import palette
from wattana.kit.charts.palette import Tone
from wattana.kit.charts.svg import hatch_lines, tag, words

LEVEL_CUTS = (
    1.75,
    2.5,
    3.25,
)  # equal quarters of 1 … 4; a score on a cut belongs to the upper level


_HATCHED = "M1 6L6 1M1 12L12 1M4 15L15 4M10 15L15 10"  # the lines of a map, on a swatch


@dataclass(frozen=True)
class Scale:
    """Steps of a measure: `cuts` between them, a tone and a label each, how to write a value.

    The same for every map, whatever its values: a colour means the same in a province and in a
    village, and areas that hardly differ look alike.
    """

    cuts: tuple[float, ...]
    tones: tuple[Tone, ...]
    labels: tuple[str, ...]
    write: Callable[[float], str]

    def step(self, value: float | None) -> int | None:
        """The step of a value, from 0; None where there is none."""
        return None if value is None else bisect_right(self.cuts, value)

    def tone(self, value: float | None) -> Tone:
        step = self.step(value)
        return palette.NONE if step is None else self.tones[step]

    def written(self, value: float | None) -> str:
        return "–" if value is None else self.write(value)


def as_score(value: float) -> str:
    """1.97"""
    return f"{value:.2f}"


def as_percent(value: float) -> str:
    """63%"""
    return f"{value * 100:.0f}%"


def as_signed_percent(value: float) -> str:
    """+12% or −3%, with a true minus sign."""
    return f"{value * 100:+.0f}%".replace("-", "−").replace("+0%", "0%").replace("−0%", "0%")


SCORES = Scale(
    (1.375, 1.75, 2.125, 2.5, 2.875, 3.25, 3.625),
    palette.HALF_LEVELS,
    ("1.00–1.37", "1.38–1.74", "1.75–2.12", "2.13–2.49",
     "2.50–2.87", "2.88–3.24", "3.25–3.62", "3.63–4.00"),
    as_score,
)  # fmt: skip

SHARES = Scale(
    (0.1, 0.2, 0.3, 0.5),
    palette.FEW_TO_MANY,
    ("0–9%", "10–19%", "20–29%", "30–49%", "50–100%"),
    as_percent,
)

COMPLETENESS = Scale(
    (0.5, 0.7, 0.8, 0.9),
    palette.LITTLE_TO_WHOLE,
    ("0–49%", "50–69%", "70–79%", "80–89%", "90–100%"),
    as_percent,
)

CHANGES = Scale(
    (-0.2, -0.05, 0.05, 0.2),
    palette.WORSE_TO_BETTER,
    ("−100…−20%", "−20…−5%", "−5…+5%", "+5…+20%", "+20…+100%"),
    as_signed_percent,
)


def legend(scale: Scale, *, missing: bool = False) -> SafeString:
    """The steps with their colours as a list; `missing` adds what no figure looks like."""
    shown = list(zip(scale.tones, scale.labels, strict=True))
    return keys(shown, missing=gettext("no figure") if missing else "")


def keys(shown: Iterable[tuple[Tone, str]], *, missing: str = "") -> SafeString:
    """A list of colours and what each stands for; `missing` names the hatching."""
    found = [_key(tone, text) for tone, text in shown]
    if missing:
        found.append(_key(palette.NONE, missing, hatch_lines(_HATCHED)))
    return tag("ul", *found, class_="legend")


def _key(tone: Tone, text: str, upon: str = "") -> SafeString:
    square = tag(
        "svg",
        tag("rect", x=0.5, y=0.5, width=15, height=15, rx=3, fill=tone.fill, stroke=palette.SOFT),
        upon,
        class_="swatch", viewBox="0 0 16 16", width=16, height=16, aria_hidden="true",
    )  # fmt: skip
    return tag("li", square, words(text))
