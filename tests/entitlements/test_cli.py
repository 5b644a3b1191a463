"""`wattana entitlements` on one household's facts and on programme files; no database is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.rules.programmes.files import write
from wattana.entitlements.cli import entitlements
from wattana.kit.commands import spoken

FACTS = """\
household: {income_per_person_year: 36000, village: "33012201"}
persons:
  - {id: a, birth_date: 1955-03-02, sex: female, thai_national: true, registered_here: true, state_pension: false,
     disability_card: false, state_welfare_card: true, receives: [old_age_allowance]}
  - {id: b, birth_date: 2022-06-15, thai_national: true}
"""  # noqa: E501


@pytest.fixture
def facts(tmp_path) -> Path:
    path = tmp_path / "facts.yaml"
    path.write_text(FACTS, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def run(*arguments: object):
    return CliRunner().invoke(spoken(entitlements), [str(one) for one in arguments])


def answers(result) -> dict[tuple[str, str | None], dict]:
    assert result.exit_code == 0, result.output
    return {(o["programme"], o["person"]): o for o in json.loads(result.stdout)["results"]}


def test_a_household_is_explained_as_json(facts):
    found = answers(run("explain", "--facts", facts, "--on", "2025-11-01", "--json"))
    hers, its = found["old_age_allowance", "a"], found["child_support_grant", "b"]
    assert (hers["outcome"], hers["received"], hers["amount"], hers["per"]) == (
        "due", True, 700, "person/month",
    )  # fmt: skip
    assert (its["outcome"], its["received"], its["amount"]) == ("due", None, 600)
    assert {"name": "thai_national", "value": True}.items() <= hers["conditions"][0].items()
    assert hers["conditions"][0]["law"].startswith("ระเบียบกระทรวงมหาดไทย")


@pytest.mark.parametrize("on", ["2025-11-01", "2568-11-01", "1/11/2568", "1 พ.ย. 2568"])
def test_a_year_above_2400_is_of_the_buddhist_era(facts, on):
    result = run("explain", "--facts", facts, "--on", on, "--json")
    assert json.loads(result.stdout)["on"] == "2025-11-01"


def test_dates_in_the_facts_may_be_of_the_buddhist_era(facts):
    facts.write_text(FACTS.replace("1955-03-02", "2498-03-02"), encoding="utf-8")
    found = answers(run("explain", "--facts", facts, "--on", "2025-11-01", "--json"))
    assert found["old_age_allowance", "a"]["amount"] == 700


def test_what_is_left_empty_is_not_known(facts):
    facts.write_text("household:\npersons: [{id: a, birth_date: , thai_national: }]\n")
    found = answers(run("explain", "--facts", facts, "--on", "2025-11-01", "--json"))
    assert found["old_age_allowance", "a"]["outcome"] == "unknown"
    assert "birth_date" in found["old_age_allowance", "a"]["ask"]


def text(facts) -> str:
    """The answer as text, in one line."""
    return " ".join(run("explain", "--facts", facts, "--on", "2025-11-01").stdout.split())


def test_as_text_who_is_due_sees_amount_conditions_law_documents_and_where(facts):
    due = text(facts).split(" a Due ")[1].split(" Not known yet")[0]
    assert "Old-age allowance (old_age_allowance): is due" in due
    assert "700 (person/month), received" in due
    assert "✓ Is 60 or older [พ.ร.บ.ผู้สูงอายุ" in due
    assert "Where to apply: SAO or municipality" in due
    assert "Documents: National ID card" in due


def test_as_text_what_is_not_due_names_the_condition_that_fails(facts):
    not_due = text(facts).split(" Not due ")[1]
    assert "Disability allowance (disability_allowance): ✗ Holds a disability card" in not_due


def test_as_text_it_is_told_when_registration_is_over(facts):
    facts.write_text(FACTS.replace("[old_age_allowance]", "[none]"), encoding="utf-8")
    due = text(facts).split(" a Due ")[1]
    assert "Back pay: none for the time before" in due
    assert "Registration: open until 2025-11-30 (Fiscal year 2570 (2027))" in due


def test_as_text_a_round_that_is_over_does_not_look_open(facts):
    facts.write_text("persons: [{id: a, birth_date: 1970-01-01, thai_national: true}]\n")
    unknown = text(facts).split("(state_welfare_card)")[1].split("(farmer_registration)")[0]
    assert "Registration: over since 2022-10-31 (Round of 2565 (2022), the last" in unknown


def test_as_text_no_programme_is_passed_over(facts):
    found = json.loads(run("explain", "--facts", facts, "--on", "2025-11-01", "--json").stdout)
    said = text(facts)
    for one in found["results"]:
        assert f"({one['programme']})" in said, one["programme"]
    for one in found["off"]:
        assert one["title"]["en"] in said


def test_no_line_of_text_is_wider_than_a_terminal_but_for_long_thai_names(facts):
    for line in run("explain", "--facts", facts, "--on", "2025-11-01").stdout.splitlines():
        assert len(line) <= 80 or max(map(len, line.split())) > 60


def test_the_answer_is_in_thai_where_the_terminal_is(facts, monkeypatch):
    monkeypatch.setenv("LANG", "th_TH.UTF-8")
    said = " ".join(run("explain", "--facts", facts).stdout.split())
    assert "เบี้ยยังชีพผู้สูงอายุ (old_age_allowance): มีสิทธิได้รับ" in said
    assert "ไม่เข้าเงื่อนไข" in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("thai_national: true, reg", "thai_nation: true, reg", "Near to it: thai_national"),
        ("birth_date: 1955-03-02", "birth_date: soon", "“birth_date” cannot be read"),
        ("birth_date: 1955-03-02", "birth_date: 1955-13-02", "has no such month"),
        ("id: b", "id: a", "two persons have the id “a”"),
        ("id: b, ", "", "the key “id” is missing"),
        ("income_per_person_year: 36000", "sex: male", "is a fact about a person"),
        ("sex: female", "tap_water: true", "is a fact about the household"),
        ("sex: female", "sex: femal", "“sex” has no answer “femal”. Near to it: female"),
        ("sex: female", "sex: perhaps", "“perhaps”. Near to it: female, male"),
        ("[old_age_allowance]", "[nsf, old_age_alowance]",
         "“receives” has no answer “old_age_alowance”. Near to it: old_age_allowance"),
        ("[old_age_allowance]", "[none, nsf]", "stands alone"),
        ("33012201", "99999901", "line 1, household: “village” cannot be read. There is no area"),
        ("33012201", "33012200", "has no village number"),
        ("33012201", "33010801", "no longer in use, today 332004"),
        ("sex: female", "age: 140", "“age” cannot be read"),
        ("receives: [old_age_allowance]", "receives: [lottery]", "“lottery”. Near to it: –"),
        ("receives: [old_age_allowance]", "receives: [old_age]", "Near to it: old_age_allowance"),
        ("persons:", "people:", "persons"),
        ("persons:", "persons: [", "is not proper YAML"),
    ],
)  # fmt: skip
def test_a_fault_in_the_facts_names_file_line_and_mend(facts, old, new, says):
    facts.write_text(FACTS.replace(old, new), encoding="utf-8")
    result = run("explain", "--facts", facts, "--on", "2025-11-01", "--json")
    assert result.exit_code == 2
    reason = json.loads(result.stdout)["error"]
    assert says in reason and "facts.yaml" in reason


def test_a_day_that_is_none_is_refused(facts):
    result = run("explain", "--facts", facts, "--on", "yesterday")
    assert result.exit_code == 2 and "not a date" in result.stderr


def test_what_is_impossible_is_flagged_not_decided(facts):
    facts.write_text(FACTS.replace("2022-06-15", "2026-06-15"), encoding="utf-8")
    result = run("explain", "--facts", facts, "--on", "2025-11-01", "--json")
    data = json.loads(result.stdout)
    assert [(one["kind"], one["person"]) for one in data["flags"]] == [("not_born", "b")]
    assert answers(result)["child_support_grant", "b"]["outcome"] == "unknown"


def test_the_rulebook_has_no_fault():
    result = run("check")
    assert result.exit_code == 0, result.stderr
    assert "Files: 55," in result.stdout and "faults: 0" in result.stdout


def test_faults_of_given_files_are_all_told(tmp_path):
    first = write(tmp_path, ("if: age >= 60", "if: aeg >= 60"))
    result = run("check", first)
    assert result.exit_code == 2
    assert "old_age_allowance.yaml, line 17" in result.stderr and "Near to it: age" in result.stderr
    second = write(tmp_path)  # correct in form, but its cases show too little
    result = run("check", second)
    assert result.exit_code == 2 and "at least 5 cases" in result.stderr


def test_every_fault_of_form_in_a_file_is_told_with_its_line_and_mend(tmp_path):
    changes = [
        ("class: means_tested", "clas: means_tested"),
        ("as_of: 2025-11-11", "as_of: 2568-11-11"),
        ("level: person", "level: village"),
        ("baht: 500", "bath: 500"),
        ("when: age >= 70, baht: 700, status: stated", "when: age >= 70, baht: 700"),
        ("outcome: due", "outcome: perhaps"),
        ("sources: [somewhere]", "sources: [somewhere]\nwishes: 3\nhopes: 4"),
    ]
    result = run("check", write(tmp_path, *changes))
    told = [one for one in result.stderr.splitlines() if "old_age_allowance.yaml, line" in one]
    lines = [int(one.split("line ")[1].partition(",")[0].partition(":")[0]) for one in told]
    assert result.exit_code == 2 and lines == sorted(lines) and len(told) == 8
    for says in (
        "unknown key “clas”. Write “class”", "Write 2025-11-11", "one of person, household",
        "unknown key “bath”. Write “baht”", "the key “status” is missing", "one of due",
        "unknown key “wishes”", "unknown key “hopes”",
    ):  # fmt: skip
        assert sum(says in one for one in told) == 1, says


def test_every_fault_of_what_a_file_says_is_told_at_once(tmp_path):
    changes = [
        ("if: age >= 60, law: act", "if: aeg >= 60, law: code"),
        ("unless: state_pension", "unless: state_pensions"),
        ("when: age >= 70", "when: age >="),
        ("baht: 500", "baht: 1.005"),
        ("agencies: [local_authority]", "agencies: [mars, venus]"),
        ("{birth_date: 1965-11-01, state_pension: false}", "{birthdate: 1, pension: 2}"),
    ]  # fmt: skip
    result = run("check", write(tmp_path, *changes))
    for says in ("“aeg”", "Write one of: act", "“state_pensions”", "missing value", "two decimals",
                 "“mars”", "“venus”", "“birthdate”", "“pension”"):  # fmt: skip
        assert result.stderr.count(says) == 1, (says, result.stderr)


def test_a_file_with_faults_does_not_make_others_look_wrong(tmp_path):
    broken = write(tmp_path, ("class: means_tested", "class: charity"))
    other = write(
        tmp_path,
        ("programme: old_age_allowance", "programme: nsf"),
        ("sources: [somewhere]", "sources: [somewhere]\nsee_also: [old_age_allowance, mars]"),
        name="nsf",
    )
    result = run("check", broken, other)
    assert "“mars” is not a programme" in result.stderr
    assert "“old_age_allowance” is not a programme" not in result.stderr


def test_a_file_that_closes_a_circle_of_gateways_is_refused(tmp_path):
    changes = [
        ("programme: old_age_allowance", "programme: civil_status"),
        ("law: act, status: stated", "law: act, status: stated, gateway: disability_card"),
    ]
    result = run("check", write(tmp_path, *changes, name="civil_status"))
    assert result.exit_code == 2 and "the gateways go in a circle" in result.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "lines of “key: value” are expected here"),
        (b"- a\n", "lines of “key: value” are expected here"),
        (b"household: {}\npersons: {a: {age: 3}}\n", "begin each entry with “- ”"),
        (b"household: {a: [}\n", "is not proper YAML at line 1. Look there for indentation"),
        (b"household: {}\npersons:\n  - {id: a, age: 3, age: 4}\n", "stands twice. Take one away"),
        (b"household: {}\npersons: []\nother: 3\n", "Write one of: household, persons"),
    ],
)
def test_a_file_of_another_form_is_refused_with_the_mend(facts, content, says):
    facts.write_bytes(content)
    result = run("explain", "--facts", facts, "--on", "2025-11-01")
    assert result.exit_code == 2 and says in result.stderr and "facts.yaml" in result.stderr


def test_an_empty_day_is_no_day(facts):
    assert run("explain", "--facts", facts, "--on", "").exit_code == 2
