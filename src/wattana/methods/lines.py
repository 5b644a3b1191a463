"""One figure of one group as people read it."""

from __future__ import annotations

from dataclasses import dataclass

from wattana.rules.files import Words


@dataclass(frozen=True)
class Line:
    """`title` in both languages, or an English message of the catalogue.

    `count`: how many persons or households it stands for (weighted), where it counts some.
    """

    title: Words | str
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    count: float | None = None
