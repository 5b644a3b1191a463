"""Measures that upper rooms apply to snapshots. They register here; `site.wiring` calls them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor
from wattana.assessment.models import Run, Snapshot
from wattana.assessment.work import Work


@dataclass(frozen=True)
class Further:
    """A measure: its title, how a run begins, which route shows its figures and to whom.

    `begin` is None where a run needs more than a snapshot and begins on pages of that room.
    """

    name: str
    title: Promise
    begin: Callable[[Snapshot, Actor], Work[Run]] | None
    route: str
    permission: Permission


_further: dict[str, Further] = {}


def register(measure: Further) -> None:
    """Add a measure; a second one of the same name takes the place of the first."""
    _further[measure.name] = measure


def further() -> dict[str, Further]:
    """All of them by name."""
    return _further
