"""Referrals of the demo province: half a year of cases, and needs that wait for an officer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from wattana.accounts import queries as accounts
from wattana.accounts.models import Member, Organization
from wattana.accounts.viewer import System, Viewer
from wattana.notices.models import Notice
from wattana.referrals.actions import needs
from wattana.referrals.plans import actions as plans
from wattana.referrals.simulation import simulate
from wattana.registry.models import Household

_MONTHS, _A_MONTH, _PROPOSED_FOR = 6, 20, 25
_FOLLOWED = 6
_GOALS = (
    ("physical", "ซ่อมหลังคาก่อนเข้าฤดูฝน", "อบต. และช่างในหมู่บ้าน"),
    ("financial", "ขายผักที่ตลาดนัดสัปดาห์ละสองวัน", "ครัวเรือนเอง"),
    ("human", "หลานกลับไปเรียน กศน.", "ยายและครู กศน."),
)
_FINDINGS = (
    "หลังคารั่วสองจุด ช่างประเมินแล้ว",
    "เริ่มปลูกผักหลังบ้าน มีรายได้เล็กน้อย",
    "หลานยังไม่ได้สมัครเรียน นัดพบครูสัปดาห์หน้า",
)
_READ_AFTER = 10  # days after which the demo's members have read their notices


def bring_in(owner: Organization, seed: int, by: System, progress: Callable[[float], None]) -> None:
    """Simulate the past months and let the rules propose for the hardest of one authority."""
    simulate(months=_MONTHS, seed=seed, per_month=_A_MONTH, keep=True, progress=progress)
    old = timezone.now() - dt.timedelta(days=_READ_AFTER)
    Notice.objects.filter(at__lt=old).update(read_at=old)
    rows = Household.objects.filter(owner=owner, standing_level=1, status="active")
    keys = list(rows.order_by("standing_score", "id").values_list("pk", flat=True)[:_PROPOSED_FOR])
    for key in keys:
        needs.propose(household=key, by=by)
    officer = Member.objects.filter(organization=owner, role=Member.Role.TAMBON_OFFICER).first()
    if officer is not None:
        _follow(keys[:_FOLLOWED], accounts.viewer_of(officer.user, officer.pk))


def _follow(homes: list[int], by: Viewer) -> None:
    """Plans with a goal and a first visit; the latest visit is some days old."""
    today = timezone.localdate()
    for number, home in enumerate(homes):
        made = plans.open_plan(household=home, review_on=today + dt.timedelta(7 * number), by=by)
        capital, text, doer = _GOALS[number % len(_GOALS)]
        plans.add_goal(
            plan=made.pk, capital=capital, text=text, doer=doer,
            next_on=today + dt.timedelta(days=30), by=by,
        )  # fmt: skip
        plans.record_follow_up(
            household=home, on=today - dt.timedelta(days=3 * number + 1), channel="visit",
            findings=_FINDINGS[number % len(_FINDINGS)], next_on=today + dt.timedelta(days=30),
            by=by,
        )  # fmt: skip
