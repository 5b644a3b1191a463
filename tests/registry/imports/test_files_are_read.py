"""Files as they come: encodings, delimiters, headers, workbooks, and what is no table at all."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter

from tests.registry.imports.tables import table
from wattana.kernel.problems import Invalid
from wattana.registry.imports import files, workbooks
from wattana.registry.imports.files import Irregular, open_source

ROWS = [["บ้านเลขที่", "หมู่ที่"], ["25/2", "3"], ["26", "๔"]]


def read(path: Path, **options: object) -> list[tuple[object, ...]]:
    """(line, width, cells …) of every row."""
    source = open_source(path, **options)
    try:
        return rows_of(source.batches())
    except Irregular:
        return rows_of(source.batches(careful=True))


def rows_of(batches: Iterable[pa.RecordBatch]) -> list[tuple[object, ...]]:
    return [
        row
        for batch in batches
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    ]


def saved(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(folder: Path, rows: list[list[object]], *, first: int = 0) -> Path:
    path = folder / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "d-mmm"})
    sheet = book.add_worksheet("ครัวเรือน")
    for line, row in enumerate(rows, first):
        for column, cell in enumerate(row):
            sheet.write(line, column, cell)
    book.close()
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp874", "tis-620"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter_gives_the_same_rows(
    tmp_path: Path, encoding: str, delimiter: str
):
    path = saved(tmp_path, table(*ROWS, delimiter=delimiter).encode(encoding))
    assert open_source(path).header.names == ROWS[0]
    assert read(path) == [(2, None, "25/2", "3"), (3, None, "26", "๔")]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path):
    path = saved(tmp_path, 'ก,ข\n1,"two\nlines"\n\n3,x\n')
    assert read(path) == [(2, None, "1", "two\nlines"), (5, None, "3", "x")]


def test_windows_line_ends_and_empty_rows_at_the_end_do_no_harm(tmp_path: Path):
    path = saved(tmp_path, "ก,ข\r\n1,2\r\n,\r\n , \r\n\r\n")
    assert read(path) == [(2, None, "1", "2")]


def test_rows_of_another_width_are_noted_and_kept(tmp_path: Path):
    path = saved(tmp_path, "ก,ข\n1,2,3\n4\n5,6,,\n")
    assert read(path) == [(2, 3, "1", "2"), (3, 1, "4", ""), (4, None, "5", "6")]


def test_titles_above_the_header_are_passed_over(tmp_path: Path):
    path = saved(tmp_path, "รายชื่อครัวเรือน ปี 2568,,\n,,\nชื่อ,สกุล,หมู่\nก,ข,1\n")
    assert open_source(path).header.line == 3
    assert read(path) == [(4, None, "ก", "ข", "1")]


@pytest.mark.parametrize("careful", [False, True])
def test_a_guard_before_a_formula_is_no_part_of_a_cell(tmp_path: Path, careful: bool):
    path = saved(tmp_path, table(["'-ก", "ข"], ["'-", "'=1+1"], ["'ก", "25/2"]))
    source = open_source(path)
    assert source.header.names == ["-ก", "ข"]
    assert rows_of(source.batches(careful=careful)) == [
        (2, None, "-", "=1+1"), (3, None, "'ก", "25/2"),
    ]  # fmt: skip
    book = workbook(tmp_path, [["ก"], ["'-"]])
    assert read(book) == [(2, None, "-")]


@pytest.mark.parametrize(
    "first", ["25/2,3,330103,สมชาย,ใจดี", "สมชาย,ใจดี,เกษตรกร,9-1234-56789-01-2,บ้านหนอง"]
)
def test_a_file_without_names_of_columns_says_so(tmp_path: Path, first: str):
    path = saved(tmp_path, f"{first}\n{first}\n")
    with pytest.raises(Invalid, match="not the names of the columns"):
        open_source(path)


def test_years_may_be_names_of_columns(tmp_path: Path):
    path = saved(tmp_path, "รหัส,2565,2566,2567\n1,2,3,4\n")
    assert open_source(path).header.line == 1


def test_the_header_line_may_be_said(tmp_path: Path):
    path = saved(tmp_path, "a,b\nชื่อ,สกุล\nก,ข\n")
    assert open_source(path, header_line=2).header.names == ["ชื่อ", "สกุล"]
    with pytest.raises(Invalid):
        open_source(path, header_line=9)


def test_the_quick_reader_and_the_careful_one_agree(tmp_path: Path):
    path = saved(tmp_path, table(["ก", "ข", "ค"], *[[n, f'“{n}” "x", y', " "] for n in range(500)]))
    source = open_source(path)
    assert rows_of(source.batches()) == rows_of(source.batches(careful=True))


@pytest.mark.parametrize("content", ['ก,ข\n1,"two\nlines"\n', "ก,ข\n1\n", "ก,ข\n1,2,3\n"])
def test_the_quick_reader_leaves_odd_files_to_the_careful_one(tmp_path: Path, content: str):
    source = open_source(saved(tmp_path, content))
    with pytest.raises(Irregular):
        list(source.batches())


def test_cells_of_a_workbook_become_what_a_person_reads(tmp_path: Path):
    path = workbook(tmp_path, [["เลขประจำตัว", "บ้านเลขที่", "รายได้", "มี"],
                               [9330100001018.0, dt.date(2025, 2, 25), 1500.5, True]])  # fmt: skip
    assert read(path) == [(2, None, "9330100001018", "2025-02-25", "1500.5", "TRUE")]


def test_rows_of_a_workbook_keep_their_numbers(tmp_path: Path):
    path = workbook(tmp_path, [["ก", "ข"], ["1", "2"], ["", ""], ["3", "4"]], first=2)
    assert [row[0] for row in read(path)] == [4, 6]


def test_a_sheet_may_be_chosen(tmp_path: Path):
    path = workbook(tmp_path, [["ก"], ["1"]])
    assert read(path, sheet="ครัวเรือน") == [(2, None, "1")]
    with pytest.raises(Invalid, match="no sheet"):
        open_source(path, sheet="อื่น")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><table></table>", "web page"),
        (b'{"a": 1}', "JSON"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old Excel"),
        (b"a,b\n\x00\x01\x02", "not a text file"),
        ("ชื่อ,สกุล\nก,ข".encode() + b"\xff\xfd\n", "letters of the file"),
        (b'a,b\n1,"not closed\n2,3\n', "line 2"),
        (b"a,b,a\n1,2,3\n", "stands twice"),
        (b"PK\x03\x04 no zip behind it", "cannot be opened"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(tmp_path: Path, content: bytes, message: str):
    with pytest.raises(Invalid, match=message):
        read(saved(tmp_path, content))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, settings):
    settings.IMPORT_MAX_BYTES = 150 * 1024 * 1024
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(Invalid, match="larger than 150 MB"):
        open_source(path)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 5_000_000)
    path = workbook(tmp_path, [["ก"], ["1"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"0" * 20_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(Invalid, match="unpacks to more"):
        open_source(path)


def test_a_zip_bomb_is_left_long_before_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbooks, "SUSPICIOUS", 2 * 1024 * 1024)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 5_000_000)
    with pytest.raises(Invalid, match="more than 2 MB"):
        open_source(path)


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 5_000_000)
    path = workbook(tmp_path, [["ก"], ["1"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/big.xml", b"0" * 20_000_000)
    content = path.read_bytes().replace((20_000_000).to_bytes(4, "little"), b"\x10\x00\x00\x00")
    with pytest.raises(Invalid, match="unpacks to more"):
        open_source(saved(tmp_path, content, "lies.xlsx"))


def test_a_sheet_of_absurd_extent_is_refused(tmp_path: Path):
    path = tmp_path / "wide.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "ก")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(Invalid, match="spans too many cells"):
        open_source(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path):
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "x")
    with pytest.raises(Invalid, match="cannot be opened"):
        open_source(path)


@pytest.mark.parametrize("block", [1, 2, 7, 1 << 22])
@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("รหัส,ชื่อ\nHC1,สมศรี\n".encode(), "utf-8"),
        ("สมศรีไม่ขึ้นบรรทัดใหม่".encode(), "utf-8"),
        ("รหัส\n".encode() + "ชื่อ\nสมศรี".encode("cp874"), "cp874"),
    ],
)
def test_the_encoding_is_that_of_the_whole_file_however_it_is_read(
    tmp_path: Path, monkeypatch, block: int, content: bytes, encoding: str
):
    monkeypatch.setattr(files, "_BLOCK", block)
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    assert files._encoding_of(path) == encoding
