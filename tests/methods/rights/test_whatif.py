"""What a change of rules would do, worked out by hand."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import asdict

import pytest

from tests.methods.rights.test_bulk import samples, written
from wattana.engines import DuckDB
from wattana.methods.rights import explain
from wattana.methods.rights.whatif import Comparison, Ground, compare
from wattana.rules import codebook as codebooks
from wattana.rules import programmes as rulebook
from wattana.rules.files import Table
from wattana.rules.programmes import Facts
from wattana.rules.programmes.changing import changed, read_change

DAY = dt.date(2025, 11, 1)
LINE = 36_000.0
ALLOWED = {"thai_national": True, "registered_here": True, "state_pension": False}


def elder(who: str, year: int) -> dict:
    return {"id": who, "birth_date": f"{year}-01-01", **ALLOWED}


def home(income: float | None, *people: dict) -> tuple[Facts, dt.date]:
    return Facts({} if income is None else {"income_per_person_year": income}, list(people)), DAY


def tried(folder, homes, *, line: float | None = LINE, **change) -> Comparison:
    after = changed(read_change(Table({"title": {"th": "ลอง", "en": "Trial"}, **change}, "trial")))
    files = folder / "files"
    files.mkdir()
    with closing(DuckDB()) as engine:
        return compare(
            engine, written(folder, homes), files, rulebook.load(), after,
            codebook=codebooks.load(), ground=Ground(DAY, line),
        )  # fmt: skip


FLAT = {"amounts": {"old_age_allowance": {"allowance": 1000}}}


def test_a_flat_amount_costs_the_difference_of_each_and_lifts_who_stood_just_below(tmp_path):
    child = {"id": "c", "birth_date": "2015-01-01", **ALLOWED}
    homes = [
        home(34_000, elder("a", 1960)),  # 600 → 1,000: 4,800 a year more, alone: over the line
        home(35_000, elder("a", 1950), child),  # 700 → 1,000: 3,600, for two: over the line
        home(20_000, elder("a", 1930)),  # 1,000 already
        home(None, elder("a", 1940)),  # 800 → 1,000; income not known
    ]
    whole = tried(tmp_path, homes, **FLAT).areas[0]
    assert (whole.households, whole.concerned) == (4, 3)
    assert (whole.gained, whole.lost, whole.more, whole.less) == (0, 0, 3, 0)
    assert whole.before == (600 + 700 + 1000 + 800) * 12 * 100
    assert whole.after == 4 * 1000 * 12 * 100
    assert whole.cost == (400 + 300 + 200) * 12 * 100
    assert (whole.population, whole.poor_before, whole.poor_after) == (4, 4, 1)
    assert whole.gap_before == pytest.approx(2_000 + 2 * 1_000 + 16_000)
    assert whole.gap_after == pytest.approx(16_000)
    assert whole.headcount(whole.poor_after) == 0.25


def test_a_lower_age_gains_and_a_higher_one_loses(tmp_path):
    homes = [home(None, elder("a", 1968)), home(None, elder("a", 1962))]
    for name, age, counts in (("low", 55, (1, 0)), ("high", 70, (0, 1))):
        folder = tmp_path / name
        folder.mkdir()
        rule = {"old_age_allowance": {"sixty_or_over": f"age >= {age}"}}
        whole = tried(folder, homes, conditions=rule).areas[0]
        assert (whole.gained, whole.lost) == counts


def test_the_same_rule_written_anew_changes_nothing_anywhere(tmp_path):
    rule = {"old_age_allowance": {"sixty_or_over": "age >= 60"}}
    found = tried(tmp_path, samples()[::5], conditions=rule)
    for one in found.areas:
        assert one.concerned == one.gained == one.lost == one.more == one.less == one.cost == 0
        assert (one.poor_before, one.gap_before) == (one.poor_after, one.gap_after)


def test_areas_add_up_to_the_whole_on_every_level(tmp_path):
    homes = [home(30_000, elder("a", 1930 + n)) for n in range(30)]
    found = tried(tmp_path, homes, **FLAT)
    whole = asdict(found.areas[0])
    for digits in (2, 4, 6, 8):
        parts = [asdict(one) for one in found.areas if len(one.group) == digits]
        for name, value in whole.items():
            if name != "group":
                assert sum(one[name] for one in parts) == pytest.approx(value), (digits, name)
    assert len([one for one in found.areas if len(one.group) == 8]) == 9


def test_gains_and_losses_are_those_of_explaining_each_household_with_both_rules(tmp_path):
    homes = samples()
    line = {"child_grant_income_line": 20_000, "welfare_card_income_line": 150_000}
    after = changed(read_change(Table({"title": {"th": "ก", "en": "a"}, "parameters": line}, "t")))
    expected = {"gained": 0, "lost": 0}
    for facts, _ in homes:
        old = explain(rulebook.load(), facts, DAY, codebooks.load()).judged
        new = explain(after, facts, DAY, codebooks.load()).judged
        for key, answer in new.items():
            was, now = old[key].outcome == "due", answer.outcome == "due"
            expected["gained"] += now and not was
            expected["lost"] += was and not now
    whole = tried(tmp_path, homes, parameters=line).areas[0]
    assert {"gained": whole.gained, "lost": whole.lost} == expected
    assert whole.gained > 0
    assert whole.lost > 0


def test_without_a_poverty_line_poverty_is_not_counted(tmp_path):
    whole = tried(tmp_path, [home(1_000, elder("a", 1960))], line=None, **FLAT).areas[0]
    assert (whole.population, whole.poor_before, whole.gap_before) == (0, 0, 0)
    assert whole.headcount(0) is None
