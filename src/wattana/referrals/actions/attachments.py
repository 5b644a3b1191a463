"""Papers and photos of a case: told by their bytes, sealed on disk, opened by both sides."""

from __future__ import annotations

import hashlib

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid, NotFound
from wattana.kit import attached, moments
from wattana.referrals import access
from wattana.referrals.actions import cases
from wattana.referrals.models import Attachment, Referral
from wattana.rules import referrals as rulebook

MOST = 30
OTHER = "other"
_TABLE = "referrals_attachment"


@transaction.atomic
def add(*, referral: int, name: str, content: bytes, kind: str = OTHER, by: Viewer) -> Attachment:
    """Attach a file. What it is follows from its bytes; its name is not kept.

    Raises `Invalid` for another kind of file, an ending that says something else than the bytes,
    0 bytes or more than 10 MB, or a PDF with a script or a file in it.
    """
    found = access.referral(by, referral, lock=True)
    side = next(iter(sorted(access.sides(by, found))), None)
    if side is None:
        raise Forbidden(N_("Only sender and receiver of the case may do this."))
    if found.attachments.filter(removed_at__isnull=True).count() >= MOST:
        raise Conflict(N_("A case holds at most %(most)s files. Remove one first."), most=MOST)
    if kind != OTHER and kind not in rulebook.load().documents:
        raise Invalid(N_("Choose one of the answers of the list."))
    content_type = attached.checked(name, content)
    made = Attachment.objects.create(
        referral=found, kind=kind, content_type=content_type, size=len(content),
        digest=hashlib.sha256(content).hexdigest(), at=moments.now(), by=by.user_id,
        organization_id=by.organization_id,
    )  # fmt: skip
    attached.write(_TABLE, made.pk, content)
    cases.write(found, "attach", side, by, old=found.state)
    _record(by, "attachment.add", made)
    return made


def open_file(viewer: Viewer, key: int) -> tuple[Attachment, bytes]:
    """A file with its bytes; the reading is audited. Raises `NotFound`."""
    found = _of(viewer, key)
    content = attached.read(_TABLE, found.pk)
    _record(viewer, "attachment.open", found)
    return found, content


@transaction.atomic
def remove(*, attachment: int, by: Viewer) -> Attachment:
    """Take a file back; only the organisation that attached it may. Its row stays as history."""
    found = _of(by, attachment)
    if found.organization_id != by.organization_id:
        raise Forbidden(N_("Only the organisation that attached the file may remove it."))
    found.removed_at, found.removed_by = moments.now(), by.user_id
    found.save(update_fields=["removed_at", "removed_by"])
    transaction.on_commit(lambda: attached.delete(_TABLE, found.pk))
    _record(by, "attachment.remove", found)
    return found


def _of(viewer: Viewer, key: int) -> Attachment:
    rows = Attachment.objects.filter(pk=key, removed_at__isnull=True).select_related("referral")
    found = rows.first()
    if found is None:
        raise NotFound(N_("There is no such file."))
    case = access.referral(viewer, found.referral_id)
    if not access.reads_facts(viewer, case):
        raise NotFound(N_("There is no such file."))
    return found


def _record(by: Viewer, action: str, made: Attachment) -> None:
    referral: Referral = made.referral
    audit.record(
        by, action, kind="referral", object_id=referral.pk, area=referral.area_code,
        content_type=made.content_type, size=made.size,
    )  # fmt: skip
