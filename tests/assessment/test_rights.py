from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from tests import factories
from tests.assessment.conftest import visit
from wattana.accounts.viewer import System
from wattana.assessment import actions, rights
from wattana.assessment.explaining import people_of

pytestmark = pytest.mark.usefixtures("installation")

OLD = {"thai_national": True, "state_pension": False}


def home(*people: tuple[dict, dict]):
    """A household with persons (of the register) and their answers."""
    household = factories.household("33010301")
    told = {
        factories.person(household, registered="here_lives", **person): answers
        for person, answers in people
    }
    return visit(household, people=told)


def of_snapshot(installation) -> dict:
    taken = actions.take_snapshot(by=System())
    [row] = pq.read_table(installation / taken.path / "households.parquet").to_pylist()
    return {name: row[name] for name in ("rights_due", "rights_received")}


def of_visit(one) -> dict:
    return rights.counts(one, people_of(one))


def test_an_older_person_who_gets_the_allowance_counts_as_due_and_received(installation):
    made = home(({"birth_year": 1950}, {**OLD, "welfare": ["old_age"]}))
    assert of_snapshot(installation) == {"rights_due": 1, "rights_received": 1} == of_visit(made)


def test_one_who_does_not_get_it_counts_as_due_alone(installation):
    made = home(
        ({"birth_year": 1950}, {**OLD, "welfare": ["none"]}),
        ({"birth_year": 1948}, {**OLD, "welfare": ["old_age"]}),
    )
    assert of_snapshot(installation) == {"rights_due": 2, "rights_received": 1} == of_visit(made)


def test_nothing_is_said_while_facts_are_missing_and_nothing_is_known_to_be_due(installation):
    made = home(({"birth_year": 1950}, {}))
    assert of_snapshot(installation) == {"rights_due": None, "rights_received": None}
    assert of_visit(made) == {}
