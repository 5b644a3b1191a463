"""A local authority, the offices above it, their handlers, and somebody who complains."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.test import Client

from tests import factories
from tests.referrals.conftest import member_of
from wattana.accounts.models import Member, Organization
from wattana.accounts.viewer import System, Viewer
from wattana.grievances.actions import handlers, opening, steps
from wattana.grievances.actions.opening import Complaint
from wattana.grievances.models import Grievance
from wattana.kit import vault

WORDS = "เจ้าหน้าที่ไม่ยอมรับเอกสารของยาย"


@pytest.fixture(autouse=True)
def installation(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    settings.KEYS_FILE = tmp_path / "keys.json"
    vault.create_if_missing()
    return settings.DATA


@dataclass(frozen=True)
class Offices:
    """Who takes part: an authority, its district, its province, and who runs the system."""

    authority: Organization
    district: Organization
    province: Organization
    operator: Organization
    officer: Viewer
    at_district: Viewer
    at_province: Viewer
    at_operator: Viewer

    def complain(self, kind: str = "service", text: str = WORDS, **said) -> tuple[Grievance, str]:
        said = {"about": self.authority.pk} | said
        return opening.open_(said=Complaint(kind=kind, text=text, **said))

    def take(self, row: Grievance, action: str, words: str = "", by: Viewer | None = None):
        row.refresh_from_db()
        return steps.take(
            grievance=row.pk, action=action, version=row.version, words=words,
            by=by or self.at_district,
        )  # fmt: skip

    def answered(self) -> tuple[Grievance, str]:
        row, code = self.complain()
        self.take(row, "acknowledge")
        return self.take(row, "answer", "we called them"), code


def named(viewer: Viewer) -> Viewer:
    handlers.name(member=viewer.member_id, by=System())
    return viewer


def client_of(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(Member.objects.get(pk=viewer.member_id).user)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def offices(db) -> Offices:
    authority = factories.organization("6330113", areas=("330103",))
    district = factories.organization("D3301", areas=("3301",), kind="district")
    province = factories.organization("P33", areas=("33",), kind="province")
    operator = factories.organization("SSKRU", areas=("33",), kind="university", is_operator=True)
    factories.agreement(
        authority, district, province, operator, areas=("33",),
        starts=dt.date(2024, 1, 1), ends=dt.date(2035, 1, 1),
    )  # fmt: skip
    return Offices(
        authority, district, province, operator,
        officer=member_of(authority, "tambon_officer", ("330103",)),
        at_district=named(member_of(district, "district_officer", ("3301",))),
        at_province=named(member_of(province, "province_officer", ("33",))),
        at_operator=named(member_of(operator, "administrator")),
    )  # fmt: skip
