"""Complaints of the demo province, at every state; invented words of nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from wattana.accounts import queries as accounts
from wattana.accounts.models import Member, Organization
from wattana.accounts.viewer import System, Viewer
from wattana.grievances.actions import handlers, opening, steps
from wattana.grievances.actions.opening import Complaint
from wattana.grievances.models import Grievance
from wattana.kit import moments

# kind, days ago, what was said, steps that followed with their words
_SAID: tuple[tuple[str, int, str, tuple[tuple[str, str], ...]], ...] = (
    ("service", 1, "ยื่นเรื่องซ่อมบ้านไว้นานแล้ว ยังไม่มีใครแจ้งผล", ()),
    ("person", 2, "เจ้าหน้าที่พูดจาไม่สุภาพกับยายตอนไปยื่นเอกสาร", ()),
    ("data", 6, "มีคนนอกรู้รายได้ของครอบครัวเราจากแบบสำรวจ", (("acknowledge", ""),)),
    ("decision", 9, "บ้านข้าง ๆ ได้รับการช่วยเหลือ แต่บ้านเราไม่ได้ อยากทราบเหตุผล",
     (("acknowledge", ""), ("look_into", "ขอสำเนาเอกสารจากหน่วยงานแล้ว"))),
    ("service", 14, "นัดมาเยี่ยมบ้านแล้วไม่มา",
     (("acknowledge", ""), ("answer", "ได้ประสานให้ลงเยี่ยมใหม่สัปดาห์หน้า ขออภัยในความล่าช้า"))),
    ("other", 30, "อยากให้แจ้งสิทธิเป็นภาษาท้องถิ่นด้วย",
     (("acknowledge", ""), ("answer", "จะจัดล่ามอาสาในวันนัดครั้งต่อไป"), ("accept", ""))),
    ("person", 35, "ถูกเรียกเก็บเงินค่ากรอกแบบฟอร์ม",
     (("acknowledge", ""), ("answer", "ตรวจสอบแล้วไม่พบการเก็บเงิน"),
      ("not_settled", "มีพยานสองคนเห็น"))),
)  # fmt: skip
_BETWEEN = dt.timedelta(hours=20)


def bring_in(about: Organization, by: System) -> None:
    """Name a handler in each office that may have one, and let complaints about `about` come in."""
    _name_handlers(by)
    now = moments.now()
    for kind, ago, said, followed in _SAID:
        start = now - dt.timedelta(days=ago)
        with moments.at(start):
            row, code = opening.open_(said=Complaint(kind=kind, text=said, about=about.pk))
        for number, (action, words) in enumerate(followed, 1):
            with moments.at(min(start + number * _BETWEEN, now)):
                _take(row.pk, code, action, words)


def _name_handlers(by: System) -> None:
    roles = (Member.Role.DISTRICT_OFFICER, Member.Role.PROVINCE_OFFICER)
    for member in Member.objects.filter(role__in=roles, ended_at__isnull=True).order_by("pk"):
        handlers.name(member=member.pk, by=by)


def _take(key: int, code: str, action: str, words: str) -> None:
    row = Grievance.objects.get(pk=key)
    handler = next(_handlers(row), None)
    if action in ("accept", "not_settled"):
        steps.take_by_code(code=code, action=action, version=row.version, words=words)
    elif handler is not None:
        steps.take(grievance=key, action=action, version=row.version, words=words, by=handler)


def _handlers(row: Grievance) -> Iterator[Viewer]:
    for member in Member.objects.filter(organization=row.organization_id).select_related("user"):
        yield accounts.viewer_of(member.user, member.pk)
