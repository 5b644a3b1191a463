"""What may be told of change between rounds: shares with their intervals, small numbers withheld.

A count beside its share tells of how many households it is a share, and so does the interval alone
where the share is 0 or 1. So nothing is told of a base that is withheld (`_told`), and no base of a
level or a line follows from the others, nor from the two lines (poor: level 1, level 1 or 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattana.methods.suppression import withheld, withheld_of

LEVELS = (1, 2, 3, 4)
_LINES = (1, 2)
_BASES = {"": "base", "entered": "not_poor_before", "left": "poor_before"}  # else households

Row = Mapping[str, Any]
Table = list[list[int]]
"""Households by level before × level after."""


@dataclass(frozen=True)
class Share:
    """A number of households, its share with an interval; `count` None: too few to publish."""

    count: int | None
    share: float | None = None
    low: float | None = None
    high: float | None = None


HIDDEN = Share(None)


@dataclass(frozen=True)
class Quiet:
    """Which areas below keep another company: of `bases` nothing is told, of `parts` no move."""

    bases: frozenset[int] = frozenset()
    parts: frozenset[int] = frozenset()

    def at(self, place: int) -> tuple[bool, bool]:
        return place in self.bases, place in self.parts


def tables_of(rows: Iterable[Row]) -> dict[str, Table]:
    """The counts of `methods.change.transitions` by area."""
    found: dict[str, Table] = {}
    for row in rows:
        table = found.setdefault(row["area"], [[0] * len(LEVELS) for _ in LEVELS])
        table[int(row["before"]) - 1][int(row["after"]) - 1] = row["households"]
    return found


def matrix_of(rows: Sequence[Row], fewest: int) -> list[list[Share]]:
    """Level before × level after. No cell and no row can be told from all that the pages tell."""
    known = {(int(row["before"]), int(row["after"])): row for row in rows}
    cells = [(before, after) for before in LEVELS for after in LEVELS]
    counts = [known[cell]["households"] if cell in known else 0 for cell in cells]
    width = len(LEVELS)
    table = [counts[start : start + width] for start in range(0, len(counts), width)]
    hidden = _hidden_cells(table, fewest)
    shares = [
        HIDDEN if place in hidden else _told(known[cell], "", fewest) if cell in known else Share(0)
        for place, cell in enumerate(cells)
    ]
    return [shares[start : start + width] for start in range(0, len(shares), width)]


def moves_of(
    row: Row, table: Table, line: int, fewest: int, quiet: tuple[bool, bool] = (False, False)
) -> dict[str, Share]:
    """Poor before and after, entered, left. One of the last three follows from the others, so that
    they are withheld together."""
    bases = not quiet[0] and _bases_told(table, line, fewest)
    parts = bases and not quiet[1] and _parts_told(table, line, fewest)
    return {
        "poor_before": _told(row, "poor_before", fewest) if bases else HIDDEN,
        **{
            name: _told(row, name, fewest) if parts else HIDDEN
            for name in ("poor_after", "entered", "left")
        },
    }


def parts_of(rows: Sequence[Row], names: Sequence[str], fewest: int) -> dict[str, Share] | None:
    """Parts of one total; None when there are too few households in all."""
    if not rows or rows[0]["households"] < fewest:
        return None
    hidden = withheld([rows[0][name] for name in names], fewest)
    return {
        name: HIDDEN if place in hidden else _told(rows[0], name, fewest)
        for place, name in enumerate(names)
    }


def quiet_below(tables: Sequence[Table], whole: Table, line: int, fewest: int) -> Quiet:
    """Areas below of which a base or a move would follow from the whole less the others."""

    def company(places: Sequence[tuple[int, int]]) -> frozenset[int]:
        counts = [_sum(table, places) for table in tables]
        return withheld(counts, fewest, total_withheld=_few(_sum(whole, places), fewest))

    bases, parts = _sides(line), _quarters(line)
    if line == 1:  # the other line tells levels 1 and 2 together
        bases, parts = [*bases, _before(2)], [*parts, _after(2)]
    return Quiet(frozenset().union(*map(company, bases)), frozenset().union(*map(company, parts)))


def _told(row: Row, name: str, fewest: int) -> Share:
    """The share of a row with its bounds (`share_NAME`, or plain `share` for ""); HIDDEN where its
    base is too small to be told, since the bounds tell it."""
    if _few(row[_BASES.get(name, "households")], fewest):
        return HIDDEN
    ends = f"_{name}" if name else ""
    shares = (row[f"{which}{ends}"] for which in ("share", "low", "high"))
    return Share(int(row[name or "households"]), *shares)


def _few(count: int, fewest: int) -> bool:
    return 0 < count < fewest


def _hidden_cells(table: Table, fewest: int) -> frozenset[int]:
    """Places in the matrix, row after row, that are withheld."""
    bases = [sum(row) for row in table]
    rows = withheld_of(bases, _sums_of_rows(table, fewest), fewest)
    anyway = frozenset(_place(cell) for row in rows for cell in _before(row + 1))
    sums = [[_place(cell) for cell in cells] for cells in _sums_of_cells(table, rows, fewest)]
    return withheld_of([count for row in table for count in row], sums, fewest, anyway=anyway)


def _sums_of_rows(table: Table, fewest: int) -> list[list[int]]:
    """Sums of rows that the pages tell: all, and poor or not before by each line."""
    told = [(0, 1, 2, 3)]
    for line in _LINES:
        if _bases_told(table, line, fewest):
            told += [tuple(range(line)), tuple(range(line, len(LEVELS)))]
    return [list(rows) for rows in told]


def _sums_of_cells(
    table: Table, rows_withheld: frozenset[int], fewest: int
) -> list[list[tuple[int, int]]]:
    """Sums of cells that the pages tell, and rows too small to be told.

    Of both lines, whichever is asked: else the two pages together would tell more than each.
    """
    told = [[cell for level in LEVELS for cell in _before(level)]]
    for level, row in enumerate(table, 1):
        if level - 1 not in rows_withheld or _few(sum(row), fewest):
            told.append(_before(level))
    for line in _LINES:
        if _bases_told(table, line, fewest):
            told += _quarters(line) if _parts_told(table, line, fewest) else _sides(line)
    return told


def _bases_told(table: Table, line: int, fewest: int) -> bool:
    """Whether poor and not poor before may be told by this line.

    Line 1 only where level 2 is not small either: it is what the other line has more.
    """
    asked = [*_sides(line), *([_before(2)] if line == 1 else [])]
    return not any(_few(_sum(table, cells), fewest) for cells in asked)


def _parts_told(table: Table, line: int, fewest: int) -> bool:
    """Whether those who stayed, entered and left by this line may be told."""
    asked = [*_quarters(line), *([_after(2)] if line == 1 else [])]
    return not any(_few(_sum(table, cells), fewest) for cells in asked)


def _sides(line: int) -> list[list[tuple[int, int]]]:
    """Cells of those poor before and of those not poor before."""
    return [
        [(a, b) for a in LEVELS for b in LEVELS if (a <= line) == poor] for poor in (True, False)
    ]


def _quarters(line: int) -> list[list[tuple[int, int]]]:
    """Cells of those who stayed poor, left, entered and stayed out."""
    return [
        [(a, b) for a, b in side if (b <= line) == poor]
        for side in _sides(line)
        for poor in (True, False)
    ]


def _before(level: int) -> list[tuple[int, int]]:
    return [(level, after) for after in LEVELS]


def _after(level: int) -> list[tuple[int, int]]:
    return [(before, level) for before in LEVELS]


def _place(cell: tuple[int, int]) -> int:
    return (cell[0] - 1) * len(LEVELS) + cell[1] - 1


def _sum(table: Table, cells: Iterable[tuple[int, int]]) -> int:
    return sum(table[before - 1][after - 1] for before, after in cells)
