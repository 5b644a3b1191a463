from __future__ import annotations

import csv
import re

import pytest

from tests import factories
from wattana.areas import actions, queries
from wattana.areas.models import Area
from wattana.kernel.problems import Invalid, NotFound

pytestmark = pytest.mark.usefixtures("two_provinces")


def test_children_come_by_code():
    assert [one.code for one in queries.children("3301")][:3] == ["330101", "330102", "330103"]
    assert len(queries.children("33")) == 22
    assert [one.code for one in queries.children("")] == ["10", "33"]


def test_a_breadcrumb_leads_from_the_province_down():
    path = queries.breadcrumb("330103")
    assert [(one.code, one.name_th) for one in path] == [
        ("33", "ศรีสะเกษ"),
        ("3301", "เมืองศรีสะเกษ"),
        ("330103", "คูซอด"),
    ]


@pytest.mark.parametrize("code", ["330108", "339999", "99", "", "33010", "x"])
def test_a_code_not_in_use_has_neither_area_nor_breadcrumb(code):
    with pytest.raises(NotFound):
        queries.area(code)
    with pytest.raises(NotFound):
        queries.breadcrumb(code)


def test_a_code_in_use_is_current():
    assert queries.current("330103").name_th == "คูซอด"


def test_every_abolished_code_of_sisaket_leads_to_its_successor_or_asks(shared):
    path = shared / "data" / "sisaket_abolished_tambon_codes.csv"
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 56
    for row in rows:
        if row["successor_codes"]:
            assert queries.current(row["old_code"]).code == row["successor_codes"]
        else:
            with pytest.raises(Invalid, match=r"no longer in use.*33\d{4}"):
                queries.current(row["old_code"])


@pytest.mark.parametrize(
    ("code", "candidates"),
    [
        ("330410", ["331901", "332102"]),  # เสียว lies in two districts today
        ("330316", ["331503"]),  # ตองบิด is written ตองปิด today
        ("104701", ["104702", "104703"]),  # split in two by notice
        ("33041002", ["331901", "332102"]),  # a village of a retired tambon
        ("33010803", ["332004"]),
    ],
)
def test_an_ambiguous_code_names_its_candidates_and_no_others(code, candidates):
    with pytest.raises(Invalid) as caught:
        queries.current(code)
    assert re.findall(r"\d{6}", caught.value.params["candidates"]) == candidates


@pytest.mark.parametrize("code", ["999999", "330153"])
def test_a_code_that_never_was_is_not_found(code):
    with pytest.raises(NotFound):
        queries.current(code)


@pytest.mark.parametrize(
    ("name", "within", "code"),
    [
        ("คูซอด", "3301", "330103"),
        ("ต.คูซอด", "33", "330103"),
        ("ตำบล คูซอด", "33", "330103"),
        ("ศรีสะเกษ", "", "33"),
        ("จังหวัดศรีสะเกษ", "", "33"),
        ("อ.เมือง", "33", "3301"),
        ("อำเภอเมืองศรีสะเกษ", "33", "3301"),
        ("ต.ยางชุมน้อย", "33", "330201"),
        ("อ.ยางชุมน้อย", "33", "3302"),
        ("นํ้าคํา", "3301", "330122"),
        ("ห้วยติ๊กชู", "33", "331703"),
        ("พระนคร", "10", "1001"),
        ("เขตพระนคร", "10", "1001"),
    ],
)
def test_a_name_is_found_within_its_area(name, within, code):
    assert queries.find(name, within=within).code == code


def test_a_level_tells_the_district_from_the_tambon_of_its_name():
    assert queries.find("ยางชุมน้อย", within="33", level=4).code == "3302"
    with pytest.raises(Invalid, match=r"3302.*330201"):
        queries.find("ยางชุมน้อย", within="33")


@pytest.mark.parametrize("name", ["จาน", "โพธิ์", "หนองแก้ว", "หนองไฮ", "เสียว", "ดู่", "ปราสาท", "ตูม"])
def test_names_that_repeat_in_sisaket_are_never_joined_alone(name):
    with pytest.raises(Invalid, match="choose one"):
        queries.find(f"ต.{name}", within="33")


@pytest.mark.parametrize(
    ("name", "within"),
    [("อยู่ยาก", "33"), ("หนองแก", "3301"), ("คูซอด", "3302"), ("", "33"), ("คูซอด", "")],
)
def test_a_name_that_is_not_there_is_not_found(name, within):
    with pytest.raises(NotFound):
        queries.find(name, within=within)


def test_a_slip_in_a_name_is_told_with_the_name_that_is_like_it():
    with pytest.raises(NotFound) as refusal:
        queries.find("คูสอด", within="3301", level=6)
    assert "คูซอด (330103)" in refusal.value.params["candidates"].th
    with pytest.raises(NotFound) as refusal:
        queries.find("บางรัก", within="3301", level=6)
    assert "candidates" not in refusal.value.params


def test_no_two_tambons_of_a_district_fold_to_one_spelling():
    actions.load_areas()
    seen = set()
    for area in Area.objects.filter(level=6):
        spelling = (area.parent_id, queries.folded(area.name_th))
        assert spelling not in seen, area.code
        seen.add(spelling)


def test_villages_of_one_name_are_told_apart_by_code():
    for code, name in [("33010301", "บ้านคูซอด"), ("33010302", "บ้านคูซอด"), ("33010303", "บ้านแดง")]:
        factories.area(code)
        Area.objects.filter(code=code).update(name_th=name)
    assert queries.find("แดง", within="330103").code == "33010303"
    with pytest.raises(Invalid, match=r"33010301.*33010302"):
        queries.find("บ้านคูซอด", within="330103")


def test_without_boundaries_there_are_no_shapes():
    found = queries.boundaries_of("3301")
    assert (list(found.shapes), list(found.attributions)) == ([], [])


def test_boundaries_of_a_level_carry_their_attribution(shared):
    actions.load_boundaries(shared / "data" / "geo" / "sisaket_tambons.geojson")
    assert len(queries.boundaries_of("3301").shapes) == 18
    whole = queries.boundaries_of("33", 6)
    assert len(whole.shapes) == 206
    assert whole.shapes[2].code == "330103"
    assert whole.shapes[2].name_th == "คูซอด"
    assert len(whole.attributions) == 1
    assert "Royal Thai Survey Department" in whole.attributions[0]


@pytest.mark.parametrize("count", [0, 1, 2, 15, 22, 206])
def test_tiles_form_a_near_square_in_the_order_of_codes(count):
    codes = [f"33{n:04}" for n in range(count)]
    tiles = queries.tile_grid(reversed(codes))
    assert sorted(tiles, key=lambda code: tiles[code][::-1]) == codes
    assert len(set(tiles.values())) == count
    if count:
        columns = max(column for column, _row in tiles.values()) + 1
        rows = max(row for _column, row in tiles.values()) + 1
        assert 0 <= columns - rows <= 1
