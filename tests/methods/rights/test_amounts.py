"""Amounts to the satang: bands, items together, ceilings, so much a rai, and what is not known."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.rules.programmes.files import DESK, read
from wattana.methods.rights import explain
from wattana.methods.rights.writing import as_data, baht
from wattana.rules.programmes import Facts

DAY = dt.date(2025, 11, 1)
STEP = "      - {from: 2011-10-01, when: age >= 70, baht: 700, status: stated}\n"


def answer(programme, day=DAY, **facts):
    person = {"id": "a", "age": 75, "state_pension": False, **facts}
    return explain({programme.id: programme}, Facts({}, [person]), day, DESK.codebook).answer(
        programme.id, "a"
    )


def item(name: str, per: str, rate: str, more: str = "") -> tuple[str, str]:
    return STEP, (
        f"{STEP}  - item: {name}\n    label: {{th: เพิ่ม, en: More}}\n    per: {per}\n{more}"
        f"    rates: [{{{rate}, status: stated}}]\n"
    )


def test_items_that_are_paid_as_often_are_added(tmp_path):
    found = answer(read(tmp_path, item("top_up", "person/month", "baht: 99.5")))
    assert found.satang == 79_950 and found.satang_a_year == 12 * 79_950
    assert as_data_of(found)["amount"] == 799.5


def test_what_another_programme_reduces_is_a_rate_of_its_own(tmp_path):
    rates = "".join(
        f'      - {{from: 2011-10-01, when: "age > 69 and {held}", baht: {paid}, status: stated}}\n'
        for held, paid in (("has(receives, 'nsf')", 300), ("not has(receives, 'nsf')", 700))
    )
    programme = read(tmp_path, (STEP, rates))
    assert answer(programme, receives=["nsf"]).satang == 30_000
    assert answer(programme, receives=["none"]).satang == 70_000
    unknown = answer(programme)
    assert unknown.satang is None
    assert [one.variable for one in unknown.ask] == ["receives"]


def as_data_of(found):
    programme = found.programme
    person = {"id": "a", "age": 75, "state_pension": False}
    explained = explain({programme.id: programme}, Facts({}, [person]), DAY, DESK.codebook)
    return as_data(explained)["results"][0]


def test_items_that_are_paid_otherwise_stand_beside_the_total_and_count_for_the_year(tmp_path):
    found = answer(read(tmp_path, item("gas", "person/quarter", "baht: 80")))
    assert (found.satang, found.per) == (70_000, "person/month")
    assert found.satang_a_year == 12 * 70_000 + 4 * 8_000
    assert [one.item.item for one in found.sums] == ["allowance", "gas"]


def test_a_ceiling_is_never_added(tmp_path):
    found = answer(read(tmp_path, item("transport", "person/month", "baht: 750, up_to: true")))
    assert found.satang == 70_000 and found.sums[1].up_to


def test_a_ceiling_that_is_the_main_item_is_the_amount(tmp_path):
    ceiling = ("baht: 700, status", "baht: 700, up_to: true, status")
    found = answer(read(tmp_path, ceiling))
    assert found.satang == 70_000 and found.satang_a_year is None


@pytest.mark.parametrize(
    ("rai", "satang"), [(7.5, 75_000), (10, 100_000), (30, 100_000), (None, None)]
)
def test_so_much_a_rai_up_to_the_most(tmp_path, rai, satang):
    more = item("rice", "person/season", "baht: 100", "    times: rice_rai\n    most: 10\n")
    found = answer(read(tmp_path, more), rice_rai=rai)
    assert found.sums[1].satang == satang
    assert [one.variable for one in found.ask] == ([] if rai else ["rice_rai"])


def test_an_amount_from_memory_is_not_told(tmp_path):
    found = answer(read(tmp_path, ("baht: 700, status: stated", "baht: 700, status: memory")))
    assert found.outcome == "due" and found.satang is None and found.ask == []


def test_an_unknown_band_leaves_the_amount_open_and_says_what_to_ask(tmp_path):
    rate = "when: state_welfare_card, baht: 200"
    found = answer(read(tmp_path, item("top_up", "person/month", rate)))
    assert found.satang == 70_000
    assert [one.variable for one in found.ask] == ["state_welfare_card"]
    found = answer(found.programme, state_welfare_card=True)
    assert found.satang == 90_000 and found.ask == []
    assert answer(found.programme, state_welfare_card=False).satang == 70_000


def test_what_is_not_due_has_no_amount_and_what_is_unknown_has_one_at_stake(tmp_path):
    programme = read(tmp_path)
    refused = answer(programme, state_pension=True)
    assert (refused.outcome, refused.satang) == ("not_due", None)
    unknown = answer(programme, state_pension=None)
    assert (unknown.outcome, unknown.satang, unknown.at_stake) == ("unknown", None, 70_000)


def test_baht_are_whole_where_they_are_whole():
    assert [baht(one) for one in (None, 0, 70_000, 70_050, 1)] == [None, 0, 700, 700.5, 0.01]
