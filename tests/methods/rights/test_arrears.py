"""Back pay: months and sums where the regulation allows it, none where it does not."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.methods.rights.test_proving import MORE, SIXTY
from tests.rules.programmes.files import DESK, read
from wattana.kernel.problems import Invalid
from wattana.methods.rights import explain
from wattana.methods.rights.arrears import Arrears
from wattana.methods.rights.proving import faults
from wattana.methods.rights.writing import as_data
from wattana.rules.programmes import Facts

APPLY = "sources: [somewhere]\n"
THREE = (APPLY, APPLY + "arrears: {rule: months, months: 3, status: stated}\n")
DAY = dt.date(2025, 11, 15)
OLD = {"birth_date": "1950-01-01", "state_pension": False}


def explained(programme, day=DAY, **facts):
    person = {"id": "a", **facts}
    return explain({programme.id: programme}, Facts({}, [person]), day, DESK.codebook)


def back_pay(programme, day=DAY, **facts) -> Arrears | None:
    found = explained(programme, day, **facts)
    return found.arrears(found.answer(programme.id, "a"))


def test_the_months_before_are_counted_and_added(tmp_path):
    assert back_pay(read(tmp_path, THREE), **OLD) == Arrears("months", 3, 3 * 70_000)


def test_a_month_counts_where_the_right_was_there_on_its_first_day(tmp_path):
    programme = read(tmp_path, THREE)
    for born, months in (("1965-09-01", 2), ("1965-09-02", 1), ("1965-10-02", 0)):
        found = back_pay(programme, birth_date=born, state_pension=False)
        assert (found.months, found.satang) == (months, months * 60_000), born


def test_each_month_has_the_amount_of_then(tmp_path):
    found = back_pay(read(tmp_path, THREE), dt.date(2011, 12, 24), **OLD)
    assert found == Arrears("months", 3, 50_000 + 2 * 60_000), "500 baht until September 2011"
    seventy = back_pay(read(tmp_path, THREE), birth_date="1955-09-15", state_pension=False)
    assert seventy.satang == 70_000 + 2 * 60_000


def test_who_was_not_born_yet_has_no_back_pay(tmp_path):
    programme = read(tmp_path, THREE, ("if: age >= 60", "if: age < 6"),
                     ("when: age between 60 and 69", "when: age <= 69"))  # fmt: skip
    found = back_pay(programme, birth_date="2025-09-20", state_pension=False)
    assert found == Arrears("months", 1, 60_000)


def test_a_fact_that_is_missing_for_the_past_leaves_the_sum_open(tmp_path):
    programme = read(
        tmp_path, THREE,
        ("unless: state_pension, ", "from: 2025-11-01, unless: state_pension, "),
        ("if: age >= 60, law: act, ",
         "if: age >= 60, law: act, to: 2025-10-31, "),
    )  # fmt: skip
    assert back_pay(programme, state_pension=False) == Arrears("months", None, None)


def test_what_is_received_or_not_offered_has_none(tmp_path):
    programme = read(tmp_path, THREE)
    assert back_pay(programme, **OLD, receives=[programme.id]) is None
    assert back_pay(programme, birth_date="1990-01-01", state_pension=False) is None
    assert back_pay(programme, birth_date="1950-01-01") is None


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("none", Arrears("none", 0, 0)),
        ("from_application", Arrears("from_application", None, None)),
        ("unknown", Arrears("unknown", None, None)),
    ],
)
def test_other_rules_pay_nothing_for_months_before(tmp_path, rule, found):
    change = (APPLY, f"{APPLY}arrears: {{rule: {rule}, status: stated}}\n")
    assert back_pay(read(tmp_path, change), **OLD) == found


def test_items_that_are_not_paid_by_the_month_and_ceilings_are_left_out(tmp_path):
    step = "      - {from: 2011-10-01, when: age >= 70, baht: 700, status: stated}\n"
    more = "".join(
        f"  - item: {name}\n    label: {{th: เพิ่ม, en: More}}\n    per: {per}\n"
        f"    rates: [{{{rate}, status: stated}}]\n"
        for name, per, rate in (
            ("gas", "person/quarter", "baht: 80"),
            ("transport", "person/month", "baht: 750, up_to: true"),
            ("top_up", "person/month", "baht: 0.25"),
        )
    )
    assert back_pay(read(tmp_path, THREE, (step, step + more)), **OLD).satang == 3 * 70_025


def test_as_data_rule_months_and_baht_are_told(tmp_path):
    told = as_data(explained(read(tmp_path, THREE), **OLD))["results"][0]["arrears"]
    assert told == {
        "rule": "months", "most_months": 3, "months": 3, "amount": 2100, "note": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("arrears: {rule: months, months: 0, status: stated}", "a whole number from 1 to 120"),
        ("arrears: {rule: months, months: 1.5, status: stated}", "a whole number from 1 to 120"),
        ("arrears: {rule: months, status: stated}", "belongs to the rule “months”"),
        ("arrears: {rule: none, months: 3, status: stated}", "belongs to the rule “months”"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(tmp_path, change, says):
    with pytest.raises(Invalid, match=says):
        read(tmp_path, (APPLY, f"{APPLY}{change}\n"))


def test_back_pay_by_months_needs_something_that_is_paid_by_the_month(tmp_path):
    with pytest.raises(Invalid, match="needs an amount that is paid by the month"):
        read(tmp_path, THREE, ("per: person/month", "per: person/year"))


def test_a_programme_with_back_pay_has_a_case_that_shows_it(tmp_path):
    def lacking(cases: str) -> list[str]:
        programme = read(tmp_path, THREE, (SIXTY, SIXTY + cases))
        return [str(one) for one in faults(programme, {}, DESK.codebook)]

    (told,) = lacking(MORE)
    assert "add a case that gets back pay, with “arrears”" in told
    due = "outcome: due, amount: 700"
    shown = MORE.replace(due, f"{due}, arrears: 2100", 1)  # the case of seventy
    assert lacking(shown) == []
    (told,) = lacking(shown.replace("2100", "1400"))
    assert "“arrears” is expected to be 1400 and comes out as 2100" in told
