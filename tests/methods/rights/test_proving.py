"""What the linter says about cases that fail, or that do not show enough."""
# ruff: noqa: E501  (cases read best with one a line)

from __future__ import annotations

from tests.rules.programmes.files import DESK, read
from wattana.methods.rights.proving import faults

SIXTY = "expect: {outcome: due, amount: 600}\n"
MORE = """\
  - {name: fifty-nine, on: 2025-11-01, person: {age: 59, state_pension: false}, expect: {outcome: not_due, fails: [old]}}
  - {name: pensioner, on: 2025-11-01, person: {age: 69, state_pension: true}, expect: {outcome: not_due, fails: [no_pension]}}
  - {name: seventy, on: 2025-11-01, person: {age: 70, state_pension: false}, expect: {outcome: due, amount: 700}}
  - {name: the last day, on: 2011-09-30, person: {age: 70, state_pension: false}, expect: {outcome: due, amount: 500}}
"""


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
    assert any("on 2011-10-01 or on the day before" in one for one in found)


def test_a_limit_is_shown_only_by_cases_close_to_it(tmp_path):
    far = MORE.replace("age: 59", "age: 30")
    found = told(read(tmp_path, (SIXTY, SIXTY + far)))
    assert found and all("just outside the limit of “age >= 60”" in one for one in found)


def test_a_programme_that_is_off_needs_no_cases(tmp_path):
    off = ("state: {on: true}", "state: {on: false, why: {th: ยังไม่ยืนยัน, en: Not verified}}")
    assert told(read(tmp_path, off)) == []
