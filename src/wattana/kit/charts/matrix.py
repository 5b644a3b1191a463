"""From which state to which: a table whose cells are shaded by their share of the row.

A table, so that it is its own alternative: headers for the screen reader, figures as text; the
shade is SVG behind them, which the content policy lets pass and printers print.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.scales import Scale, as_percent
from wattana.kit.charts.svg import tag, words

ROW_SHARES = Scale(
    (0.05, 0.2, 0.4, 0.6),
    palette.LITTLE_TO_WHOLE,
    ("0–4%", "5–19%", "20–39%", "40–59%", "60–100%"),
    as_percent,
)


@dataclass(frozen=True)
class Cell:
    """How many went this way and their share of the row (0 … 1); None: withheld or unknown.

    `note` stands below in small letters, for example the interval.
    """

    count: int | None
    share: float | None
    note: str = ""


def matrix(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    *,
    caption: str,
    corner: str,
    none: str = "–",
) -> SafeString:
    """A table of `rows` (before) by `columns` (after); cells of equal place are marked as stayed.

    `corner` says in the upper left what rows and columns are; `none` stands for a withheld cell.
    On a phone each row is a card, each cell a line of it.
    """
    head = tag("tr", tag("th", words(corner), scope="col", class_="matrix-corner"),
               *[tag("th", words(name), scope="col") for name in columns])  # fmt: skip
    body = [
        tag("tr", tag("th", words(name), scope="row"),
            *[_cell(cell, none, f"→ {columns[column]}", stayed=row == column)
              for column, cell in enumerate(line)])
        for row, (name, line) in enumerate(zip(rows, cells, strict=True))
    ]  # fmt: skip
    return tag("table", tag("caption", words(caption)), tag("thead", head), tag("tbody", *body),
               class_="matrix table-cards")  # fmt: skip


def _cell(cell: Cell, none: str, label: str, *, stayed: bool) -> SafeString:
    tone = ROW_SHARES.tone(cell.share)
    side = "light" if tone.ink == palette.PAPER else "dark"
    kind = f"matrix-cell tile-{side}{' matrix-stayed' if stayed else ''}"
    if cell.count is None:
        return tag("td", tag("span", words(none)), class_=f"{kind} matrix-none", data_label=label)
    shade = tag("svg", tag("rect", width="100%", height="100%", fill=tone.fill), aria_hidden="true")
    share = "" if cell.share is None else tag("strong", words(as_percent(cell.share)))
    note = tag("small", words(cell.note)) if cell.note else ""
    return tag("td", shade, share, tag("span", words(f"{cell.count:,}")), note,
               class_=kind, data_label=label)  # fmt: skip
