"""Questions whose SQL is written once answer as the same querysets do."""

from __future__ import annotations

import datetime as dt
import gc
import threading
import weakref

import pytest
from django.db import connection, connections
from django.db.models import CharField, DateField, QuerySet

from tests import factories
from wattana.accounts.models import Agreement
from wattana.areas.models import Area
from wattana.kit.prepared import Given, Many, prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch):
    """Counts how often a question is built."""
    built = []

    @prepared(codes=Many(CharField()))
    def by_code(*shape, codes):
        built.append((shape, len(codes)))
        rows = Area.objects.filter(code__in=codes).order_by("code")
        return rows.values_list("code", *shape)

    return by_code, built


@pytest.fixture
def places():
    for code in ("33", "3301", "3302"):
        Area.objects.create(
            code=code,
            level=len(code),
            name_th=f"ที่ {code}",
            name_en=code,
            parent_id=code[:-2] or None,
        )


def test_only_values_differ_from_the_second_time_on(places, asked):
    by_code, built = asked
    assert by_code(codes=["33", "3302"]) == [("33",), ("3302",)]
    assert by_code(codes=["3301", "33"]) == [("33",), ("3301",)]
    assert len(built) == 1


def test_each_shape_is_a_question_of_its_own(places, asked):
    by_code, built = asked
    assert by_code("level", codes=["33"]) == [("33", 2)]
    assert by_code("name_en", codes=["33"]) == [("33", "33")]
    assert [shape for shape, _ in built] == [("level",), ("name_en",)]


def test_lists_of_like_length_share_a_question_and_find_no_more(places, asked):
    by_code, built = asked
    for length in (5, 6, 7, 8):
        wanted = ["33", "3301", *(f"99{n:02}" for n in range(length - 2))]
        assert by_code(codes=wanted) == [("33",), ("3301",)]
    assert [length for _, length in built] == [8]


def test_an_empty_list_finds_nothing_and_asks_nothing(places, asked, django_assert_num_queries):
    by_code, _ = asked
    with django_assert_num_queries(0):
        assert by_code(codes=[]) == []


def test_instances_bring_what_is_selected_with_them(places, django_assert_num_queries):
    @prepared(code=CharField())
    def with_upper(code: Given) -> QuerySet[Area]:
        return Area.objects.filter(code=code).select_related("parent", "parent__parent")

    with django_assert_num_queries(2):
        ((below,), (top,)) = with_upper(code="3301"), with_upper(code="33")
        assert (below.code, below.parent.code, below.parent.parent) == ("3301", "33", None)
        assert below.parent.name_en == "33"
        assert (top.code, top.parent) == ("33", None)


def test_instances_come_as_a_queryset_gives_them(places):
    @prepared(parent=CharField())
    def below(parent: Given) -> QuerySet[Area]:
        return Area.objects.filter(parent=parent).order_by("code")

    found = below(parent="33")
    assert found == list(Area.objects.filter(parent="33").order_by("code"))
    found[0].name_en = "Renamed"
    found[0].save()  # known to be in the database: no second row
    assert Area.objects.get(code="3301").name_en == "Renamed"


def test_what_was_changed_meanwhile_is_seen(places, asked):
    by_code, _ = asked
    assert by_code("name_en", codes=["33"]) == [("33", "33")]
    Area.objects.filter(code="33").update(name_en="Si Sa Ket")
    assert by_code("name_en", codes=["33"]) == [("33", "Si Sa Ket")]


def test_days_and_lists_are_read_and_given_as_the_models_say():
    made = factories.agreement(factories.organization(), areas=())

    @prepared(last=DateField())
    def ending(last: Given) -> QuerySet[Agreement]:
        rows = Agreement.objects.filter(ends__lte=last)
        return rows.values_list("ends", "purposes", "ended_early_at")

    assert ending(last=made.ends) == [(made.ends, made.purposes, None)]
    assert ending(last=made.ends - dt.timedelta(days=1)) == []


def test_what_was_written_for_a_connection_goes_with_it(asked):
    by_code, built = asked
    seen = []

    def elsewhere():
        here = connections[connection.alias]
        vars(here)["prepared"] = {}
        by_code(codes=[])
        seen.extend([weakref.ref(here), len(vars(here)["prepared"])])
        here.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    del thread
    gc.collect()
    gone, kept = seen
    assert kept == len(built) == 1 and gone() is None


def test_a_field_that_is_left_out_is_read_when_it_is_asked_for(places):
    @prepared(code=CharField())
    def without_name(code):
        return Area.objects.filter(code=code).defer("name_th")

    (found,) = without_name(code="3301")
    assert found.get_deferred_fields() == {"name_th"}
    assert (found.code, found.name_en, found.name_th) == ("3301", "3301", "ที่ 3301")
