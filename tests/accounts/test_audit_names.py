"""What the code records in the audit trail has a name that people can read, in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.urls import get_resolver
from django.utils import translation

from wattana.accounts import audit

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


def test_every_name_is_translated():
    english = {}
    with translation.override("en"):
        english = {code: str(label) for code, label in audit.labels().items()}
    with translation.override("th"):
        same = {code for code, label in audit.labels().items() if str(label) == english[code]}
    assert same == set()
