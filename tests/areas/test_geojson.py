from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattana.areas.geojson import label_point, read_collection, read_outline
from wattana.kernel.problems import Invalid

SQUARE = [[100, 10], [101, 10], [101, 11], [100, 11], [100, 10]]
U_SHAPE = [[100, 10], [103, 10], [103, 13], [102, 13], [102, 11], [101, 11], [101, 13], [100, 13],
           [100, 10]]  # fmt: skip


def _inside(ring, x, y):
    """Ray casting, written apart from what it tests."""
    within = False
    for at in range(len(ring) - 1):
        (ax, ay), (bx, by) = ring[at], ring[at + 1]
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            within = not within
    return within


def test_a_square_is_labelled_in_its_middle():
    assert label_point([[SQUARE]]) == (100.5, 10.5)


def test_a_u_is_labelled_inside_and_not_in_its_gap():
    assert _inside(U_SHAPE, *label_point([[U_SHAPE]]))


def test_a_hole_is_not_labelled():
    hole = [[100.2, 10.2], [100.8, 10.2], [100.8, 10.8], [100.2, 10.8], [100.2, 10.2]]
    x, y = label_point([[SQUARE, hole]])
    assert _inside(SQUARE, x, y)
    assert not _inside(hole, x, y)


def test_the_largest_island_is_labelled():
    small = [[104, 14], [104.1, 14], [104.1, 14.1], [104, 14.1], [104, 14]]
    assert label_point([[small], [SQUARE]]) == (100.5, 10.5)


def test_a_line_without_area_has_a_label_all_the_same():
    assert label_point([[[[100, 10], [101, 10], [100, 10], [100, 10]]]]) == (100, 10)


@given(st.lists(st.integers(10, 90), min_size=5, max_size=12))
def test_a_star_is_labelled_inside(radii):
    step = 2 * math.pi / len(radii)
    ring = [
        [100 + r / 100 * math.cos(n * step), 15 + r / 100 * math.sin(n * step)]
        for n, r in enumerate(radii)
    ]
    assert _inside([*ring, ring[0]], *label_point([[[*ring, ring[0]]]]))


def test_every_tambon_of_sisaket_is_labelled_inside(shared):
    path = shared / "data" / "geo" / "sisaket_tambons.geojson"
    for feature in json.loads(path.read_text())["features"]:
        outline = read_outline(feature["properties"]["code"], feature)
        assert any(
            _inside(polygon[0], *outline.label) for polygon in outline.geometry["coordinates"]
        )


@pytest.mark.parametrize("digits", [400, 5000])
def test_a_number_beyond_all_measure_is_a_point_outside(digits: int):
    text = json.dumps({"features": [{"geometry": {"type": "Polygon", "coordinates": [SQUARE]}}]})
    content = read_collection(text.replace("100, 10", f"{'9' * digits}, 10").encode())
    with pytest.raises(Invalid, match="outside Thailand"):
        read_outline("330103", content["features"][0])
