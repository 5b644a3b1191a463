"""What fields make of cells goes with the version of the rules of reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.utils import translation

from wattana.kernel.problems import Problem
from wattana.registry.imports import fields
from wattana.registry.imports.kinds import kind_of

CELLS = (
    """
นางสมหญิง ใจดี|ด.ช.ก้อง ใจดี|น.ส. แดง|Mr. John Smith|สมชาย|นาย|นาง|นางสาว|ดร.|พระ|ร.ต.|สมหญิง อุบลรัตน์ราช
25/2/2508|25 ก.พ. 2508|2560|1965|๒๕/๒/๒๕๐๘|1965-02-25|2/2508|31/2/2508|0/0/2500
ช|ชาย|ญ|หญิง|1|2|male|F|ไม่ระบุ|-|หัวหน้าครัวเรือน|บุตร|หลาน|คู่สมรส|head|child
9330100001018|9-3301-00001-01-8|๙๓๓๐๑๐๐๐๐๑๐๑๘|9.3301E+12|9330100001019|33010010012
25/2|25/2 ม.3|๗|7|45-ก.พ.|ม.4|หมู่ 5|33010301|330103|14.5|104.25|0812345678|081-234-5678
tpmap|bmn|1,500|1500 บาท|เกษตรกร|รับจ้าง|ใช่|ไม่|y|n
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
READ_BY = {2: "4dd74cc6ccc96dc9"}
"""What is made of these cells, by version: of the one in force alone."""


def _readings() -> Iterator[str]:
    for name in ("households", "persons"):
        for of, field in sorted(kind_of(name).fields.items()):
            for cell in CELLS if field.parse else ():
                try:
                    said = repr(field.parse(cell))
                except Problem as problem:
                    said = problem.message
                yield f"{name} {of} {cell} {said}"


def test_who_changes_what_cells_are_read_as_raises_the_version():
    with translation.override("en"):
        made = hashlib.sha256("\n".join(_readings()).encode()).hexdigest()[:16]
    assert {fields.READING: made} == READ_BY, (
        "Fields make something else of these cells. Raise `fields.READING`, so that rows that came "
        "before are looked at again, and write the new version and figure into READ_BY."
    )
