"""Pages of a list by key: every row once, forwards and backwards, whatever the order is made of."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import signing

from tests import factories
from wattana.accounts.models import Agreement
from wattana.kernel.problems import Invalid
from wattana.kit.pages import keyset_page

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
