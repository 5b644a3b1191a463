"""A list of households as CSV or XLSX: streamed, in the language of the page, harmless in Excel."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from typing import IO, Any

from django.utils.translation import gettext

from wattana.accounts.viewer import Viewer
from wattana.areas.models import Area
from wattana.kernel import keys
from wattana.kernel.later import Later
from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.kit.cells import harmless
from wattana.kit.templatetags.wattana import in_language
from wattana.registry import naming
from wattana.registry.models import Household
from wattana.registry.queries.filters import Filters
from wattana.registry.queries.lists import Row, every_row
from wattana.registry.queries.places import places

xlsxwriter = Later("xlsxwriter")
KINDS = ("csv", "xlsx")
MOST_ROWS_OF_A_SHEET = 1_048_575
_BOM = "\ufeff"  # without it Excel reads Thai as noise
_LINES = 500  # of CSV in one piece

Cell = str | int | float | None


def csv_file(viewer: Viewer, filters: Filters) -> Iterator[str]:
    """The list as pieces of CSV text."""
    lines = csv.writer(_Line())
    yield _BOM + lines.writerow(header())
    piece: list[str] = []
    for cells in table(viewer, filters):
        piece.append(lines.writerow(cells))
        if len(piece) == _LINES:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)


def xlsx_file(viewer: Viewer, filters: Filters, rows: int) -> IO[bytes]:
    """The list as a workbook in a temporary file, which vanishes when it is closed.

    Raises `Invalid` when there are more rows than a sheet holds, `Conflict` on a full disk.
    """
    if rows > MOST_ROWS_OF_A_SHEET:
        raise Invalid(
            N_("A sheet holds at most %(most)s rows. Narrow the list or choose CSV."),
            most=f"{MOST_ROWS_OF_A_SHEET:,}",
        )
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    try:
        with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            _write(sheet, 0, header())
            for line, cells in enumerate(table(viewer, filters), 1):
                _write(sheet, line, cells)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        file.close()
        raise Conflict(
            N_("The file could not be written: the disk may be full. Tell your administrator.")
        ) from error
    file.seek(0)
    return file


def header() -> list[str]:
    """The titles of the columns, in the language of the page."""
    return [
        gettext("Record"), gettext("Household code"), gettext("House code"), gettext("Area code"),
        gettext("Province"), gettext("District"), gettext("Tambon"), gettext("Village"),
        gettext("House number"), gettext("Head of household"), gettext("Members"),
        gettext("List status"), gettext("Level"), gettext("Level name"), gettext("Score (1–4)"),
        gettext("Completeness (%)"), gettext("Surveyed on (year-month-day, CE)"),
    ]  # fmt: skip


def table(viewer: Viewer, filters: Filters) -> Iterator[list[Cell]]:
    """The rows of the list as cells; text that a spreadsheet would run is made harmless."""
    areas: dict[str, Area] = {}

    @cache
    def place(code: str) -> list[str]:
        areas.update(places({code}))
        return _place(code, areas)

    for row in every_row(viewer, filters):
        yield [harmless(cell) if isinstance(cell, str) else cell for cell in _cells(row, place)]


def _cells(row: Row, place: Any) -> list[Cell]:
    return [
        keys.to_text(row.id),
        row.household_code,
        row.house_code,
        row.area,
        *place(row.area),
        row.house_no,
        row.head,
        row.members,
        str(Household.ListStatus(row.list_status).label),
        row.level,
        _level(row),
        row.score / 1000 if row.score else None,
        row.completeness,
        row.surveyed_on.isoformat() if row.surveyed_on else None,
    ]


def _level(row: Row) -> str | None:
    if row.level:
        return naming.level_name(row.level)
    return gettext("consent withdrawn") if row.withdrawn else None


def _place(code: str, areas: Mapping[str, Area]) -> list[str]:
    names = [in_language(areas[code[:n]]) if len(code) >= n else "" for n in (2, 4, 6)]
    return [*names, naming.area_label(areas[code]) if len(code) == 8 else ""]


def _write(sheet: Any, line: int, cells: list[Cell]) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            sheet.write_string(line, column, cell)
        elif cell is not None:
            sheet.write_number(line, column, cell)


class _Line:
    """A file that gives back each line that is written to it."""

    def write(self, text: str) -> str:
        return text
