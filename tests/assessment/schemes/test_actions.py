from __future__ import annotations

import pytest

from tests import factories
from tests.assessment.conftest import assessed
from tests.assessment.schemes.conftest import publish, surveyed
from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import System
from wattana.assessment import actions as assessment
from wattana.assessment import queries as results
from wattana.assessment.models import HouseholdResult, Run, SchemeDraft, SchemeVersion
from wattana.assessment.schemes import actions, queries
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.rules.measures import load_measure

pytestmark = pytest.mark.django_db
CUTS = {"cut_points.0": "3", "cut_points.1": "3.2", "cut_points.2": "3.5"}


def test_a_new_draft_says_the_same_as_its_base(draft):
    found = queries.checked(draft)
    assert found.measure.definitions_hash == load_measure("five_capitals").definitions_hash
    assert not found.faults


def test_what_is_typed_is_kept_as_it_was_typed_even_with_faults(draft, editor):
    typed = {"P2.expression": "scale(home_kondition", "P1.weight": "สอง", "E1.weight": "๒"}
    actions.save(draft=draft, typed=typed, by=editor)
    again = queries.draft(editor, draft.pk)
    assert again.typed == typed
    assert set(queries.checked(again).faults) == {"P2.expression", "P1.weight"}


def test_saving_some_fields_leaves_the_others_and_returning_to_the_base_is_no_change(draft, editor):
    draft = actions.save(draft=draft, typed=CUTS, by=editor)
    draft = actions.save(draft=draft, typed={"boundary_rule": "lower"}, by=editor)
    assert set(draft.typed) == {*CUTS, "boundary_rule"}
    back = {"cut_points.0": "1.75", "cut_points.1": " 2.50 ", "cut_points.2": "3.25"}
    draft = actions.save(draft=draft, typed=back, by=editor)
    assert set(draft.typed) == {"boundary_rule"}


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("P2.expression", "scale(home_kondition)", "Near to it: home_condition"),
        ("P2.expression", "tap_water", "a number is expected"),
        ("P2.expression", "'; DROP TABLE x; --", "scheme, physical, P2"),
        ("P2.expression", "", "empty"),
        ("P2.expression", "1" * 5000, "at most 4000 letters"),
        ("P2.applies", "home_rent", "a boolean is expected"),
        ("P2.reason.th", "{home_rent}", "the reason names “home_rent”"),
        ("P2.rubric.en", "", "lacks the Thai or English text"),
        ("P2.weight", "-1", "between 0 and 100"),
        ("P2.weight", "nan", "has to be a number"),
        ("physical.weight", "0", "need a weight above 0"),
        ("cut_points.0", "2.5", "have to rise"),
        ("cut_points.2", "many", "a list of 3 numbers"),
        ("boundary_rule", "middle", "one of upper, lower"),
        ("minimum_capitals", "2.5", "1 to 5 capitals"),
        ("change_dead_band", "-1", "0 or more"),
        ("constant.health_lowest_weight", "half", "has to be a number"),
    ],
)
def test_a_fault_is_told_at_its_field_in_the_readers_own_words(draft, editor, key, text, says):
    draft = actions.save(draft=draft, typed={key: text, "N1.weight": "2"}, by=editor)
    found = queries.checked(draft)
    assert found.measure is None
    assert list(found.faults) == [key] and says in str(found.faults[key])


def test_every_fault_is_found_at_once(draft, editor):
    typed = {"P2.expression": "x y", "H1.applies": "1", "cut_points.0": "9", "S1.weight": "-"}
    draft = actions.save(draft=draft, typed=typed, by=editor)
    assert set(queries.checked(draft).faults) == set(typed)


def test_rubrics_that_share_their_words_in_the_file_change_one_by_one(draft, editor):
    draft = actions.save(draft=draft, typed={"S3.rubric.en": "of its own"}, by=editor)
    rubrics = {one.code: one.rubric.en for one in queries.checked(draft).measure.indicators}
    assert rubrics["S3"] == "of its own" and rubrics["S4"] != "of its own"


def test_fields_that_a_scheme_does_not_have_are_not_taken(draft, editor):
    typed = {"X9.expression": "4", "measure": "other", "status": "stated", "x": "y"}
    assert actions.save(draft=draft, typed=typed, by=editor).typed == {}


def test_a_published_version_names_its_author_base_and_hash_and_the_draft_goes(draft, editor):
    draft = actions.save(draft=draft, typed=CUTS, by=editor)
    made = publish(draft, editor)
    assert not SchemeDraft.objects.exists()
    measure = queries.scheme(made.pk).measure
    assert measure.settings.cut_points == (3, 3.2, 3.5) and measure.status == "proposed"
    assert (made.based_on, made.published_by) == ("2569.1", editor.user_id)
    assert made.definitions_hash == measure.definitions_hash
    assert AuditEvent.objects.filter(action="scheme.publish", object_id=made.pk).exists()


@pytest.mark.parametrize("version", ["2569.1", "2569.2"])
def test_a_version_label_is_given_once(draft, editor, version):
    publish(actions.save(draft=draft, typed=CUTS, by=editor), editor)
    other = actions.start(base=queries.shipped(), by=editor)
    other = actions.save(draft=other, typed={"P1.weight": "2"}, by=editor)
    with pytest.raises(Conflict, match="exists already"):
        publish(other, editor, version)
    assert SchemeVersion.objects.count() == 1
    assert queries.draft(editor, other.pk).typed == {"P1.weight": "2"}


def test_a_draft_with_faults_or_without_changes_is_not_published(draft, editor):
    with pytest.raises(Conflict, match="says the same"):
        publish(draft, editor)
    draft = actions.save(draft=draft, typed={"P2.expression": "x"}, by=editor)
    with pytest.raises(Conflict, match="Mend the faults"):
        publish(draft, editor)


@pytest.mark.parametrize(
    "told", [{"name_th": " "}, {"name_en": ""}, {"version": "\u200b"}, {"version": "x" * 21}]
)
def test_a_version_needs_names_of_a_length(draft, editor, told):
    draft = actions.save(draft=draft, typed=CUTS, by=editor)
    with pytest.raises(Invalid):
        publish(draft, editor, **told)


def test_a_draft_is_found_by_its_author_only(draft):
    other = factories.viewer("researcher", areas=("33",), user_id=2)
    with pytest.raises(NotFound):
        queries.draft(other, draft.pk)


@pytest.mark.parametrize("role", ["province_officer", "tambon_officer", "enumerator"])
def test_only_editors_start_and_choose(draft, role):
    viewer = factories.viewer(role)
    with pytest.raises(Forbidden):
        actions.start(base=queries.shipped(), by=viewer)
    with pytest.raises(Forbidden):
        actions.choose(scheme=queries.shipped(), by=viewer)
    with pytest.raises(Forbidden):
        queries.draft(viewer, draft.pk)


def test_a_discarded_draft_leaves_its_base(draft, editor):
    actions.discard(draft=draft, by=editor)
    assert not SchemeDraft.objects.exists()
    assert queries.chosen().version == "2569.1"


def test_a_run_uses_the_chosen_scheme_and_earlier_runs_stay_as_they_were(draft, editor):
    surveyed()
    first = assessed()
    old = HouseholdResult.objects.get(run=first)
    made = publish(actions.save(draft=draft, typed=CUTS, by=editor), editor)
    actions.choose(scheme=queries.scheme(made.pk), by=editor)
    second = assessment.run(snapshot=first.snapshot, measure="five_capitals", by=System())
    assert (second.scheme, second.measure_version) == (made, "2569.2")
    assert second.definitions_hash == made.definitions_hash != first.definitions_hash
    assert second.definitions["scheme"]["th"] == "เกณฑ์ทดลอง"
    new = HouseholdResult.objects.get(run=second)
    assert new.score == old.score and new.level != old.level
    kept = Run.objects.get(pk=first.pk)
    assert (kept.scheme, kept.measure_version) == (None, "2569.1")
    assert HouseholdResult.objects.get(run=first).level == old.level
    assert results.in_force().version == "2569.2"
    actions.choose(scheme=queries.shipped(), by=editor)
    third = assessment.run(snapshot=first.snapshot, measure="five_capitals", by=System())
    assert third.definitions_hash == first.definitions_hash
    assert HouseholdResult.objects.get(run=third).level == old.level


def test_a_version_may_be_copied_in_turn(draft, editor):
    made = publish(actions.save(draft=draft, typed=CUTS, by=editor), editor)
    second = actions.start(base=queries.scheme(made.pk), by=editor)
    second = actions.save(draft=second, typed={"P1.weight": "3"}, by=editor)
    found = queries.checked(second).measure
    assert found.settings.cut_points == (3, 3.2, 3.5)
    assert next(one for one in found.indicators if one.code == "P1").weight == 3
