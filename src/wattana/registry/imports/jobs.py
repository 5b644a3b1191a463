"""Work on large files in a process of its own; the page watches it through the batch's folder.

Small files are done within the request. The work survives the request, not the machine: what was
interrupted left nothing behind and is begun again from the page.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import time
from collections.abc import Mapping
from typing import Any, Literal

import django
from django.utils import translation

from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Conflict, Problem
from wattana.registry.imports import actions, folders
from wattana.registry.imports.mapping import from_json
from wattana.registry.models import ImportBatch

IN_REQUEST = 1_500_000  # bytes of the upload; about ten thousand rows, a second or two
_SILENT_FOR = 600  # seconds after which a process that tells nothing counts as gone
_EVERY = 0.5  # seconds between notes of progress

Step = Literal["check", "commit"]
_log = logging.getLogger(__name__)


def run(batch: ImportBatch, step: Step, viewer: Viewer, **options: Any) -> bool:
    """Do a step at once when the file is small, else begin it; return whether it is done.

    Raises `Conflict` while the batch is being worked on, and what a step done at once raises.
    """
    if is_running(folders.told(batch.pk)):
        raise Conflict(actions.AT_WORK)
    upload = folders.folder(batch.pk) / folders.UPLOAD
    if not upload.exists() or upload.stat().st_size <= IN_REQUEST:
        _do(batch, step, viewer, options)
        return True
    folders.tell(batch.pk, state="running", step=N_("Beginning"), done=0, total=1, pid=os.getpid())
    multiprocessing.active_children()  # collects those that have ended
    multiprocessing.get_context("spawn").Process(
        target=work, args=(batch.pk, step, viewer, options, translation.get_language())
    ).start()
    return False


def is_running(told: Mapping[str, Any]) -> bool:
    """Whether a process is at work, by what it told last."""
    if told.get("state") != "running" or time.time() - told["at"] > _SILENT_FOR:
        return False
    try:
        os.kill(told["pid"], 0)
    except OSError:
        return False
    return True


def work(
    batch: int, step: Step, viewer: Viewer, options: Mapping[str, Any], language: str | None
) -> None:
    """A step in a process of its own, telling how far it is and how it ended."""
    django.setup()
    translation.activate(language or "th")
    last = 0.0

    def progress(name: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _EVERY:
            last = time.monotonic()
            folders.tell(batch, state="running", step=name, done=done, total=total, pid=os.getpid())

    folders.tell(batch, state="running", step=N_("Beginning"), done=0, total=1, pid=os.getpid())
    try:
        _do(ImportBatch.objects.get(pk=batch), step, viewer, {**options, "progress": progress})
    except Problem as problem:
        folders.tell(batch, state="failed", message=problem.message, params=dict(problem.params))
        return
    except BaseException:
        folders.tell(batch, state="failed", message=_BROKE, params={})
        _log.exception("import %s: %s broke off", batch, step)
        raise
    folders.tell(batch, state="done")


_BROKE = N_(
    "The work broke off because of a fault in the system; nothing of this import was kept. Tell "
    "the administrator."
)


def _do(batch: ImportBatch, step: Step, viewer: Viewer, options: Mapping[str, Any]) -> None:
    if step == "check":
        chosen = {**options, "mapping": from_json(options["mapping"])}
        actions.check(batch=batch, by=viewer, **chosen)
    else:
        actions.commit(batch=batch, by=viewer, **options)
