from __future__ import annotations

import json
from importlib import import_module

import pytest
from django.apps import apps

from tests import factories
from wattana.areas import actions, queries
from wattana.areas.models import Area, Boundary, BoundarySource, RetiredCode
from wattana.kernel.problems import Invalid, NotFound


@pytest.fixture
def file(tmp_path):
    def write(content, name="file"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def geojson(file):
    """Write a FeatureCollection of features (properties, geometry or ring)."""

    def write(*features, **top):
        made = [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": shape
                if isinstance(shape, dict)
                else {"type": "Polygon", "coordinates": [shape]},
            }
            for properties, shape in features
        ]
        top.setdefault("attribution", "A survey department")
        content = {"type": "FeatureCollection", "features": made} | top
        return file(json.dumps(content), "map.geojson")

    return write


SQUARE = [[104.2, 15.2], [104.3, 15.2], [104.3, 15.3], [104.2, 15.3], [104.2, 15.2]]


@pytest.mark.django_db
def test_all_of_thailand_is_loaded_and_loading_again_changes_nothing():
    seen = []
    actions.load_areas(progress=lambda done, total: seen.append((done, total)))
    before = list(Area.objects.values_list())
    retired = list(RetiredCode.objects.order_by("code").values_list())
    actions.load_areas()
    assert list(Area.objects.values_list()) == before
    assert list(RetiredCode.objects.order_by("code").values_list()) == retired
    assert Area.objects.filter(code__startswith="33", level=6).count() == 206
    assert seen[-1][0] == seen[-1][1] == len(before)


@pytest.mark.django_db
def test_loading_mends_a_name_and_keeps_villages():
    actions.load_areas()
    Area.objects.filter(code="330103").update(name_th="ผิด")
    factories.area("33010301")
    actions.load_areas()
    assert queries.area("330103").name_th == "คูซอด"
    assert queries.area("33010301").parent_id == "330103"


@pytest.mark.django_db
def test_loading_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(120):
        actions.load_areas()


def test_every_successor_is_an_area_in_use(thailand):
    codes = set(Area.objects.values_list("code", flat=True))
    for retired in RetiredCode.objects.all():
        assert set(retired.successors) <= codes


def test_villages_are_made_once_and_keep_their_names(two_provinces):
    assert actions.ensure_villages(["33010301", "33010312", "33010301"]) == 2
    Area.objects.filter(code="33010301").update(name_th="บ้านคูซอด")
    assert actions.ensure_villages(["33010301"]) == 0
    assert queries.area("33010301").name_th == "บ้านคูซอด"
    assert queries.area("33010312").name_th == "หมู่ 12"


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("330103", Invalid, "8 digits"),
        ("33010300", Invalid, "no village number"),
        ("33019901", Invalid, "no longer in use"),
        ("33999901", NotFound, "no area"),
        ("๓๓๐๑๐๓๐๑", Invalid, "8 digits"),
    ],
)
def test_a_village_needs_a_tambon_in_use_and_then_none_is_made(two_provinces, code, kind, words):
    with pytest.raises(kind, match=words):
        actions.ensure_villages(["33010301", code])
    assert not Area.objects.filter(level=8).exists()


def test_the_villages_of_sisaket_are_imported_and_again_without_change(two_provinces, shared):
    path = shared / "data" / "sisaket_villages.csv"
    report = actions.import_villages(path)
    assert (report.rows, report.written, report.faults) == (2633, 2633, [])
    before = list(Area.objects.filter(level=8).values_list())
    actions.import_villages(path)
    assert list(Area.objects.filter(level=8).values_list()) == before
    assert queries.area("33010304").name_th == "บ้านดงเปือย"


@pytest.mark.parametrize(
    "content",
    [
        "village_code,name_th\n33010301,บ้านคูซอด\n",
        "﻿รหัสหมู่บ้าน;ชื่อหมู่บ้าน\r\n๓๓๐๑๐๓๐๑;บ้านคูซอด\r\n",
        "name_th\tvillage_code\nบ้านคูซอด\tTH33010301\n\n",
        "village_code,name_th\n33010301,บ้านคูซอด\n".encode("tis-620"),
    ],
)
def test_villages_come_from_tables_of_several_makes(two_provinces, file, content):
    assert actions.import_villages(file(content)).written == 1
    assert queries.area("33010301").name_th == "บ้านคูซอด"


def test_bad_villages_are_named_by_line_and_nothing_is_written(two_provinces, file):
    path = file(
        "village_code,name_th\n33010301,บ้านคูซอด\n33999901,บ้านไกล\n3301030,บ้านสั้น\n"
        "33010301,บ้านซ้ำ\n33010302,\n33010801,บ้านเก่า\n"
    )
    report = actions.import_villages(path)
    assert [fault.row for fault in report.faults] == [3, 4, 5, 6, 7]
    assert "332004" in str(report.faults[-1].problem)
    assert (report.rows, report.written) == (6, 0)
    assert not Area.objects.filter(level=8).exists()
    assert actions.import_villages(path, accept_valid=True).written == 1
    assert queries.area("33010301").name_th == "บ้านคูซอด"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\x89PNG\0\0", "not a text file"),
        ("a,b\n1,2\n", "first line"),
        ('village_code,name_th\n33010301,"' + "x" * 200_000, "not a table"),
    ],
)
def test_an_unusable_village_file_is_named(two_provinces, file, content, words):
    with pytest.raises(Invalid, match=words):
        actions.import_villages(file(content))


def test_a_file_beyond_the_limit_is_refused_unread(two_provinces, file, settings):
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(Invalid, match="larger"):
        actions.import_villages(file("village_code,name_th\n"))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("sisaket_tambons", 206),
        ("sisaket_districts", 22),
        ("sisaket_province", 1),
        ("mueang_sisaket_pilot15", 15),
    ],
)
def test_the_boundaries_of_sisaket_are_loaded(two_provinces, shared, name, count):
    path = shared / "data" / "geo" / f"{name}.geojson"
    report = actions.load_boundaries(path)
    assert (report.written, report.faults) == (count, [])
    actions.load_boundaries(path)
    assert Boundary.objects.count() == count
    [source] = BoundarySource.objects.all()
    assert source.name == name
    assert "CC BY-IGO" in source.attribution


@pytest.mark.parametrize(
    "properties",
    [
        {"code": "330103"},
        {"pcode": "TH330103"},
        {"ADM3_PCODE": "TH330103", "ADM2_PCODE": "TH3301", "ADM1_PCODE": "TH33"},
        {"adm3_pcode": "TH330103"},
        {"TAM_CODE": 330103, "PROV_CODE": 33},
        {"id": "330103"},
    ],
)
def test_the_code_is_found_under_common_names(two_provinces, geojson, properties):
    actions.load_boundaries(geojson((properties, SQUARE)))
    assert Boundary.objects.get().area_id == "330103"


def test_the_given_attribution_stands_before_that_of_the_file(two_provinces, geojson):
    actions.load_boundaries(geojson(({"code": "33"}, SQUARE)), attribution="Somebody else")
    assert BoundarySource.objects.get().attribution == "Somebody else"


def test_without_attribution_nothing_is_loaded(two_provinces, geojson):
    path = geojson(({"code": "33"}, SQUARE), attribution="")
    with pytest.raises(Invalid, match="--attribution"):
        actions.load_boundaries(path)
    assert not Boundary.objects.exists()


FAULTS = [
    ({"code": "339999"}, SQUARE, "no area with the code 339999"),
    ({"code": "330108"}, SQUARE, "no longer in use"),
    ({"name": "คูซอด"}, SQUARE, "no area code"),
    ({"code": "อยู่ยาก"}, SQUARE, "not an area code"),
    ({"code": "330103"}, {"type": "Point", "coordinates": [104, 15]}, "not a polygon"),
    ({"code": "330103"}, None, "not a polygon|at least four"),
    ({"code": "330103"}, {"type": "Polygon", "coordinates": []}, "not a polygon"),
    ({"code": "330103"}, SQUARE[:3], "at least four"),
    ({"code": "330103"}, SQUARE[:4], "at least four"),
    ({"code": "330103"}, [[y, x] for x, y in SQUARE], "longitude first"),
    ({"code": "330103"}, [[x * 5000, y * 100000] for x, y in SQUARE], "WGS84"),
    ({"code": "330103"}, [["a", "b"]] * 4, "WGS84"),
    ({"code": "330103"}, [[None, 15]] * 4, "WGS84"),
    ({"code": "330103"}, [7] * 4, "at least four"),
]


@pytest.mark.parametrize(("properties", "shape", "words"), FAULTS)
def test_a_bad_feature_is_named_and_holds_back_the_good_ones(
    two_provinces, geojson, properties, shape, words
):
    path = geojson(({"code": "330104"}, SQUARE), (properties, shape))
    report = actions.load_boundaries(path)
    [fault] = report.faults
    assert fault.row == 2
    with pytest.raises(type(fault.problem), match=words):
        raise fault.problem
    assert (report.rows, report.written) == (2, 0)
    assert not Boundary.objects.exists()
    assert actions.load_boundaries(path, accept_valid=True).written == 1
    assert Boundary.objects.get().area_id == "330104"


def test_a_code_that_stands_twice_is_named(two_provinces, geojson):
    report = actions.load_boundaries(geojson(({"code": "33"}, SQUARE), ({"pcode": "TH33"}, SQUARE)))
    assert "twice" in str(report.faults[0].problem)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b'{"type": "FeatureCollection", "features": [', "line 1, column"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "FeatureCollection"),
        (b'{"type": "Topology"}', "FeatureCollection"),
        (b'{"features": {}}', "FeatureCollection"),
        (b'{"features": [], "attribution": "x"}', "no features"),
        (b"PK\x03\x04\0", "it is no text in UTF-8"),
    ],
)
def test_what_is_no_geojson_is_named(two_provinces, file, content, words):
    with pytest.raises(Invalid, match=words):
        actions.load_boundaries(file(content))


def test_a_foreign_coordinate_system_is_named_and_wgs84_is_not(two_provinces, geojson):
    foreign = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32648"}}
    with pytest.raises(Invalid, match="EPSG::32648"):
        actions.load_boundaries(geojson(({"code": "33"}, SQUARE), crs=foreign))
    wgs84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert actions.load_boundaries(geojson(({"code": "33"}, SQUARE), crs=wgs84)).written == 1


def test_a_new_file_replaces_what_it_covers_and_keeps_the_rest(two_provinces, geojson):
    actions.load_boundaries(geojson(({"code": "330103"}, SQUARE), ({"code": "330104"}, SQUARE)))
    actions.load_boundaries(geojson(({"code": "330104"}, SQUARE)), attribution="New")
    loaded = dict(Boundary.objects.values_list("area_id", "source__attribution"))
    assert loaded == {"330103": "A survey department", "330104": "New"}
    actions.load_boundaries(geojson(({"code": "330103"}, SQUARE)), attribution="Newest")
    assert set(BoundarySource.objects.values_list("attribution", flat=True)) == {"New", "Newest"}


@pytest.mark.django_db
def test_villages_of_a_list_are_told_from_those_that_a_number_made(file):
    factories.area("330105")
    actions.ensure_villages(["33010501", "33010502", "33010505"])
    assert (queries.villages("330105").told(), queries.villages("330105").listed) == (
        "1–2, 5",
        False,
    )
    actions.import_villages(file("village_code,name_th\n33010505,บ้านจาน\n"))
    assert queries.villages("330105").listed
    assert queries.villages("330101") == queries.Villages(frozenset(), False)


@pytest.mark.django_db
@pytest.mark.parametrize(("demo", "listed"), [(True, True), (False, False)])
def test_villages_of_a_demo_made_before_lists_were_known_count_as_listed(demo, listed):
    factories.agreement(factories.organization(), is_demo=demo)
    actions.ensure_villages(["33010377"])
    migration = import_module("wattana.accounts.migrations.0003_villages_of_demos")
    migration.list_villages(apps, None)
    assert Area.objects.get(code="33010377").listed is listed
