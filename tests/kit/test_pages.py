"""Pages of a list by key: every row once, forwards and backwards, whatever the order is made of."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import signing

from tests import factories
from wattana.accounts.models import Agreement
from wattana.kernel.problems import Invalid
from wattana.kit import pages
from wattana.kit.pages import Count, counted_page, keyset_page

pytestmark = pytest.mark.django_db
ORDER = ("-ends", "id")


@pytest.fixture
def rows():
    for number in range(7):
        factories.agreement(areas=("3301",), ends=dt.date(2030, 1, 1 + number // 2))
    return Agreement.objects.values("id", "ends")


def test_every_row_comes_once_in_an_order_of_days(rows):
    seen, cursor, pages = [], None, 0
    while cursor is not None or pages == 0:
        page = keyset_page(rows, ORDER, cursor, size=3)
        seen += [row["id"] for row in page.rows]
        cursor, pages = page.next, pages + 1
    wanted = list(Agreement.objects.order_by(*ORDER).values_list("id", flat=True))
    assert (seen, pages) == (wanted, 3)


def test_the_way_back_shows_the_same_rows(rows):
    first = keyset_page(rows, ORDER, None, size=3)
    second = keyset_page(rows, ORDER, first.next, size=3)
    back = keyset_page(rows, ORDER, second.previous, size=3)
    assert list(back.rows) == list(first.rows) and back.previous is None


def test_a_cursor_made_elsewhere_is_refused(rows):
    for cursor in ("nonsense", signing.dumps([False, 1], salt="wattana.page")):
        with pytest.raises(Invalid, match="no longer valid"):
            keyset_page(rows, ORDER, cursor)


# --- pages with the count of all their rows


@pytest.mark.parametrize("gathered", [False, True])
def test_every_page_tells_how_many_rows_there_are_in_all(rows, gathered):
    seen, cursor = [], None
    while True:
        page, count = counted_page(rows, ORDER, cursor, 3, gathered=gathered)
        assert count == Count(7, capped=False)
        assert list(page.rows) == list(keyset_page(rows, ORDER, cursor, 3).rows)
        seen += page.rows
        if page.next is None:
            break
        cursor = page.next
    assert len(seen) == 7
    back, count = counted_page(rows, ORDER, page.previous, 3, gathered=gathered)
    assert list(back.rows) == seen[3:6] and count.number == 7


@pytest.mark.parametrize("gathered", [False, True])
def test_more_rows_than_the_cap_are_told_as_more(rows, gathered, monkeypatch):
    monkeypatch.setattr(pages, "COUNT_CAP", 5)
    assert counted_page(rows, ORDER, None, 3, gathered=gathered)[1] == Count(5, capped=True)
    monkeypatch.setattr(pages, "COUNT_CAP", 7)
    assert counted_page(rows, ORDER, None, 3, gathered=gathered)[1] == Count(7, capped=False)


@pytest.mark.parametrize("gathered", [False, True])
def test_a_list_without_rows_is_one_empty_page(rows, gathered):
    page, count = counted_page(rows.none(), ORDER, None, gathered=gathered)
    assert (list(page.rows), page.previous, page.next) == ([], None, None)
    assert count == Count(0, capped=False)


def test_a_page_behind_the_last_row_still_counts_them_all(rows):
    last = keyset_page(rows, ORDER, None, 6)
    Agreement.objects.filter(pk=list(rows.order_by(*ORDER))[-1]["id"]).delete()
    page, count = counted_page(rows, ORDER, last.next, 6)
    assert (list(page.rows), count.number) == ([], 6)


@pytest.mark.parametrize(
    ("gathered", "size", "queries"), [(True, 3, 1), (False, 3, 2), (False, 50, 1)]
)
def test_rows_are_read_a_second_time_only_where_counting_on_the_way_costs_more(
    rows, gathered, size, queries, django_assert_num_queries
):
    with django_assert_num_queries(queries):
        counted_page(rows, ORDER, None, size, gathered=gathered)
