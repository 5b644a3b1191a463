from __future__ import annotations

import pytest

from tests import factories
from tests.registry.imports.tables import bring, check, faults, table, told
from wattana.registry.models import Household, ListEntry, Person

pytestmark = pytest.mark.django_db

HEADER = [
    "รหัสประจำบ้าน",
    "บ้านเลขที่",
    "หมู่ที่",
    "ตำบล",
    "อำเภอ",
    "จังหวัด",
    "ชื่อ",
    "นามสกุล",
    "เลขบัตรประชาชน",
]


def test_a_list_with_thai_headers_enters_households_and_their_heads():
    factories.area("330103")
    batch, report = bring(
        table(
            HEADER,
            [
                "33010000011",
                "25/2",
                "3",
                "คูซอด",
                "เมืองศรีสะเกษ",
                "ศรีสะเกษ",
                "นางสมหญิง",
                "ใจดี",
                "9330100001018",
            ],
            [
                "33010000022",
                "26",
                "๓",
                "ต.คูซอด",
                "อ.เมือง",
                "จ.ศรีสะเกษ",
                "นายสมชาย",
                "ใจดี",
                "9-3301-00001-02-6",
            ],
        )
    )
    assert (report.totals.rows, report.totals.accepted, report.counts.created) == (2, 2, 2)
    home = Household.objects.get(house_code="33010000011")
    assert (home.area_id, home.house_no, home.batch_id, home.tambon) == (
        "33010303",
        "25/2",
        batch.pk,
        "330103",
    )
    head = Person.objects.get(household=home)
    assert (head.title, head.first_name, head.last_name, head.relation) == (
        "นาง",
        "สมหญิง",
        "ใจดี",
        "head",
    )
    assert head.has_national_id
    assert ListEntry.objects.filter(household=home, source="other", source_year=2025).exists()
