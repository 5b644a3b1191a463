"""Measures over the codebook: the registry's own snapshots, households or persons."""

from __future__ import annotations

import pytest

from tests.methods.snapshots import visit, write
from wattana.engines import DuckDB
from wattana.methods.alkire_foster import figures, snapshot_sql
from wattana.methods.survey import Design
from wattana.rules.poverty import read_poverty_measure

HEAD = "name: own\npoverty_cutoff: 1/2\nunit: {}\ndimensions:\n"
HOUSEHOLDS = (
    HEAD.format("household")
    + """\
  - name: home
    indicators:
      - {name: electricity, deprived: "electricity <> 'metered'"}
  - name: people
    indicators:
      - {name: idle, deprived: "any_member(work_status <> 'working', age between 15 and 59)"}
"""
)
PERSONS = (
    HEAD.format("person")
    + """\
  - name: home
    indicators:
      - {name: electricity, deprived: "electricity <> 'metered'"}
  - name: person
    indicators:
      - {name: old, deprived: "age >= 60"}
"""
)


@pytest.fixture
def engine(tmp_path):
    working, idle = {"work_status": "working", "age": 30}, {"work_status": "seeking", "age": 40}
    visits = [
        visit("A", {"electricity": "metered"}, [working, idle]),
        visit("B", {"electricity": "none"}, [working, {"age": 70}], area="33010302"),
        visit("C", {"electricity": "metered"}, [working], area="33010302"),
    ]
    write(tmp_path / "s", visits)
    engine = DuckDB(memory_limit="512MB")
    engine.tables({name: tmp_path / "s" / f"{name}.parquet" for name in ("households", "persons")})
    return engine


def measured(engine, folder, text, by=()):
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    measure = read_poverty_measure(path, None)
    return figures(engine, snapshot_sql(measure), measure, Design(by))


def test_households_with_what_their_members_have(engine, tmp_path):
    whole, *areas = measured(engine, tmp_path, HOUSEHOLDS, (("area",),))
    assert (whole.n, whole.H) == (3, 2 / 3)
    assert whole.uncensored == {"electricity": 1 / 3, "idle": 1 / 3}
    assert [(one.group["area"], one.H) for one in areas] == [("33010301", 1), ("33010302", 1 / 2)]


def test_persons_with_what_their_household_has(engine, tmp_path):
    (whole,) = measured(engine, tmp_path, PERSONS)
    assert (whole.n, whole.H, whole.M0) == (5, 2 / 5, 3 / 10)
    assert whole.uncensored == {"electricity": 2 / 5, "old": 1 / 5}
