"""Households that the shipped scheme can score, and an editor."""

from __future__ import annotations

import pytest

from tests import factories
from tests.assessment.conftest import installation, visit
from wattana.accounts.viewer import Viewer
from wattana.assessment.models import SchemeDraft
from wattana.assessment.schemes import actions, queries

__all__ = ["installation"]

ANSWERS = {  # one or two indicators of each capital; human: H5 from the person
    "home_condition": "moderate",
    "debt_sources": ["none"],
    "no_debt_reason": "no_need",
    "land_tenure": ["deed"],
    "mutual_help": "none",
}


def surveyed(village: str = "33010301", year: int = 2025, **answers: object):
    """A household with an accepted visit and one member."""
    home = factories.household(village)
    person = factories.person(home, relation="head", birth_year=1970)
    told = {"health": "normal", "education_max": "primary"}
    visit(home, year, people={person: told}, **(ANSWERS | answers))
    return home


@pytest.fixture
def editor() -> Viewer:
    return factories.viewer("researcher", areas=("33",))


@pytest.fixture
def draft(installation, editor) -> SchemeDraft:
    return actions.start(base=queries.shipped(), by=editor)


def publish(draft: SchemeDraft, by: Viewer, version: str = "2569.2", **more: str):
    told = {"name_th": "เกณฑ์ทดลอง", "name_en": "Trial", "note": "ลองดู"} | more
    return actions.publish(draft=draft, version=version, by=by, **told)
