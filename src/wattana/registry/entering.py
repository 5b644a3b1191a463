"""Who enters by hand and who imports do not do so in one area at the same moment.

PostgreSQL shows nobody what another has not committed yet: an import that compared its rows before
a household was typed, and is committed after it, would enter the household once more; so would two
who type it at once. Each holds the area in its transaction before it looks what is there: an import
alone, a new household alone in its village, everything else beside others. Who holds several areas
asks for all at once (`access.hold_areas`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wattana.kit import turns

_NAME = "entering"
_LEVELS = (2, 4, 6, 8)  # digits of a province, district, tambon, village


def by_hand(areas: Iterable[str]) -> None:
    """Wait for imports into some areas, and keep others out until the transaction ends."""
    turns.beside(_NAME, (one for code in areas for one in _down_to(code)))


def anew(area: str) -> None:
    """The same for a new household, which nobody else enters in its village meanwhile."""
    *above, own = _down_to(area)
    turns.beside(_NAME, above)
    turns.alone(_NAME, [own])


def by_import(areas: Iterable[str]) -> None:
    """Wait for who enters by hand in some areas or below, and keep them out meanwhile."""
    turns.alone(_NAME, (int(code) for code in areas))


def _down_to(area: str) -> Iterator[int]:
    """The areas in which an area lies, from its province on, and itself."""
    return (int(area[:digits]) for digits in _LEVELS if digits <= len(area))
