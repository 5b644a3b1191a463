from __future__ import annotations

import pytest

from tests import factories
from wattana.areas.models import Area
from wattana.assessment.figures import ASPECTS, LATEST, AreaFigures, Figure
from wattana.kernel.problems import Invalid
from wattana.reports import queries, tables
from wattana.reports.measures import MEASURES, measure, net_change
from wattana.reports.tables import AreaRow, Cell


def row(code: str, mean: float | None, **more: int) -> AreaRow:
    area = Area(code=code, level=len(code), name_th=code)
    if mean is None:
        return AreaRow(area, None)
    figure = Figure(households=10, scored=10, total=round(mean * 10_000_000), levels=(1, 9, 0, 0),
                    used=7, asked=10, **more)  # fmt: skip
    return AreaRow(area, AreaFigures(code, LATEST, dict.fromkeys(ASPECTS, figure), False))


def codes(rows: list[AreaRow]) -> list[str]:
    return [one.area.code for one in rows]


def test_areas_without_figures_come_last_in_either_direction():
    given = [row("330103", None), row("330104", 1.5), row("330105", 2.5)]
    assert codes(tables.ordered(given, "score")) == ["330104", "330105", "330103"]
    assert codes(tables.ordered(given, "-score")) == ["330105", "330104", "330103"]


def test_equal_figures_keep_the_order_of_the_codes():
    given = [row("330105", 2.0), row("330103", 2.0)]
    assert codes(tables.ordered(given, "-score")) == ["330103", "330105"]


@pytest.mark.parametrize("sort", ["name", "--score", "-", "Score"])
def test_a_column_that_does_not_exist_is_refused(sort: str):
    with pytest.raises(Invalid):
        tables.ordered([], sort)


def test_a_click_on_the_sorted_column_turns_it_round():
    def sort_of(key: str, sort: str) -> str:
        columns = tables.columns(key)
        return tables.heads(columns, sort)[0].sort

    assert sort_of("score", "") == "score"
    assert sort_of("score", "score") == "-score"
    assert sort_of("score", "-score") == "score"
    assert sort_of("level1", "") == "-level1"  # most people at level 1 first


def test_the_measure_on_the_map_is_the_first_column():
    shown = tables.columns("social")
    assert shown[0].key == "social"
    assert len(shown) == len(tables.COLUMNS)


def test_every_measure_has_a_column_to_sort_by():
    assert set(MEASURES) <= {column.key for column in tables.COLUMNS}


def test_measures_of_an_area():
    given = row("330103", 1.75, improved=3, unchanged=6, declined=1).figures
    told = {one.key: one.cell(AreaRow(Area(), given)).text for one in tables.COLUMNS}
    assert told["score"] == told["natural"] == "1.75"
    assert told["level1"] == "10%"
    assert told["completeness"] == "70%"
    assert told["change"] == "+20%"


def test_a_capital_is_read_from_its_own_figures():
    figures = dict.fromkeys(ASPECTS, Figure()) | {"social": Figure(1, 1, 3_000_000)}
    given = AreaFigures("330103", LATEST, figures, False)
    assert (MEASURES["social"].of(given), MEASURES["score"].of(given)) == (3.0, None)


def test_measures_without_figures_are_a_dash():
    assert {one.cell(AreaRow(Area(), None)) for one in tables.COLUMNS} == {Cell("–")}


def test_no_change_is_told_where_nothing_could_be_compared():
    assert net_change(Figure(households=3, scored=3)) is None


def test_the_score_is_shown_unless_another_measure_is_asked_for():
    assert measure("").key == "score"
    with pytest.raises(Invalid):
        measure("__class__")


@pytest.mark.parametrize(
    ("areas", "top"),
    [
        ((), None),
        (("33",), "33"),
        (("330103",), "330103"),
        (("330103", "330105"), "3301"),
        (("33010301", "33010302"), "330103"),
        (("3301", "330201"), "33"),
        (("33", "34"), None),
    ],
)
def test_the_top_area_is_the_smallest_that_holds_all(areas, top):
    assert queries.top_area(factories.viewer(areas=areas)) == top
