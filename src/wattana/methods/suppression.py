"""Which figures are too small to publish, and which others would give them away by subtraction.

Primary: a group of fewer than `threshold` units (neighbours know who is meant).
Complementary: where a total is published, one withheld part is the total less the other parts; so
further parts are withheld, the smallest first, until those withheld hold `threshold` units together
and are at least two. The rule looks at numbers of units only, never at the figures themselves, so
that no choice of figure, cut-off or weights changes what is withheld, and nothing can be read from
what is. (Hundepool et al., Statistical Disclosure Control, 2012, chapter 4.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class _Line:
    """Cells that add up to a total, which is published or withheld itself."""

    cells: tuple[int, ...]
    total_withheld: bool


def withheld(
    counts: Sequence[int], threshold: int, *, total_withheld: bool = False
) -> frozenset[int]:
    """The places of `counts` (units in each part of one total) that may not be published."""
    line = _Line(tuple(range(len(counts))), total_withheld)
    return _settled(counts, [line], threshold)


def withheld_cells(
    counts: Sequence[Sequence[int]],
    threshold: int,
    *,
    rows_withheld: Sequence[bool],
    columns_withheld: Sequence[bool] | None,
) -> list[frozenset[int]]:
    """For each row of a table the columns that may not be published.

    `rows_withheld`: whether the row's total is withheld; `columns_withheld` the same of columns,
    None where no totals of columns are published.
    """
    width = len(counts[0]) if counts else 0
    if not width:
        return [frozenset() for _ in counts]
    flat = [count for row in counts for count in row]
    lines = [
        _Line(tuple(range(row * width, (row + 1) * width)), hidden)
        for row, hidden in enumerate(rows_withheld)
    ]
    for column, hidden in enumerate(columns_withheld or ()):
        lines.append(_Line(tuple(range(column, len(flat), width)), hidden))
    cells = _settled(flat, lines, threshold)
    return [
        frozenset(cell % width for cell in cells if cell // width == row)
        for row in range(len(counts))
    ]


def withheld_of(
    counts: Sequence[int],
    sums: Sequence[Sequence[int]],
    threshold: int,
    *,
    anyway: frozenset[int] = frozenset(),
) -> frozenset[int]:
    """The places of `counts` that may not be published beside `sums` of some of them.

    `sums` are sets of places; a sum of fewer than `threshold` units is not published itself. Sums
    that cross each other are solved as an attacker would: no small count and no small sum follows
    from all together. `anyway`: places that are not published in any case.
    For tables of a page, not of a country: each step costs the cube of the number of cells.
    """
    lines = [
        _Line(tuple(cells), 0 < sum(counts[cell] for cell in cells) < threshold)
        for cells in sorted(sums, key=len)  # company in a short sum serves the long one, too
    ]
    hidden = anyway | _settled(counts, lines, threshold, anyway)
    known = [line.cells for line in lines if not line.total_withheld]
    small: list[tuple[int, ...]] = [
        (cell,) for cell, count in enumerate(counts) if 0 < count < threshold
    ]
    small += [line.cells for line in lines if line.total_withheld]
    left = sorted(
        set(range(len(counts))) - hidden, key=lambda cell: (not counts[cell], counts[cell])
    )
    while left and any(_follows(cells, hidden, known) for cells in small):
        hidden |= {left.pop(0)}  # the smallest, and those that are nought last
    return hidden


def _follows(cells: Sequence[int], hidden: Set[int], known: Sequence[Sequence[int]]) -> bool:
    """Whether the known sums, less the cells that are told, leave one answer only for a sum."""
    unknown = sorted(hidden)
    equations = np.array([[float(one in line) for one in unknown] for line in known])
    asked = np.array([[float(one in cells) for one in unknown]])
    rank = np.linalg.matrix_rank(equations) if len(equations) else 0
    return bool(
        np.linalg.matrix_rank(np.vstack([equations.reshape(-1, len(unknown)), asked])) == rank
    )


def withheld_in_tree(
    counts: Mapping[str, Sequence[int]], threshold: int
) -> dict[str, frozenset[int]]:
    """For each area of a tree what may not be published of it: 0 its total, 1 … its groups.

    `counts`: by code (two digits longer on each level) the units in all and in each of some groups
    that add up to all. From the top downwards, so that what is withheld of an area never depends on
    who looks or from where. What an area holds beyond its parts counts as one part more (its code
    followed by 00). No total above the topmost areas is published.
    """
    below: dict[str, list[str]] = defaultdict(list)
    for code in sorted(counts):
        below[code[:-2]].append(code)
    counts = {**counts, **_remainders(counts, below)}
    found: dict[str, frozenset[int]] = {}
    for parent in sorted(below, key=lambda code: (len(code), code)):
        found |= _family(
            [(code, counts[code]) for code in below[parent]], found.get(parent), threshold
        )
    return found


def _remainders(
    counts: Mapping[str, Sequence[int]], below: dict[str, list[str]]
) -> dict[str, list[int]]:
    """Adds to each area the part that lies in none of its parts; returns the counts of these."""
    found = {}
    for parent, children in below.items():
        if parent not in counts:
            continue
        inside = [sum(of) for of in zip(*(counts[child] for child in children), strict=True)]
        left = [whole - some for whole, some in zip(counts[parent], inside, strict=True)]
        if left[0] > 0:
            found[f"{parent}00"] = left
            children.append(f"{parent}00")
    return found


def _family(
    children: Sequence[tuple[str, Sequence[int]]], above: frozenset[int] | None, threshold: int
) -> dict[str, frozenset[int]]:
    """What is withheld of the areas directly below one; `above` what is withheld of that one."""
    totals = [of[0] for _, of in children]
    if above is None:
        hidden = frozenset(n for n, count in enumerate(totals) if 0 < count < threshold)
    else:
        hidden = withheld(totals, threshold, total_withheld=0 in above)
    groups = len(children[0][1]) - 1
    cells = withheld_cells(
        [of[1:] for _, of in children],
        threshold,
        rows_withheld=[n in hidden for n in range(len(children))],
        columns_withheld=None if above is None else [n + 1 in above for n in range(groups)],
    )
    return {
        code: frozenset(cell + 1 for cell in cells[n]) | ({0} if n in hidden else set())
        for n, (code, _) in enumerate(children)
    }


def sum_withheld(parts: Sequence[tuple[int, bool]], threshold: int) -> bool:
    """Whether a sum of parts (units, withheld) would give a withheld part away, or is too small."""
    hidden = [count for count, is_withheld in parts if is_withheld and count]
    whole = sum(count for count, _ in parts)
    if 0 < whole < threshold:
        return True
    return bool(hidden) and (len(hidden) < 2 or sum(hidden) < threshold)


def _settled(
    counts: Sequence[int],
    lines: Sequence[_Line],
    threshold: int,
    anyway: frozenset[int] = frozenset(),
) -> frozenset[int]:
    """Withhold cells until no line gives one away; everything where that cannot be had."""
    hidden = anyway | {cell for cell, count in enumerate(counts) if 0 < count < threshold}
    pinned = _pinned(counts, lines)
    unsettled = True
    while unsettled:
        unsettled = False
        for line in lines:
            if _is_safe(line, counts, hidden, threshold):
                continue
            open_cells = [
                (counts[cell], cell)
                for cell in line.cells
                if counts[cell] and cell not in hidden and cell not in pinned
            ]
            if not open_cells:
                return frozenset(cell for cell, count in enumerate(counts) if count)
            hidden |= {min(open_cells)[1]}
            unsettled = True
    return hidden


def _pinned(counts: Sequence[int], lines: Sequence[_Line]) -> set[int]:
    """Cells that are the only ones of a published total: it tells them anyway."""
    found = set()
    for line in lines:
        held = [cell for cell in line.cells if counts[cell]]
        if len(held) == 1 and not line.total_withheld:
            found.add(held[0])
    return found


def _is_safe(line: _Line, counts: Sequence[int], hidden: Set[int], threshold: int) -> bool:
    inside = [counts[cell] for cell in line.cells if cell in hidden and counts[cell]]
    if not inside:
        return not line.total_withheld or not any(counts[cell] for cell in line.cells)
    if line.total_withheld:
        return sum(inside) >= threshold or len(inside) == sum(
            1 for cell in line.cells if counts[cell]
        )
    return sum(inside) >= threshold and len(inside) > 1
