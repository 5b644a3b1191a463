"""Whatever officers do, in whatever order, the registry stays consistent."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.registry.states import snapshot
from wattana.kernel.problems import Problem
from wattana.registry.actions import households, lists, merges, persons
from wattana.registry.history import as_text
from wattana.registry.models import FieldChange, Household, ListEntry, Merge, Person

IDS = ("9330100001018", "9330100001026", "9330100001107", "9123456789010")
RELATIONS = ("head", "spouse", "child")
DAYS = ("1/1/2565", "1/6/2566", "1/1/2568")
DECISIONS = ("pending", "confirmed", "not_poor", "added", "duplicate")
pick = st.integers(0, 9)

STEPS = st.one_of(
    st.tuples(st.just("household"), pick),
    st.tuples(st.just("person"), pick, st.sampled_from(RELATIONS), st.sampled_from(("", *IDS))),
    st.tuples(st.just("edit"), pick, st.sampled_from(RELATIONS), st.sampled_from(("", *IDS))),
    st.tuples(st.just("die"), pick, st.sampled_from(DAYS)),
    st.tuples(st.just("leave"), pick, st.sampled_from(DAYS)),
    st.tuples(st.just("move"), pick, pick, st.sampled_from(RELATIONS), st.sampled_from(DAYS)),
    st.tuples(st.just("list"), pick, st.sampled_from(("tpmap", "mso")), st.booleans()),
    st.tuples(st.just("verify"), pick, st.sampled_from(DECISIONS)),
    st.tuples(st.just("merge"), pick, pick),
    st.tuples(st.just("undo"), pick),
)


class Registry:
    """Officers' steps on whatever records there are."""

    def __init__(self, officer: Any) -> None:
        self.by = officer

    def one(self, model: Any, number: int) -> int:
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        return keys[number % len(keys)] if keys else 0

    def household(self, number: int) -> None:
        households.create(by=self.by, area=f"330103{number + 1:02}", house_no=str(number))

    def person(self, home: int, relation: str, digits: str) -> None:
        reason = "" if digits else "not_asked"
        persons.create(
            household=self.one(Household, home), by=self.by, first_name="ก", relation=relation,
            national_id=digits, no_id_reason=reason,
        )  # fmt: skip

    def edit(self, who: int, relation: str, digits: str) -> None:
        reason = "" if digits else "declined"
        persons.update(
            person=self.one(Person, who), by=self.by, relation=relation, first_name=relation,
            national_id=digits, no_id_reason=reason,
        )  # fmt: skip

    def die(self, who: int, day: str) -> None:
        persons.record_death(person=self.one(Person, who), on=day, by=self.by)

    def leave(self, who: int, day: str) -> None:
        persons.end_membership(person=self.one(Person, who), on=day, by=self.by)

    def move(self, who: int, home: int, relation: str, day: str) -> None:
        households.move_person(
            person=self.one(Person, who), to_household=self.one(Household, home), on=day,
            relation=relation, by=self.by,
        )  # fmt: skip

    def list(self, home: int, source: str, newly: bool) -> None:
        lists.add(
            household=self.one(Household, home), source=source, source_year=2568,
            newly_found=newly, by=self.by,
        )  # fmt: skip

    def verify(self, entry: int, decision: str) -> None:
        lists.verify(
            entry=self.one(ListEntry, entry), verification=decision, reason="ย", by=self.by
        )

    def merge(self, kept: int, absorbed: int) -> None:
        pair = {"kept": self.one(Household, kept), "absorbed": self.one(Household, absorbed)}
        merges.undo(merge=merges.merge(**pair, reason="ซ้ำ", by=self.by).pk, by=self.by)
        merges.merge(**pair, reason="ซ้ำ", by=self.by)

    def undo(self, merge: int) -> None:
        merges.undo(merge=self.one(Merge, merge), by=self.by)


def check(registry: Registry) -> None:
    for home in Household.objects.all():
        heads = home.persons.filter(relation="head", died_on=None, left_on=None)
        assert heads.count() <= 1
        if home.merged_into_id:
            assert not home.persons.exists()
        elif home.list_entries.exists():
            assert home.list_status == lists.status_of(home.list_entries.all(), home.list_status)
    for person in Person.objects.all():
        assert person.has_national_id != bool(person.no_id_reason)
    check_history()


def check_history() -> None:
    """Each change begins where the one before ended, and the last is what the record says now."""
    now: dict[tuple[str, int, str], str | None] = {}
    for row in FieldChange.objects.order_by("id"):
        place = (row.kind, row.object_id, row.field)
        assert place not in now or now[place] == row.old
        now[place] = row.new
    models = {"household": Household, "person": Person, "list_entry": ListEntry}
    for (kind, key, field), value in now.items():
        if field != "national_id":
            assert value == as_text(getattr(models[kind].objects.get(pk=key), field))


def run(registry: Registry, step: tuple[Any, ...]) -> None:
    before = snapshot()
    try:
        with transaction.atomic():
            getattr(registry, step[0])(*step[1:])
    except Problem:
        assert snapshot() == before


@pytest.mark.django_db
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=8, max_size=20))
def test_any_sequence_of_steps_keeps_the_registry_consistent(officer, steps):
    factories.area("330103")
    with transaction.atomic():
        registry = Registry(officer)
        registry.household(1)
        registry.household(2)
        for step in steps:
            run(registry, step)
            check(registry)
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=15), kept=pick, absorbed=pick)
def test_a_merge_and_its_undoing_leave_every_row_as_it_was(officer, steps, kept, absorbed):
    factories.area("330103")
    with transaction.atomic():
        registry = Registry(officer)
        registry.household(1)
        registry.household(2)
        for step in steps:
            run(registry, step)
        before = snapshot()
        try:
            with transaction.atomic():
                made = merges.merge(
                    kept=registry.one(Household, kept), absorbed=registry.one(Household, absorbed),
                    reason="ซ้ำ", by=officer,
                )  # fmt: skip
                merges.undo(merge=made.pk, by=officer)
        except Problem:
            pass
        assert snapshot() == before
        transaction.set_rollback(True)
