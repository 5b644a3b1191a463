"""Builders of rows for tests: short, with sensible defaults, keyword arguments for what matters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from wattana.accounts.models import Agreement, Member, Organization, OrganizationArea, User
from wattana.accounts.permissions import ROLE_PERMISSIONS
from wattana.accounts.purposes import Purpose
from wattana.accounts.viewer import Viewer
from wattana.areas.models import Area
from wattana.registry.models import Household, Person
from wattana.surveys.models import Visit
from wattana.thai.names import sound_key

NAMES = {
    "33": ("ศรีสะเกษ", "Si Sa Ket"),
    "3301": ("เมืองศรีสะเกษ", "Mueang Si Sa Ket"),
    "330103": ("คูซอด", "Khu Sot"),
    "330105": ("จาน", "Chan"),
    "330122": ("น้ำคำ", "Nam Kham"),
    "3302": ("ยางชุมน้อย", "Yang Chum Noi"),
    "330201": ("ยางชุมน้อย", "Yang Chum Noi"),
}


def area(code: str) -> Area:
    """The area of a code, with all above it."""
    parent = area(code[:-2]) if len(code) > 2 else None
    name_th, name_en = NAMES.get(code, (f"หมู่ {int(code[-2:])}", f"Moo {int(code[-2:])}"))
    return Area.objects.get_or_create(
        code=code,
        defaults={
            "level": len(code),
            "parent": parent,
            "name_th": name_th,
            "name_en": name_en,
            "listed": len(code) < 8 or code in NAMES,
        },
    )[0]


def organization(code: str = "6330113", *, areas: tuple[str, ...] = ("330103",), **more: Any):
    """A local authority that serves `areas`."""
    defaults = {"kind": "tao", "name_th": f"อบต. {code}", "name_en": f"TAO {code}"} | more
    made, new = Organization.objects.get_or_create(code=code, defaults=defaults)
    if new:
        for one in areas:
            OrganizationArea.objects.create(organization=made, area=area(one))
    return made


def agreement(*parties: Organization, areas: tuple[str, ...] = ("3301",), **more: Any) -> Agreement:
    """An agreement in force between `parties` over `areas`."""
    today = timezone.localdate()
    made = Agreement.objects.create(
        **{
            "title_th": "บันทึกข้อตกลง",
            "title_en": "Agreement",
            "purposes": list(Purpose.values),
            "starts": today - dt.timedelta(days=30),
            "ends": today + dt.timedelta(days=365),
        }
        | more
    )
    made.parties.set(parties)
    made.areas.set([area(one) for one in areas])
    return made


def member(
    role: str = "tambon_officer",
    *,
    of: Organization | None = None,
    username: str | None = None,
    password: str = "a-long-enough-phrase",
) -> Member:
    """An active user with one role in an organisation."""
    of = of or organization()
    name = username or f"{role}-{of.code}"
    user = User(username=name, display_name=name, status="active", language="en")
    user.set_password(password)
    user.save()
    return Member.objects.create(user=user, organization=of, role=role)


def viewer(
    role: str = "tambon_officer", *, areas: tuple[str, ...] = ("330103",), **more: Any
) -> Viewer:
    """A viewer without any row behind it, for tests of queries."""
    return Viewer(
        **{
            "user_id": 1,
            "member_id": 1,
            "organization_id": 1,
            "role": role,
            "permissions": ROLE_PERMISSIONS[role],
            "areas": areas,
        }
        | more
    )


def household(
    village: str = "33010301", *, owner: Organization | None = None, **more: Any
) -> Household:
    """A household in a village."""
    return Household.objects.create(
        **{
            "area": area(village),
            "owner": owner or organization(),
            "created_at": timezone.now(),
            "house_no": "1",
        }
        | more
    )


def person(home: Household, **more: Any) -> Person:
    """A member of a household, without national ID unless told otherwise."""
    fields = {
        "household": home,
        "first_name": "สมหญิง",
        "last_name": "ตัวอย่าง",
        "no_id_reason": "not_asked",
        "created_at": timezone.now(),
    } | more
    keys = {f"{part}_key": sound_key(fields[f"{part}_name"]) for part in ("first", "last")}
    return Person.objects.create(**keys | fields)


def visit(home: Household, *, year: int = 2025, round: int = 1, **more: Any) -> Visit:  # noqa: A002
    """A visit that is being recorded, without answers unless told otherwise."""
    return Visit.objects.create(
        **{
            "household": home,
            "organization": home.owner,
            "year": year,
            "round": round,
            "surveyed_on": dt.date(year, 3, 1),
            "codebook_version": "test",
            "created_at": timezone.now(),
            "created_by": 1,
        }
        | more
    )
