"""The colours of figures, defined once; told apart with every form of colour blindness.

`frontend/src/charts.css` gives the same level colours to the rest of the page; a test holds the two
equal, and another measures the distances as people with deuteranopia, protanopia and tritanopia see
them. Text on a colour has a contrast of at least 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1f2a2e"
SOFT = "#55636a"
LINE = "#d5d2c8"
PAPER = "#ffffff"


@dataclass(frozen=True)
class Tone:
    """A fill and the colour of the text upon it."""

    fill: str
    ink: str


# Level 1 (อยู่ลำบาก) … 4 (อยู่ดี): from brick to deep teal, the two ends dark, the middle light.
LEVELS = (
    Tone("#8a2f22", PAPER),
    Tone("#e2a24f", INK),
    Tone("#93c9bd", INK),
    Tone("#1b6a7d", PAPER),
)

# Each level in two shades, the lower half of its range first: eight steps from 1 to 4.
HALF_LEVELS = (
    Tone("#6f2119", PAPER), Tone("#a8483a", PAPER),
    Tone("#d98f35", INK), Tone("#eec287", INK),
    Tone("#c3e2db", INK), Tone("#7fbcae", INK),
    Tone("#2f7b8c", PAPER), Tone("#15566a", PAPER),
)  # fmt: skip

# Shares of one thing, few to many.
FEW_TO_MANY = (
    Tone("#f6ecdd", INK), Tone("#e9c897", INK), Tone("#d6985a", INK),
    Tone("#a85735", PAPER), Tone("#6f2119", PAPER),
)  # fmt: skip

# How complete, little to whole.
LITTLE_TO_WHOLE = (
    Tone("#f4f6f3", INK), Tone("#c2dad8", INK), Tone("#86b6ba", INK),
    Tone("#38798a", PAPER), Tone("#15566a", PAPER),
)  # fmt: skip

# Worse to better, the middle neutral.
WORSE_TO_BETTER = (
    Tone("#8a2f22", PAPER), Tone("#e2a24f", INK), Tone("#efece3", INK),
    Tone("#83c0b3", INK), Tone("#1b6a7d", PAPER),
)  # fmt: skip

# Kinds without an order, up to six; each also carries a mark.
KINDS = (
    Tone("#15566a", PAPER), Tone("#e2a24f", INK), Tone("#7a4fa3", PAPER),
    Tone("#a9d5cb", INK), Tone("#6f2119", PAPER), Tone("#8f979b", INK),
)  # fmt: skip

NONE = Tone("#ffffff", INK)  # no figure: white, hatched
HATCH = "#aeb6b9"

OUTLINE = "#0b5d56"  # the one line of a chart that has no levels
BEFORE = "#8a5a00"  # the round before
