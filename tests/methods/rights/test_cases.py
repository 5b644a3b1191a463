"""The worked cases in the files of the programmes, each as a test, and what they have to show."""

from __future__ import annotations

import pytest

from wattana.methods.rights.proving import FEWEST, differences, faults, work_out
from wattana.rules import codebook as codebooks
from wattana.rules import programmes

ALL = programmes.load()
BOOK = codebooks.load()
WORKED = {name: work_out(one, ALL, BOOK) for name, one in ALL.items()}
CASES = [
    pytest.param(worked, id=f"{name}: {worked.case.name}")
    for name, some in WORKED.items()
    for worked in some
]


@pytest.mark.parametrize("worked", CASES)
def test_a_case_comes_out_as_its_file_expects(worked):
    assert [str(one) for one in differences(worked)] == []


@pytest.mark.parametrize("name", [name for name, one in ALL.items() if one.is_on])
def test_the_cases_show_every_condition_boundary_and_change_of_amount(name):
    assert len(ALL[name].cases) >= FEWEST
    assert [str(one) for one in faults(ALL[name], ALL, BOOK)] == []
