from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from wattana.kit import charts
from wattana.kit.charts import palette
from wattana.kit.charts.svg import number, tag, words

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "บ้าน <script>alert(\"1\")</script> & \x0b'ชาวนา'"
TONE = palette.LEVELS[1]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def parsed(markup: str) -> ET.Element:
    """The chart as XML; fails when it is not well-formed."""
    return ET.fromstring(markup)  # noqa: S314  our own markup


def texts(root: ET.Element) -> str:
    return " | ".join(root.itertext())


def axes(*values: float | None) -> list[charts.Axis]:
    names = ["ทุนมนุษย์", "ทุนกายภาพ", "ทุนการเงิน", "ทุนธรรมชาติ", "ทุนทางสังคม"]
    return [charts.Axis(name, value, 0.9) for name, value in zip(names, values, strict=True)]


def every_chart(name: str = "คูซอด") -> dict[str, str]:
    places = [charts.Place("330103", name, 0.1, "/areas/330103?a=1&b=2")]
    return {
        "stacked": charts.stacked_bar([charts.Part("1", name, 3, TONE)], name, name),
        "radar": charts.radar([charts.Axis(name, 2.0, 0.5)] * 5, name, name, before=[1.0] * 5),
        "bars": charts.bars([charts.Bar(name, 2.0, name, TONE, "/x?a=1&b=2")], name, name, end=4),
        "rounds": charts.rounds([name, name], [charts.Line(name, (1.5, 2.0))], name, name),
        "map": charts.choropleth(
            charts.outlines([square("330103")]),
            [charts.Place("330103", name, 2.0, "/x?a=1&b=2")],
            charts.SCORES, name, name, attribution=name,
        ),
        "tiles": charts.tile_map(places, charts.SHARES, name),
        "intervals": charts.bars(
            [charts.Bar(name, 0.4, name, TONE, low=0.3, high=0.6)], name, name, ticks=[(0.5, "50%")]
        ),
        "curves": charts.curves(
            [charts.Curve(name, [(0.2, 0.9), (0.5, 0.4)])], name, name, marked=0.3, across=name
        ),
        "stacks": charts.stacks(
            [charts.Stack(name, (0.5, 0.5), name, "/x"), charts.Stack(name, ())],
            [charts.Kind("1", name, TONE), charts.Kind("2", name, TONE)], name, name,
        ),
        "matrix": charts.matrix(
            [name], [name], [[charts.Cell(3, 0.5, name)]], caption=name, corner=name
        ),
        "legend": charts.legend(charts.CHANGES, missing=True),
    }  # fmt: skip


def square(code: str, west: float = 104.0, south: float = 15.0) -> charts.Feature:
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1],
            [west, south]]  # fmt: skip
    return charts.Feature(code, {"type": "Polygon", "coordinates": [ring]})


@pytest.mark.parametrize("kind", every_chart())
def test_a_chart_is_well_formed_and_holds_names_as_text_only(kind: str):
    markup = every_chart(NASTY)[kind]
    root = parsed(markup)
    assert "<script" not in markup
    if kind != "legend":
        assert "บ้าน <script>" in texts(root) or "บ้าน <script>" in str(
            [element.attrib for element in root.iter()]
        )


@pytest.mark.parametrize("kind", every_chart())
def test_a_chart_obeys_the_content_policy(kind: str):
    for element in parsed(every_chart()[kind]).iter():
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]


@pytest.mark.parametrize("kind", ["stacked", "radar", "rounds"])
def test_a_chart_says_what_it_is_to_those_who_do_not_see_it(kind: str):
    root = parsed(every_chart()[kind])
    assert root.get("role") == "img"
    assert [child.tag for child in root[:2]] == [f"{SVG}title", f"{SVG}desc"]


@pytest.mark.parametrize("kind", ["bars", "map"])
def test_a_chart_with_links_is_a_group_not_an_image(kind: str):
    root = parsed(every_chart()[kind])
    drawn = root if root.tag == f"{SVG}svg" else root.find(f"{SVG}svg")
    assert drawn.get("role") == "group"
    assert drawn.get("aria-label") == "คูซอด"


def test_a_link_keeps_its_whole_address():
    assert parsed(every_chart()["tiles"]).find(".//a").get("href") == "/areas/330103?a=1&b=2"


def test_stacked_bar_tells_counts_and_shares():
    parts = [charts.Part("1", "อยู่ลำบาก", 1250, TONE), charts.Part("2", "อยู่ยาก", 3750, TONE)]
    said = texts(parsed(charts.stacked_bar(parts, "t", "d")))
    assert "1,250" in said and "25.0%" in said and "75.0%" in said


def test_stacked_bar_of_nothing_tells_no_shares():
    said = texts(parsed(charts.stacked_bar([charts.Part("1", "อยู่ลำบาก", 0, TONE)], "t", "d")))
    assert "%" not in said


def test_stacked_bar_fills_its_width_in_proportion():
    parts = [charts.Part("1", "a", 1, TONE), charts.Part("2", "b", 3, palette.LEVELS[2])]
    drawn = parsed(charts.stacked_bar(parts, "t", "d"))
    widths = [float(box.get("width")) for box in drawn.findall(f"{SVG}rect")[:2]]
    assert widths == [79.0, 239.0]  # of 320, less a hairline of paper


def test_radar_leaves_a_gap_where_a_capital_has_no_score():
    whole = parsed(charts.radar(axes(2.5, 2.5, 2.5, 2.5, 2.5), "t", "d"))
    broken = parsed(charts.radar(axes(2.5, 2.5, None, 2.5, 2.5), "t", "d"))
    edges = [
        next(path for path in chart.iter(f"{SVG}path") if path.get("stroke-width") == "2.5")
        for chart in (whole, broken)
    ]
    assert [edge.get("d").count("M") for edge in edges] == [5, 3]
    assert len(list(broken.iter(f"{SVG}circle"))) == 4
    assert "no score" in texts(broken)


def test_radar_without_any_score_draws_no_shape():
    chart = parsed(charts.radar(axes(None, None, None, None, None), "t", "d"))
    assert not list(chart.iter(f"{SVG}circle"))


def test_radar_shows_values_completeness_and_the_cut_points():
    said = texts(parsed(charts.radar(axes(2.56, 2.29, 1.96, 1.88, 1.13), "t", "d")))
    for told in ("2.56", "1.13", "90% complete", "1.75", "2.50", "3.25"):
        assert told in said


def test_radar_puts_higher_scores_further_from_the_centre():
    def height(score: float) -> float:
        chart = parsed(charts.radar(axes(score, 2.0, 2.0, 2.0, 2.0), "t", "d"))
        return 152.0 - float(next(chart.iter(f"{SVG}circle")).get("cy"))

    assert [height(score) for score in (1.0, 2.5, 4.0)] == [12.0, 57.0, 102.0]


@pytest.mark.parametrize("kind", ["radar", "rounds"])
def test_the_scores_of_the_scale_are_drawn_over_the_lines_with_a_halo(kind: str):
    lines = [charts.Line("a", (1.5, 3.0)), charts.Line("b", (3.0, 1.5))]
    chart = {
        "radar": charts.radar(axes(2.5, 2.5, 2.5, 2.5, 2.5), "t", "d", before=[2.0] * 5),
        "rounds": charts.rounds(["2567/1", "2568/1"], lines, "t", "d"),
    }[kind]
    drawn = list(parsed(chart).iter())
    haloed = [at for at, one in enumerate(drawn) if "chart-halo" in one.get("class", "")]
    stroked = [at for at, one in enumerate(drawn) if one.get("stroke-width") is not None]
    assert {drawn[at].text for at in haloed} >= {"1.75", "2.50"}
    assert min(haloed) > max(stroked)


def test_rounds_name_each_line_with_its_last_value():
    lines = [charts.Line("รวม", (1.9, 1.97)), charts.Line("ทุนทางสังคม", (None, 1.13))]
    said = texts(parsed(charts.rounds(["2567/1", "2568/1"], lines, "t", "d")))
    assert "1.97 รวม" in said and "1.13 ทุนทางสังคม" in said


def test_rounds_keep_the_names_of_close_lines_apart():
    lines = [charts.Line(str(index), (2.0, 2.0 + index / 100)) for index in range(6)]
    chart = parsed(charts.rounds(["a", "b"], lines, "t", "d"))
    heights = sorted(
        float(text.get("y"))
        for text in chart.iter(f"{SVG}text")
        if text.text and re.match(r"2\.0\d \d", text.text)
    )
    assert len(heights) == 6
    assert min(b - a for a, b in pairwise(heights)) >= 16


def test_a_missing_value_is_no_bar():
    rows = [charts.Bar("a", None, "–", TONE), charts.Bar("b", 1.0, "1", TONE)]
    chart = parsed(charts.bars(rows, "t", "d"))
    assert [box.get("width") for box in chart.iter(f"{SVG}rect")] == ["320", "320", "320"]


def test_map_is_as_wide_as_the_land_at_its_latitude():
    drawn = charts.outlines([square("a", south=59.5)])
    assert drawn.height / drawn.width == pytest.approx(1 / 0.5, rel=0.02)  # cos 60°


def test_map_outlines_are_rounded_and_drop_corners_that_nobody_sees():
    ring = [[104 + step / 1e6, 15] for step in range(500)] + [[105, 16], [104, 16], [104, 15]]
    many = charts.Feature("a", {"type": "Polygon", "coordinates": [ring]})
    path = charts.outlines([many, square("b")]).areas[0].path
    assert path.count(" ") < 12
    assert not re.search(r"\.\d\d", path)


def test_map_outline_does_not_drift_along_many_corners():
    ring = [[104 + step * 0.0123, 15 + (step % 2) * 0.01] for step in range(80)]
    back = charts.Feature("a", {"type": "Polygon", "coordinates": [[*ring, [104.5, 16], ring[0]]]})
    path = charts.outlines([back]).areas[0].path
    start, steps = path.removeprefix("M").removesuffix("z").split("l")
    sums = [float(value) for value in steps.replace("-", " -").split()]
    x, y = (float(value) for value in start.split())
    assert 0 <= x + sum(sums[::2]) <= 640 and 0 <= y + sum(sums[1::2]) <= 700


def test_map_shows_areas_without_a_figure_hatched_and_says_so():
    drawn = charts.outlines([square("a"), square("b", west=105)])
    places = [charts.Place("a", "A", 1.2), charts.Place("b", "B", None)]
    markup = charts.choropleth(drawn, places, charts.SCORES, "t", "d")
    root = parsed(markup)
    fills = [path.get("fill") for path in root.findall(f"{SVG}svg/{SVG}path")]
    assert fills == [charts.SCORES.tones[0].fill, "url(#map-none)"]
    assert "B: –" in texts(root) and "no figure" in texts(root)


def test_map_labels_do_not_cover_each_other():
    near = [square(str(index), west=104 + index / 100) for index in range(5)]
    places = [charts.Place(str(index), f"area {index}", 1.5) for index in range(5)]
    markup = charts.choropleth(charts.outlines(near), places, charts.SCORES, "t", "d")
    assert markup.count("map-label") == 1
    assert markup.count("map-number") == 4


def test_a_small_area_between_large_ones_carries_a_number_that_a_key_explains():
    ring = [[104.51, 15.54], [104.54, 15.54], [104.54, 15.57], [104.51, 15.54]]
    shown = [
        square("large"),
        charts.Feature("small", {"type": "Polygon", "coordinates": [ring]}),
    ]
    places = [
        charts.Place("large", "A large one", 1.5),
        charts.Place("small", "A small one", None, note="too few"),
    ]
    markup = charts.choropleth(charts.outlines(shown), places, charts.SCORES, "t", "d")
    assert markup.count('class="map-name"') == 1
    assert markup.count('class="map-number"') == 1
    key = parsed(markup).find("ol")
    assert ["".join(line.itertext()) for line in key] == ["A small one: too few"]


def test_every_border_differs_from_what_it_surrounds():
    codes = "abc"
    drawn = charts.outlines([square(code, west=104 + n) for n, code in enumerate(codes)])
    values = (1.2, 1.9, None)
    places = [charts.Place(one, one, value) for one, value in zip(codes, values, strict=True)]
    root = parsed(charts.choropleth(drawn, places, charts.SCORES, "t", "d"))
    borders = [path.get("stroke") for path in root.findall(f"{SVG}svg/{SVG}path")]
    assert borders == [palette.PAPER, palette.SOFT, palette.SOFT]


def test_map_with_very_many_areas_is_small():
    features = [
        square(f"{33_0000 + index}", 104 + index % 15 * 0.05, 14.5 + index // 15 * 0.05)
        for index in range(206)
    ]
    places = [
        charts.Place(feature.code, "ตำบลที่มีชื่อยาวพอสมควร", 1.2, f"/areas/{feature.code}")
        for feature in features
    ]
    markup = charts.choropleth(charts.outlines(features), places, charts.SCORES, "t", "d")
    assert len(markup.encode()) < 100_000


def test_a_tile_without_a_figure_says_so():
    tiles = [
        charts.Place("a", "A", 0.25),
        charts.Place("b", "B", None),
        charts.Place("c", "C", None, note="too few"),
    ]
    root = parsed(charts.tile_map(tiles, charts.SHARES, "t"))
    assert ["".join(tile.itertext()) for tile in root.find("ul")] == ["A25%", "B–", "Ctoo few"]
    assert "no figure" in texts(root)


@pytest.mark.parametrize(
    ("score", "step"), [(1.0, 0), (1.749, 1), (1.75, 2), (2.5, 4), (3.25, 6), (4.0, 7)]
)
def test_a_score_on_a_cut_point_belongs_to_the_upper_level(score: float, step: int):
    assert charts.SCORES.step(score) == step


@pytest.mark.parametrize(
    ("value", "written"), [(0.123, "+12%"), (-0.03, "−3%"), (0.001, "0%"), (-0.001, "0%")]
)
def test_a_change_is_written_with_its_sign(value: float, written: str):
    assert charts.CHANGES.written(value) == written


def test_lengths_are_short():
    assert [number(value) for value in (1.0, 2.25, -0.01, 100)] == ["1", "2.2", "0", "100"]


def test_what_xml_cannot_hold_is_left_out():
    assert words("a\x00b\ufffe<") == "ab&lt;"
    assert tag("rect", x=1, class_='"') == '<rect x="1" class="&quot;"/>'


def test_the_interval_of_a_bar_reaches_from_its_lower_to_its_upper_end():
    bar = charts.Bar("a", 0.5, "50%", TONE, low=0.25, high=0.75)
    markup = charts.bars([bar], "t", "d")
    assert "M80 22.5v10m0 -5H240" in markup


def test_a_bar_without_an_interval_has_no_whisker():
    assert "v10m0" not in charts.bars([charts.Bar("a", 0.5, "50%", TONE)], "t", "d")


def curve_at(threshold: float) -> str:
    line = charts.Curve("H", [(0.2, 0.9), (0.5, 0.4)])
    return texts(parsed(charts.curves([line], "t", "d", marked=threshold, across="k")))


@pytest.mark.parametrize(
    ("threshold", "told"), [(0.1, "90%"), (0.2, "90%"), (0.21, "40%"), (0.51, "0%")]
)
def test_a_curve_tells_the_share_at_the_marked_threshold_itself(threshold, told):
    assert f"H {told}" in curve_at(threshold)


def test_a_stack_without_shares_says_why_and_draws_no_segment():
    markup = charts.stacks(
        [charts.Stack("a", (), "too few")], [charts.Kind("1", "x", TONE)], "t", "d"
    )
    assert "too few" in markup
    assert markup.count(f'fill="{TONE.fill}"') == 1  # the legend's


def test_a_matrix_is_a_table_with_headers_and_marks_who_stayed():
    stays, moves = charts.Cell(4, 0.8), charts.Cell(1, 0.2)
    root = parsed(
        charts.matrix(["1", "2"], ["1", "2"], [[stays, moves], [moves, stays]],
                      caption="c", corner="from, to")
    )  # fmt: skip
    assert [one.get("scope") for one in root.iter("th")] == ["col"] * 3 + ["row"] * 2
    assert len([one for one in root.iter("td") if "matrix-stayed" in one.get("class")]) == 2
    assert "80% | 4" in texts(root)


def test_each_cell_of_a_matrix_names_its_column_for_the_cards_of_a_phone():
    cell = charts.Cell(4, 0.8)
    root = parsed(
        charts.matrix(["1", "2"], ["poor", "well"], [[cell, charts.Cell(None, None)], [cell, cell]],
                      caption="c", corner="")
    )  # fmt: skip
    assert "table-cards" in root.get("class").split()
    labels = [one.get("data-label") for one in root.iter("td") if one.get("data-label")]
    assert labels == ["→ poor", "→ well"] * 2


def test_a_withheld_cell_of_a_matrix_shows_no_shade():
    markup = charts.matrix(["1"], ["1"], [[charts.Cell(None, 0.5)]], caption="c", corner="")
    assert "<rect" not in markup and "–" in markup


def test_scores_that_hardly_differ_have_one_colour_on_every_map():
    near = [charts.SCORES.step(value) for value in (2.02, 2.06, 2.11)]
    assert len(set(near)) == 1


@pytest.mark.parametrize("scale", [charts.SCORES, charts.SHARES, charts.COMPLETENESS])
def test_every_class_of_a_legend_is_a_range(scale):
    assert all("–" in label for label in scale.labels)


def test_the_hatching_of_a_map_its_legend_and_the_tiles_is_the_same():
    nothing = charts.Place("a", "A", None)
    drawn = charts.choropleth(charts.outlines([square("a")]), [nothing], charts.SCORES, "t", "d")
    for markup in (drawn, charts.tile_map([nothing], charts.SCORES, "t")):
        assert markup.count(f'stroke="{palette.HATCH}"') == 2, "the area's and the legend's"
