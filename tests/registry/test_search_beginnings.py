from __future__ import annotations

import pytest

from tests import factories
from wattana.registry import queries
from wattana.thai.names import sound_key

pytestmark = pytest.mark.django_db


def someone(first: str, last: str):
    home = factories.household()
    factories.person(
        home, first_name=first, last_name=last, first_key=sound_key(first), last_key=sound_key(last)
    )
    return home


@pytest.mark.parametrize("text", ["คำเรือง", "ประสิทธิ์ คำเรือง", "นายประสิด คำเรืองจำลอง"])
def test_the_beginning_of_a_name_finds_it(text):
    home = someone("ประสิทธิ์", "คำเรืองจำลอง")
    someone("สมหญิง", "ตัวอย่าง")
    assert queries.search(factories.viewer(), text).households == [home.pk]


def test_a_name_that_sounds_the_same_comes_before_one_that_begins_so():
    whole = someone("ประสิทธิ์", "คำเรือง")
    someone("ประสิทธิ์", "คำเรืองจำลอง")
    assert queries.search(factories.viewer(), "คำเรือง").households == [whole.pk]
