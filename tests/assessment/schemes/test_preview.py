from __future__ import annotations

import shutil

import pytest
from django.conf import settings

from tests import factories
from tests.assessment.conftest import assessed
from tests.assessment.schemes.conftest import surveyed
from wattana.accounts.viewer import System
from wattana.assessment import actions as assessment
from wattana.assessment.models import HouseholdResult
from wattana.assessment.schemes import actions, queries
from wattana.assessment.schemes.preview import preview
from wattana.kernel.problems import Conflict, Forbidden

pytestmark = pytest.mark.usefixtures("installation")


def measure_of(draft, editor, **typed: str):
    typed = {key.replace("__", "."): text for key, text in typed.items()}
    return queries.checked(actions.save(draft=draft, typed=typed, by=editor)).measure


def test_the_preview_is_what_a_run_then_finds(draft, editor):
    surveyed("33010301", home_condition="strong")
    surveyed("33010301", home_condition="dilapidated")
    surveyed("33020101", home_condition="strong")
    first = assessed()
    measure = measure_of(
        draft, editor, P2__expression="5 - scale(home_condition)", P2__reason__th="-",
        P2__reason__en="-", physical__weight="7",
    )  # fmt: skip
    told = preview(editor, measure, digits=6)
    made = actions.publish(
        draft=queries.draft(editor, draft.pk), name_th="ก", name_en="a", version="2", note="",
        by=editor,
    )  # fmt: skip
    actions.choose(scheme=queries.scheme(made.pk), by=editor)
    second = assessment.run(snapshot=first.snapshot, measure="five_capitals", by=System())
    levels = [
        dict(HouseholdResult.objects.filter(run=run).values_list("household_id", "level"))
        for run in (first, second)
    ]
    expected: dict[tuple, int] = {}
    for home, before in levels[0].items():
        key = before, levels[1][home]
        expected[key] = expected.get(key, 0) + 1
    assert told.counts == expected
    assert told.changed == sum(n for (a, b), n in expected.items() if a != b) > 0
    assert {place.code: place.households for place in told.places} == {"330103": 2, "330201": 1}
    assert told.places[0].share >= told.places[1].share


def test_only_the_viewers_areas_are_counted(draft, editor):
    surveyed("33010301")
    surveyed("33020101")
    assessed()
    measure = measure_of(draft, editor, cut_points__0="2", boundary_rule="lower")
    told = preview(factories.viewer("researcher", areas=("3302",)), measure)
    assert told.households == 1 and [place.code for place in told.places] == ["3302"]
    assert preview(editor, measure).households == 2


def test_who_has_no_area_sees_the_whole_rounded_and_no_places(draft, editor):
    for _ in range(7):
        surveyed("33010301")
    assessed()
    told = preview(factories.viewer("administrator", areas=()), measure_of(draft, editor))
    assert told.rounded and told.households == 5 and told.places == []


def test_a_preview_needs_a_run_with_its_files_and_the_right(draft, editor):
    measure = measure_of(draft, editor, P1__weight="2")
    with pytest.raises(Conflict, match="no run yet"):
        preview(editor, measure)
    surveyed()
    run = assessed()
    with pytest.raises(Forbidden):
        preview(factories.viewer("tambon_officer"), measure)
    shutil.rmtree(settings.DATA / "runs")
    with pytest.raises(Conflict, match="Assess again"):
        preview(editor, measure)
    run.definitions_hash = "0" * 64
    run.save()
    with pytest.raises(Conflict, match="Assess again"):
        preview(editor, measure)
