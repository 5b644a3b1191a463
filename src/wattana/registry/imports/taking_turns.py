"""Imports are written one after another; who waits is told for whom."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.utils import timezone
from django.utils.translation import gettext

from wattana.kernel.problems import N_
from wattana.kit import turns
from wattana.kit.templatetags.wattana import in_language
from wattana.registry.imports.kinds import Progress
from wattana.registry.models import ImportBatch

WAITING = N_("Waiting until another import is written")
_NAME = "imports"


def turn(batch: ImportBatch, progress: Progress) -> AbstractContextManager[None]:
    """The turn of writing a batch, or undoing it: it finds what the one before has entered."""
    return turns.turn(_NAME, lambda: progress(WAITING, 0, 1), whose=batch.pk)


def is_free() -> bool:
    """Whether nobody writes an import now."""
    return turns.is_free(_NAME)


def told() -> str:
    """`WAITING` in the language in force, with whose import it is and since when."""
    holder = turns.holder(_NAME)
    rows = ImportBatch.objects.select_related("organization")
    found = rows.filter(pk=holder.whose).first() if holder else None
    if holder is None or found is None:
        return gettext(WAITING)
    return gettext(
        "Waiting until another import is written: that of %(organization)s, at work since %(time)s"
    ) % {
        "organization": in_language(found.organization),
        "time": timezone.localtime(holder.since).strftime("%H:%M"),
    }  # fmt: skip
