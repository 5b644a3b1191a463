"""Reads of schemes: versions, one's own drafts, the scheme that a run uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.assessment.models import Run, SchemeChoice, SchemeDraft, SchemeVersion
from wattana.assessment.schemes import fields
from wattana.assessment.schemes.fields import Checked
from wattana.kernel.problems import N_, NotFound
from wattana.rules.measures import Measure, load_measure

FIVE_CAPITALS = "five_capitals"
_NO_DRAFT = N_("There is no such draft among yours.")
_NO_VERSION = N_("There is no such version of the scheme.")


@dataclass(frozen=True)
class Scheme:
    """A scheme that may be copied, tried or run: the shipped one (no row) or a published one."""

    measure: Measure
    row: SchemeVersion | None

    @property
    def version(self) -> str:
        return self.measure.version

    @property
    def name_th(self) -> str:
        return self.measure.scheme.th

    @property
    def name_en(self) -> str:
        return self.measure.scheme.en


def shipped() -> Scheme:
    """The scheme of the rulebook."""
    return Scheme(load_measure(FIVE_CAPITALS), None)


def scheme(version_id: int | None) -> Scheme:
    """A published version, or the shipped scheme for None. Raises `NotFound`."""
    if version_id is None:
        return shipped()
    row = SchemeVersion.objects.filter(pk=version_id).first()
    if row is None:
        raise NotFound(_NO_VERSION)
    return Scheme(_measure(row.pk), row)


def labelled(version: str) -> Scheme:
    """A scheme by its version label. Raises `NotFound`."""
    if version == shipped().version:
        return shipped()
    row = SchemeVersion.objects.filter(measure=FIVE_CAPITALS, version=version).first()
    if row is None:
        raise NotFound(_NO_VERSION)
    return Scheme(_measure(row.pk), row)


@lru_cache(maxsize=16)
def _measure(version_id: int) -> Measure:
    """A version, compiled; it never changes, so it may be kept."""
    row = SchemeVersion.objects.get(pk=version_id)
    return fields.read(row.measure, row.definitions)


def schemes(viewer: Viewer) -> list[Scheme]:
    """The shipped scheme and all versions, newest first. Raises `Forbidden` without `ASSESS`."""
    viewer.require(Permission.ASSESS)
    rows = SchemeVersion.objects.filter(measure=FIVE_CAPITALS)
    return [*(Scheme(_measure(row.pk), row) for row in rows), shipped()]


def chosen() -> Scheme:
    """The scheme that the next run uses."""
    choice = SchemeChoice.objects.filter(measure=FIVE_CAPITALS).first()
    return scheme(choice.version_id if choice else None)


def of_run(run: Run | None) -> Measure:
    """The scheme that a run used, as it is defined now; the shipped one before the first run."""
    return scheme(run.scheme_id if run else None).measure


def drafts(viewer: Viewer) -> QuerySet[SchemeDraft]:
    """The viewer's own drafts, newest first. Raises `Forbidden` without `SCHEME_EDIT`."""
    viewer.require(Permission.SCHEME_EDIT)
    return SchemeDraft.objects.filter(created_by=viewer.user_id).select_related("base")


def draft(viewer: Viewer, draft_id: int) -> SchemeDraft:
    """One of the viewer's drafts. Raises `Forbidden` without `SCHEME_EDIT`, `NotFound`."""
    found = drafts(viewer).filter(pk=draft_id).first()
    if found is None:
        raise NotFound(_NO_DRAFT)
    return found


def base_of(draft: SchemeDraft) -> Scheme:
    """The scheme that a draft was copied from."""
    return scheme(draft.base_id)


def checked(draft: SchemeDraft) -> Checked:
    """The draft as the rulebook's reader sees it, with its faults by field."""
    return fields.checked(draft.measure, base_of(draft).measure.definitions, draft.typed)


def values(draft: SchemeDraft) -> Mapping[str, str]:
    """What each field of the draft holds now, by key."""
    definitions: Mapping[str, Any] = base_of(draft).measure.definitions
    return {key: one.read(definitions) for key, one in fields.fields(definitions).items()} | {
        **draft.typed
    }
