"""The header of a table: the line, or the two lines, with the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wattana.kernel.problems import N_, Invalid
from wattana.thai.names import is_title
from wattana.thai.text import clean

WITHIN = 25  # rows in which the header is looked for, below titles
EMPTY = N_("The file is empty.")
_MOST_COLUMNS = 1_500
_DIGITS_OF_AN_ID = 13

Cells = Sequence[str]
Rows = Sequence[tuple[int, Cells]]


@dataclass(frozen=True)
class Header:
    """The names of the columns, in order, the line that they begin on, and the line they end on."""

    names: list[str]
    line: int
    last: int


def find(rows: Rows, wanted: int | None) -> Header:
    """The first row that is more than half as full as the fullest, or the line asked for; with the
    line below or above it where the two are one header. Raises `Invalid`."""
    filled = [sum(map(bool, map(str.strip, cells))) for _, cells in rows]
    widest = max(filled, default=0)
    if widest == 0:
        raise Invalid(EMPTY)
    chosen: Callable[[int], bool] = (
        (lambda at: rows[at][0] == wanted and filled[at] > 0)
        if wanted
        else (lambda at: 2 * filled[at] > widest)
    )
    at = next(filter(chosen, range(len(rows))), None)
    if at is None:
        raise Invalid(N_("The file has no line %(line)s for the header."), line=wanted)
    first, last = _lines(rows, at, alone=wanted is not None)
    names = _names(_cleaned(rows[first]), _cleaned(rows[last]) if last > first else None)
    if not wanted and _is_data(names):
        raise Invalid(
            N_(
                "Line %(line)s holds values, not the names of the columns. Put a line with the "
                "names above the first row."
            ),
            line=rows[first][0],
        )
    if len(names) > _MOST_COLUMNS:
        raise Invalid(N_("The file has more than %(most)s columns."), most=_MOST_COLUMNS)
    _refuse_duplicates(names)
    return Header(names, rows[first][0], rows[last][0])


def _cleaned(row: tuple[int, Cells]) -> list[str]:
    names = [clean(cell)[:200] for cell in row[1]]
    while names and not names[-1]:
        names.pop()
    return names


def _lines(rows: Rows, at: int, *, alone: bool) -> tuple[int, int]:
    """The first and the last row of a header of which one row is at `at`.

    `alone`: the line was asked for, so that nothing above it belongs to it.
    """
    if at + 1 < len(rows) and _is_below(rows, at, at + 1):
        return at, at + 1
    if at > 0 and not alone and _is_below(rows, at - 1, at):
        return at - 1, at
    return at, at


def _is_below(rows: Rows, upper: int, lower: int) -> bool:
    """Whether two rows are one header: groups of columns named above, their columns below.

    Below a group stand words only, and nothing stands below the columns of no group, of which there
    is one at least: below a header of one line there would be values.
    """
    above, below = _cleaned(rows[upper]), _cleaned(rows[lower])
    grouped = _grouped(above, below)
    named = [name for name in below if name]
    if not grouped or any(name and n not in grouped for n, name in enumerate(below)):
        return False
    if not any(name and n not in grouped for n, name in enumerate(above)):
        return False
    if any(re.search(r"\d", name) or is_title(name) for name in named):
        return False
    return not any(
        n < len(cells) and below[n] and clean(cells[n]) == below[n]
        for _, cells in rows[lower + 1 :]
        for n in grouped
    )


def _grouped(above: Sequence[str], below: Sequence[str]) -> set[int]:
    """Columns of a group: a name above, and names below it and below the empty cells behind it."""
    grouped: set[int] = set()
    group: set[int] = set()
    for number, name in enumerate(below):
        inside = number >= len(above) or not above[number]
        group = group | {number} if inside and group and name else {number} if name else set()
        if inside and not group - {number}:
            group = set()  # nothing above names it
        if len(group) > 1:
            grouped |= group
    return grouped


def _names(above: Sequence[str], below: Sequence[str] | None) -> list[str]:
    """The names of the columns; of two lines the lower, with its group where it stands twice."""
    if below is None:
        return list(above)
    width = max(len(above), len(below))
    upper = [*above, *[""] * (width - len(above))]
    lower = [*below, *[""] * (width - len(below))]
    group, names = "", []
    for over, under in zip(upper, lower, strict=True):
        group = over or group
        names.append((under or over, f"{group} {under}".strip()))
    plain = [name for name, _ in names]
    return [full if name and plain.count(name) > 1 else name for name, full in names]


def _is_data(names: Sequence[str]) -> bool:
    """Whether a header looks like a row: a national ID in it, or more numbers than words."""
    named = [name for name in names if name]
    numbers = [name for name in named if re.fullmatch(r"[\d.,/ -]+", name)]
    if any(len(re.sub(r"\D", "", name)) == _DIGITS_OF_AN_ID for name in numbers):
        return True
    return 2 * len(numbers) > len(named) and not all(len(name) == 4 for name in numbers)  # years


def _refuse_duplicates(names: Sequence[str]) -> None:
    seen: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if name and name in seen:
            raise Invalid(
                N_(
                    "The column “%(name)s” stands twice in the header (columns %(one)s and "
                    "%(other)s). Rename one of them."
                ),
                name=name[:80],
                one=seen[name],
                other=number,
            )
        seen[name] = number
