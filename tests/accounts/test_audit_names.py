"""What the code records in the audit trail has a name that people can read, in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.urls import get_resolver
from django.utils import translation

from wattana.accounts import audit, audit_details

SOURCE = Path(__file__).resolve().parents[2] / "src" / "wattana"
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def recorded() -> set[str]:
    """The action codes that stand in calls of `audit.record` and of the helpers around it."""
    found = set()
    for file in SOURCE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and re.search("record$|audit", ast.unparse(call.func)):
                found |= {
                    part.value
                    for part in ast.walk(call)
                    if isinstance(part, ast.Constant)
                    and isinstance(part.value, str)
                    and ACTION.fullmatch(part.value)
                }
    return found


def test_every_recorded_action_has_a_name():
    assert get_resolver().url_patterns  # every room is loaded
    actions = recorded()
    assert "member.invite" in actions
    assert actions - set(audit.labels()) == set()


def details() -> set[str]:
    """The keys of details that stand in calls of `audit.record` and of the helpers around it."""
    found = set()
    for file in SOURCE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            if ast.unparse(call.func) in ("audit.record", "_audit"):
                found |= {one.arg for one in call.keywords if one.arg}
    return found - {"kind", "object_id", "area"}


def test_every_recorded_detail_has_a_name():
    recorded = details()
    assert {"rows", "open", "basis"} <= recorded
    assert recorded - set(audit_details.KEYS) == set()


def test_details_are_told_in_the_language_of_the_reader():
    assert get_resolver().url_patterns  # every room is loaded
    event = {
        "role": "tambon_officer", "box": "area", "rows": 3, "what": "persons", "own": True,
        "basis": "vital", "starts": "2026-11-30", "areas": ["33", "34"], "code": "X-1",
    }  # fmt: skip
    with translation.override("en"):
        assert dict(audit_details.told(event)) == {
            "role": "tambon officer", "list": "All of my area", "rows": "3", "what": "persons",
            "own": "yes", "ground": "danger to life or health (PDPA s. 24(2), 26(1))",
            "first day": "30 Nov 2026", "areas": "33, 34", "code": "X-1",
        }  # fmt: skip
    with translation.override("th"):
        told = dict(audit_details.told(event))
        untranslated = {key for key, name in audit_details.KEYS.items() if str(name).isascii()}
    assert told["จำนวนแถว"] == "3" and "เจ้าหน้าที่ระดับตำบล" in told.values()
    assert told["วันแรก"] == "30 พ.ย. 2569"
    assert untranslated == set()


def test_every_name_is_translated():
    english = {}
    with translation.override("en"):
        english = {code: str(label) for code, label in audit.labels().items()}
    with translation.override("th"):
        same = {code for code, label in audit.labels().items() if str(label) == english[code]}
    assert same == set()
