"""Papers and photos of a case: told by their bytes, sealed on disk, opened by both sides."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid, NotFound
from wattana.kit import moments
from wattana.kit.vault import vault
from wattana.referrals import access
from wattana.referrals.actions import cases
from wattana.referrals.models import Attachment, Referral
from wattana.rules import referrals as rulebook

LARGEST = 10_000_000
MOST = 30
OTHER = "other"
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
}
_HEIC = {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}
_KINDS = N_("Attach a PDF or a photo (JPEG, PNG, WebP, HEIC). This file is something else.")


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
    content_type = checked(name, content)
    made = Attachment.objects.create(
        referral=found, kind=kind, content_type=content_type, size=len(content),
        digest=hashlib.sha256(content).hexdigest(), at=moments.now(), by=by.user_id,
        organization_id=by.organization_id,
    )  # fmt: skip
    _write(made, content)
    cases.write(found, "attach", side, by, old=found.state)
    _record(by, "attachment.add", made)
    return made


def open_file(viewer: Viewer, key: int) -> tuple[Attachment, bytes]:
    """A file with its bytes; the reading is audited. Raises `NotFound`."""
    found = _of(viewer, key)
    try:
        sealed = _path(found).read_bytes()
    except OSError:
        raise NotFound(N_("The file is not there any more. Ask for it again.")) from None
    content = vault().open_bytes(sealed, table="referrals_attachment", column="file", row=found.pk)
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
    path = _path(found)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    _record(by, "attachment.remove", found)
    return found


def checked(name: str, content: bytes) -> str:
    """The content type of a file that may be attached. Raises `Invalid` for every other."""
    if not content:
        raise Invalid(N_("The file is empty."))
    if len(content) > LARGEST:
        raise Invalid(N_("The file is larger than 10 MB. Take a smaller photo, or scan it again."))
    found = _type_of(content)
    if found is None:
        raise Invalid(_KINDS)
    ending = os.path.splitext(name)[1].lower()
    if ending not in ENDINGS[found]:
        raise Invalid(
            N_("The name of the file ends in “%(ending)s”, but it is %(kind)s. Rename it."),
            ending=ending[:12] or "–",
            kind=found,
        )
    if found == "application/pdf" and _is_active(content):
        raise Invalid(
            N_("This PDF contains a script or another file. Print it anew and attach that.")
        )
    return found


def _type_of(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "image/heic"
    return None


def _is_active(content: bytes) -> bool:
    return any(word in content for word in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile"))


def _of(viewer: Viewer, key: int) -> Attachment:
    rows = Attachment.objects.filter(pk=key, removed_at__isnull=True).select_related("referral")
    found = rows.first()
    if found is None:
        raise NotFound(N_("There is no such file."))
    case = access.referral(viewer, found.referral_id)
    if not access.sides(viewer, case):
        raise NotFound(N_("There is no such file."))
    return found


def _path(attachment: Attachment) -> Path:
    return settings.DATA / "attachments" / f"{attachment.pk}.sealed"


def _write(attachment: Attachment, content: bytes) -> None:
    sealed = vault().seal_bytes(
        content, table="referrals_attachment", column="file", row=attachment.pk
    )
    path = _path(attachment)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sealed)
    path.chmod(0o600)


def _record(by: Viewer, action: str, made: Attachment) -> None:
    referral: Referral = made.referral
    audit.record(
        by, action, kind="referral", object_id=referral.pk, area=referral.area_code,
        content_type=made.content_type, size=made.size,
    )  # fmt: skip
