"""Which programmes tell of somebody's health, disability or hardship by being named with her."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.rules import codebook as codebooks
from wattana.rules.derived import derivations
from wattana.rules.expressions import Expression
from wattana.rules.programmes import Programme

SENSITIVE = "sensitive"
_ONE_AT_A_TIME = "receives"  # the whole list is sensitive; a condition asks it about one programme


def may_see(viewer: Viewer, programme: Programme) -> bool:
    """Whether a programme may be named with a person or household to this viewer."""
    return viewer.can(Permission.SENSITIVE_VIEW) or not is_sensitive(programme)


@lru_cache(maxsize=256)
def is_sensitive(programme: Programme) -> bool:
    """Its name tells it, or its conditions do, since who is due fulfils them all."""
    if programme.sensitivity == SENSITIVE:
        return True
    return any(is_sensitive_fact(one) for e in programme.expressions for one in _inputs(e))


def is_sensitive_fact(name: str) -> bool:
    """Whether a fact, or one that it follows from, is sensitive."""
    variable = codebooks.load().variable(name)
    if variable.sensitivity == SENSITIVE:
        return name != _ONE_AT_A_TIME
    found = derivations(codebooks.load()).get(name)
    return found is not None and any(is_sensitive_fact(one) for one in _inputs(found.expression))


def _inputs(expression: Expression) -> Iterator[str]:
    yield from expression.inputs
    yield from expression.member_inputs
