"""What the linter says about cases that fail, or that do not show enough."""
# ruff: noqa: E501  (cases read best with one a line)

from __future__ import annotations

import pytest

from tests.rules.programmes.files import DESK, read
from wattana.methods.rights.proving import faults

SIXTY = "expect: {outcome: due, amount: 600}\n"
MORE = """\
  - {name: fifty-nine, on: 2025-11-01, person: {age: 59, state_pension: false}, expect: {outcome: not_due, fails: [old]}}
  - {name: pensioner, on: 2025-11-01, person: {age: 69, state_pension: true}, expect: {outcome: not_due, fails: [no_pension]}}
  - {name: seventy, on: 2025-11-01, person: {age: 70, state_pension: false}, expect: {outcome: due, amount: 700}}
  - {name: sixty-nine, on: 2025-11-01, person: {age: 69, state_pension: false}, expect: {outcome: due, amount: 600}}
  - {name: the day before all, on: 2009-03-31, person: {age: 70, state_pension: false}, expect: {outcome: due, amount: null}}
  - {name: the first day, on: 2009-04-01, person: {age: 70, state_pension: false}, expect: {outcome: due, amount: 500}}
  - {name: the last day, on: 2011-09-30, person: {age: 70, state_pension: false}, expect: {outcome: due, amount: 500}}
  - {name: the day after, on: 2011-10-01, person: {age: 70, state_pension: false}, expect: {outcome: due, amount: 700}}
"""
ALL = MORE.splitlines()


def told(programme) -> list[str]:
    return [str(one) for one in faults(programme, {}, DESK.codebook)]


def test_enough_cases_pass(tmp_path):
    assert told(read(tmp_path, (SIXTY, SIXTY + MORE))) == []


def test_a_case_that_comes_out_otherwise_says_what_was_expected_and_found(tmp_path):
    found = told(read(tmp_path, (SIXTY, SIXTY.replace("600", "650") + MORE)))
    assert len(found) == 1
    assert "line " in found[0] and "650" in found[0] and "600" in found[0]


def test_too_few_cases_are_named_with_all_that_they_do_not_show(tmp_path):
    found = told(read(tmp_path))
    assert any("at least 5 cases; there are 1" in one for one in found)
    assert any("“no_pension” alone does not hold" in one for one in found)
    assert any("just outside the limit of “age >= 60”" in one for one in found)
    assert any("gets this rate" in one for one in found)
    assert any("add a case on 2011-10-01: something begins or ends there" in one for one in found)


def test_a_limit_is_shown_only_by_cases_close_to_it(tmp_path):
    far = MORE.replace("age: 59", "age: 30")
    found = told(read(tmp_path, (SIXTY, SIXTY + far)))
    assert any("just outside the limit of “age >= 60”" in one for one in found)
    assert all("just outside the limit of “age" in one and " 60" in one for one in found)


@pytest.mark.parametrize(
    ("without", "says"),
    [
        ("fifty-nine", "just outside the limit of “age >= 60”"),
        ("sixty-nine", "just inside the limit of “age between 60 and 69”"),
        ("the day before all", "a case on 2009-03-31"),
        ("the first day", "a case on 2009-04-01"),
        ("the last day", "a case on 2011-09-30"),
        ("the day after", "a case on 2011-10-01"),
    ],
)
def test_each_side_of_a_limit_and_of_a_change_has_its_case(tmp_path, without, says):
    kept = "\n".join(one for one in ALL if f"name: {without}," not in one) + "\n"
    assert any(says in one for one in told(read(tmp_path, (SIXTY, SIXTY + kept))))


DATED = ("if: age >= 60, law: act, status: stated}", "if: age >= 60, law: act, status: stated, to: 2025-10-31}")  # fmt: skip
PROGRAMME = ("as_of: 2025-11-11", "as_of: 2025-11-11\nfrom: 2009-06-01")
MEMBER = ("unless: state_pension, status: stated}", "unless: any_member(age < 18), status: stated}")
DERIVED = ("unless: state_pension, status: stated}", "if: needs_care, status: stated}")
RULE = (
    "amounts:\n",
    "transitional:\n  - {name: old_rule, label: {th: เดิม, en: Earlier}, if: birth_date < date '1960-01-01', waives: [old], status: stated}\namounts:\n",
)
TIMES = ("    per: person/month\n", "    per: person/month\n    times: rice_rai\n    most: 10\n")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (DATED, "a case on 2025-10-31"),
        (PROGRAMME, "a case on 2009-05-31"),
        (PROGRAMME, "a case on 2009-06-01"),
        (MEMBER, "just inside the limit of “any_member(age < 18)”"),
        (DERIVED, "just outside the limit of “needs_care”"),
        (RULE, "just outside the limit of “birth_date < date '1960-01-01'”"),
        (TIMES, "just inside the limit of “allowance, most”"),
        (TIMES, "just outside the limit of “allowance, most”"),
    ],
)
def test_dates_of_rules_members_transitions_and_ceilings_need_cases_too(tmp_path, change, says):
    assert any(says in one for one in told(read(tmp_path, change, (SIXTY, SIXTY + MORE))))


WINDOW = (
    "apply:\n",
    """windows:
  - label: {th: ปี, en: Year}
    who: birth_date < date '1966-09-02'
    periods: [{from: 2025-01-01, to: 2025-09-30}]
    paid_from: 2025-10-01
    not_yet: [old]
    status: stated
apply:
""",
)
_PERSON = "person: {birth_date: 1966-09-01, state_pension: false}"
_NONE = "person: {birth_date: 1966-09-02, state_pension: false}, expect: {outcome: not_due, registrations: []}"
WINDOW_CASES = f"""\
  - {{name: before, on: 2024-12-31, {_PERSON}, expect: {{outcome: not_due, registrations: [{{from: 2025-01-01, to: 2025-09-30, state: ahead}}]}}}}
  - {{name: opens, on: 2025-01-01, {_PERSON}, expect: {{outcome: not_due, registrations: [{{from: 2025-01-01, to: 2025-09-30, paid_from: 2025-10-01}}]}}}}
  - {{name: closes, on: 2025-09-30, {_PERSON}, expect: {{outcome: not_due, registrations: [{{from: 2025-01-01, to: 2025-09-30, state: open}}]}}}}
  - {{name: closed, on: 2025-10-01, {_PERSON}, expect: {{outcome: not_due, registrations: []}}}}
  - {{name: too young, on: 2025-09-30, {_NONE}}}
"""


def test_cases_tell_the_registrations_that_they_expect(tmp_path):
    enough = (SIXTY, SIXTY + MORE + WINDOW_CASES)
    assert told(read(tmp_path, WINDOW, enough)) == []
    late = WINDOW_CASES.replace("paid_from: 2025-10-01", "paid_from: 2025-11-01")
    (fault,) = told(read(tmp_path, WINDOW, (SIXTY, SIXTY + MORE + late)))
    assert "“registrations” is expected" in fault
    assert "paid_from 2025-11-01" in fault and "paid_from 2025-10-01" in fault


@pytest.mark.parametrize(
    ("without", "says"),
    [
        ("before", "a case on 2024-12-31 with “registrations”"),
        ("opens", "a case on 2025-01-01 with “registrations”"),
        ("closed", "a case on 2025-10-01 with “registrations”"),
        ("too young", "just outside the limit of “birth_date < date '1966-09-02'”"),
    ],
)
def test_each_side_of_a_registration_and_of_who_it_is_for_has_its_case(tmp_path, without, says):
    kept = [one for one in WINDOW_CASES.splitlines() if f"name: {without}," not in one]
    found = told(read(tmp_path, WINDOW, (SIXTY, SIXTY + MORE + "\n".join(kept) + "\n")))
    assert any(says in one for one in found)


def test_a_programme_that_is_off_needs_no_cases(tmp_path):
    off = ("state: {on: true}", "state: {on: false, why: {th: ยังไม่ยืนยัน, en: Not verified}}")
    assert told(read(tmp_path, off)) == []
