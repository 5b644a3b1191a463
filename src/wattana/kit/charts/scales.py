"""From a value to a step of colour, and the legend that says which is which."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.kit.charts import palette
from wattana.kit.charts.palette import Tone
from wattana.kit.charts.svg import tag, words

LEVEL_CUTS = (
    1.75,
    2.5,
    3.25,
)  # equal quarters of 1 … 4; a score on a cut belongs to the upper level


@dataclass(frozen=True)
class Scale:
    """Steps of a measure: `cuts` between them, a tone and a label each, how to write a value.

    `ramp` are the tones that `fit` may use, low to high; empty where only fixed steps make sense.
    """

    cuts: tuple[float, ...]
    tones: tuple[Tone, ...]
    labels: tuple[str, ...]
    write: Callable[[float], str]
    ramp: tuple[Tone, ...] = ()
    fitted: bool = False

    def step(self, value: float | None) -> int | None:
        """The step of a value, from 0; None where there is none."""
        return None if value is None else bisect_right(self.cuts, value)

    def tone(self, value: float | None) -> Tone:
        step = self.step(value)
        return palette.NONE if step is None else self.tones[step]

    def written(self, value: float | None) -> str:
        return "–" if value is None else self.write(value)

    def fit(self, values: Iterable[float | None]) -> Scale:
        """Steps of the values themselves where the fixed ones would tell too few of them apart.

        Groups of about equal number, in the colours of `ramp`; the legend says that they are so.
        """
        known = sorted(value for value in values if value is not None)
        apart = {self.write(value) for value in known}
        if not self.ramp or len({self.step(value) for value in known}) > 2 or len(apart) < 4:
            return self
        wanted = min(len(self.ramp), len(apart))
        begins = [known[0]]
        for part in range(1, wanted):
            value = known[round(part * len(known) / wanted)]
            if self.write(value) != self.write(begins[-1]):
                begins.append(_first_written_as(self.write(value), known, self.write))
        begins = list(dict.fromkeys(begins))
        ends = [max(value for value in known if value < after) for after in begins[1:]]
        labels = tuple(
            _span(self.write(low), self.write(high))
            for low, high in zip(begins, [*ends, known[-1]], strict=True)
        )
        tones = _spread(self.ramp, len(begins))
        return replace(self, cuts=tuple(begins[1:]), tones=tones, labels=labels, fitted=True)


def _first_written_as(text: str, known: Sequence[float], write: Callable[[float], str]) -> float:
    """The smallest value that is written so: values that look equal share their step."""
    return next(value for value in known if write(value) == text)


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low.removesuffix('%')}–{high}"


def _spread(ramp: Sequence[Tone], count: int) -> tuple[Tone, ...]:
    """So many tones of a ramp, from its first to its last."""
    if count == 1:
        return (ramp[0],)
    return tuple(ramp[round(n * (len(ramp) - 1) / (count - 1))] for n in range(count))


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
    palette.LITTLE_TO_WHOLE,
)  # fmt: skip

SHARES = Scale(
    (0.1, 0.2, 0.3, 0.5),
    palette.FEW_TO_MANY,
    ("0–9%", "10–19%", "20–29%", "30–49%", "50–100%"),
    as_percent,
    palette.FEW_TO_MANY,
)

COMPLETENESS = Scale(
    (0.5, 0.7, 0.8, 0.9),
    palette.LITTLE_TO_WHOLE,
    ("0–49%", "50–69%", "70–79%", "80–89%", "90–100%"),
    as_percent,
    palette.LITTLE_TO_WHOLE,
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
    drawn = keys(shown, missing=gettext("no figure") if missing else "")
    if not scale.fitted:
        return drawn
    note = gettext("Colours divide the areas shown into groups of about equal number.")
    return drawn + tag("p", words(note), class_="legend-note")


def keys(shown: Iterable[tuple[Tone, str]], *, missing: str = "") -> SafeString:
    """A list of colours and what each stands for; `missing` names the hatching."""
    found = [_key(tone, text) for tone, text in shown]
    if missing:
        found.append(_key(palette.NONE, missing, kind="swatch swatch-none"))
    return tag("ul", *found, class_="legend")


def _key(tone: Tone, text: str, kind: str = "swatch") -> SafeString:
    square = tag(
        "svg",
        tag("rect", x=0.5, y=0.5, width=15, height=15, rx=3, fill=tone.fill, stroke=palette.SOFT),
        class_=kind, viewBox="0 0 16 16", width=16, height=16, aria_hidden="true",
    )  # fmt: skip
    return tag("li", square, words(text))
