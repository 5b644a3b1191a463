# ruff: noqa: E501  (tables of cases read best with one case a line)
from __future__ import annotations

import datetime as dt

import pytest

from tests.rules.programmes.files import DESK, line_of, read, write
from wattana.kernel.problems import Invalid
from wattana.rules import programmes

STEPS = "{from: 2011-10-01, when: age >= 70, baht: 700, status: stated}"
FLAT = "{from: 2009-04-01, to: 2011-09-30, baht: 500, status: stated}"


def test_a_file_is_read_with_its_laws_conditions_and_amounts(tmp_path):
    programme = read(tmp_path)
    assert [one.name for one in programme.conditions] == ["old", "no_pension"]
    law = programme.conditions[0].law
    assert law.text == law.words.th == "พ.ร.บ. มาตรา 11", "cited in the language of the law"
    assert law.words.en == "Act, section 11 (พ.ร.บ. มาตรา 11)"
    assert programme.amounts[0].per == "person/month"
    assert [one.satang for one in programme.amounts[0].rates] == [50_000, 60_000, 70_000]
    assert programme.may_be_due and programme.is_on
    assert programme.cases[0].day == dt.date(2025, 11, 1)


def test_an_exclusion_is_a_condition_that_is_false(tmp_path):
    condition = read(tmp_path).conditions[1].expression
    assert condition.value({"state_pension": True}) is False
    assert condition.value({"state_pension": False}) is True
    assert condition.value({}) is None


def test_money_is_whole_satang(tmp_path):
    programme = read(tmp_path, ("baht: 500", "baht: 500.25"))
    assert programme.amounts[0].rates[0].satang == 50_025


@pytest.mark.parametrize(
    ("old", "new", "says", "at"),
    [
        ("class: means_tested", "class: charity", "has to be one of entitlement", "class:"),
        ("class: means_tested\n", "", "the key “class” is missing", "programme:"),
        ("class: means_tested", "clas: means_tested", "Write “class”", "class:"),
        ("level: person", "level: village", "has to be one of person, household", "level:"),
        ("as_of: 2025-11-11", "as_of: soon", "has to be a date", "as_of:"),
        ("programme: old_age_allowance", "programme: old_age", "has to be the name of the file", "programme:"),
        ("agencies: [local_authority]", "agencies: [mars]", "“mars” is not in agencies.yaml", "agencies:"),
        ("confidence: stated", "confidence: memory", "known from memory is not applied", "state:"),
        ("state: {on: true}", "state: {on: false}", "say in “why” why the programme is off", "state:"),
        ("review: {state: drafted}", "review: {state: reviewed}", "who reviewed the file", "review:"),
        ("law: act, ", "law: code, ", "names no law of this file. Write one of: act", "if: age"),
        ("if: age >= 60", "if: aeg >= 60", "codebook has no “aeg”. Near to it: age", "if: age"),
        ("if: age >= 60", "if: age", "a boolean is expected, not a number", "if: age"),
        ("if: age >= 60", "unless: age < 60, if: age >= 60", "either “if” or “unless”", "if: age"),
        ("if: age >= 60", "if: age is not null", "cannot stand in a programme", "if: age"),
        ("if: age >= 60", "if: 'coalesce(age, 99) >= 60'", "cannot stand in a programme", "if: age"),
        ("if: age >= 60", "if: max_members(age) >= 60", "cannot stand in a programme", "if: age"),
        ("if: age >= 60", "if: any_member(tap_water)", "is asked of the household", "if: age"),
        ("name: no_pension", "name: old", "the name “old” stands twice", "name: no_pension"),
        ("unless: state_pension, status: stated", "unless: state_pension, status: memory", "known from memory is not applied", "name: no_pension"),
        ("baht: 500", "baht: -1", "not below 0", "baht: 500"),
        ("baht: 500", "baht: 1.005", "at most two decimals", "baht: 500"),
        ("baht: 500", "baht: many", "an amount in baht", "baht: 500"),
        ("baht: 500, ", "", "either “baht” or “words”", "baht: 500"),
        ("to: 2011-09-30", "to: 2008-09-30", "“to” lies before “from”", "to: 2011"),
        ("to: 2011-09-30", "to: 2011-09-29", "no amount from 2011-09-30 to 2011-09-30", "age between"),
        ("to: 2011-09-30", "to: 2011-10-01", "on 2011-10-01 another rate", "age between"),
        ("age >= 70", "age >= 69", "another rate of the same item holds for the same people", "age >= 70"),
        ("per: person/month", "per: cat/month", "has to be one of person/month", "per:"),
        ("person: {birth_date", "person: {birthdate", "Near to it: birth_date", "person: {birth"),
        ("state_pension: false}", "village: 'x'}", "is a fact about the household", "person: {birth"),
        ("birth_date: 1965-11-01", "birth_date: someday", "cannot be read", "person: {birth"),
        ("outcome: due", "outcome: perhaps", "has to be one of due", "expect:"),
        ("as_of: 2025-11-11", "as_of: 2568-11-11", "is a year of พ.ศ. Write 2025-11-11", "as_of:"),
        ("if: age >= 60", "if: birth_date < date '2509-01-01'", "write a date as date '2025-10-01', in CE", "if: age"),
        ("if: age >= 60", "if: age >=", "Look for a missing value, word or bracket", "if: age"),
        ("if: age >= 60", "if: \"has(receives, 'old_age')\"", "allowed are old_age_allowance, …", "if: age"),
        ("agencies: [local_authority]", "agencies: []", "“agencies” needs an entry", "agencies:"),
        ("en: section 11}, status: stated}", "en: section 11}, status: stated}\n  - {id: act, title: {th: พ.ร.บ., en: Act}, status: stated}", "the name “act” stands twice", ""),
        ("title: {th: พ.ร.บ., en: Act}, ", "title: พ.ร.บ., ", "lines of “key: value” are expected here", "id: act"),
        ("{th: มาตรา 11, en: section 11}", "{th: มาตรา 11}", "the key “en” is missing", "id: act"),
        ("sources: [somewhere]", "limits: {times_a_year: 0.5, status: stated}\nsources: [somewhere]", "a whole number from 1 on", "sources:"),
        ("sources: [somewhere]", "stacking: {reduces: [nsf]}\nsources: [somewhere]", "“reduces” is not taken. Write what is left as a rate of its own", "sources:"),
        ("sources: [somewhere]", "verify: [Everything.]\nsources: [somewhere]", "lines of “key: value” are expected", "sources:"),
        ("sources: [somewhere]", "verify:\n  - {en: Everything.}\nsources: [somewhere]", "the key “th” is missing", ""),
        ("sources: [somewhere]", "sources: [somewhere]\nwishes: 3", "unknown key “wishes”", ""),
    ],
)  # fmt: skip
def test_a_fault_is_refused_with_file_line_and_mend(tmp_path, old, new, says, at):
    with pytest.raises(Invalid) as caught:
        read(tmp_path, (old, new))
    message = str(caught.value)
    assert says in message, message
    assert message.startswith("old_age_allowance.yaml, line ")
    if at:
        assert f"line {line_of(at)}" in message, message


def test_a_household_s_programme_cannot_use_a_person_s_fact_bare(tmp_path):
    with pytest.raises(Invalid, match="is asked of each member; use it in a member function"):
        read(tmp_path, ("level: person", "level: household"))


def test_a_gap_may_be_filled_by_nothing_or_by_not_known(tmp_path):
    for value in ("0", "null"):
        rows = (
            f"{{from: 2009-04-01, to: 2010-12-31, baht: 500, status: stated}}\n"
            f"      - {{from: 2011-01-01, to: 2011-09-30, baht: {value}, status: stated}}"
        )
        rates = read(tmp_path, (FLAT, rows)).amounts[0].rates
        assert rates[1].satang == (0 if value == "0" else None)


def test_a_programme_that_the_list_of_receipts_lacks_is_refused(tmp_path):
    path = write(tmp_path, ("programme: old_age_allowance", "programme: new_one"), name="new_one")
    with pytest.raises(Invalid, match="add “new_one” to the list of programmes"):
        programmes.read_programme(path, DESK)


def gateway(tmp_path, name, opener):
    condition = "law: act, status: stated, gateway: " + opener
    return write(
        tmp_path,
        ("programme: old_age_allowance", f"programme: {name}"),
        ("law: act, status: stated", condition),
        name=name,
    )


def test_gateways_that_go_in_a_circle_are_refused_with_the_circle(tmp_path):
    ring = ["disability_card", "civil_status", "nsf"]
    files = [gateway(tmp_path, one, ring[n - 1]) for n, one in enumerate(ring)]
    with pytest.raises(Invalid) as caught:
        programmes.read_programmes(files, DESK)
    assert "the gateways go in a circle" in str(caught.value)
    assert str(caught.value).count("→") == 3


def test_a_gateway_that_is_no_programme_is_refused_where_it_stands(tmp_path):
    with pytest.raises(Invalid, match=r"line \d+, old, gateway: “nowhere” is not a programme"):
        programmes.read_programmes([gateway(tmp_path, "nsf", "nowhere")], DESK)


def test_programmes_stand_after_their_gateways(tmp_path):
    files = [
        gateway(tmp_path, "disability_allowance", "disability_card"),
        gateway(tmp_path, "disability_card", "civil_status"),
        write(
            tmp_path,
            ("programme: old_age_allowance", "programme: civil_status"),
            name="civil_status",
        ),
    ]
    found = list(programmes.read_programmes(files, DESK))
    assert found == ["civil_status", "disability_card", "disability_allowance"]


@pytest.mark.parametrize("key", ["see_also: [nowhere]", "stacking: {excludes: [nowhere]}"])
def test_a_reference_to_no_programme_is_refused(tmp_path, key):
    with pytest.raises(Invalid, match=r"(see_also|stacking): “nowhere” is not a programme"):
        programmes.read_programmes(
            [write(tmp_path, ("sources: [somewhere]", f"sources: [somewhere]\n{key}"))], DESK
        )
