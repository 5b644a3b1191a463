"""Files that people attach: told by their bytes, sealed on disk, under the key of their row."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse

from wattana.kernel import keys
from wattana.kernel.problems import N_, Invalid, NotFound
from wattana.kit.vault import vault

LARGEST = 10_000_000  # bytes
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
}
PHOTOS = frozenset(ENDINGS) - {"application/pdf"}
_HEIC = {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}
_ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile")


def write(table: str, row: int, content: bytes) -> None:
    """Seal the file of a row; nobody else on the machine reads it."""
    sealed = vault().seal_bytes(content, table=table, column="file", row=row)
    path = _path(table, row)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sealed)
    path.chmod(0o600)


def read(table: str, row: int) -> bytes:
    """The file of a row. Raises `NotFound` where it is gone."""
    try:
        sealed = _path(table, row).read_bytes()
    except OSError:
        raise NotFound(N_("The file is not there any more. Ask for it again.")) from None
    return vault().open_bytes(sealed, table=table, column="file", row=row)


def delete(table: str, row: int) -> None:
    """Take the file of a row off the disk; harmless to repeat."""
    _path(table, row).unlink(missing_ok=True)


def download(row: int, content_type: str, content: bytes) -> HttpResponse:
    """The file as a download named by its key; browsers never run it."""
    name = f"{keys.to_text(row)}{ENDINGS[content_type][0]}"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _path(table: str, row: int) -> Path:
    return settings.DATA / "attachments" / f"{table}-{row}.sealed"


def checked(name: str, content: bytes) -> str:
    """The content type of a file that may be attached. Raises `Invalid` for every other."""
    if not content:
        raise Invalid(N_("The file is empty."))
    if len(content) > LARGEST:
        raise Invalid(N_("The file is larger than 10 MB. Take a smaller photo, or scan it again."))
    found = _type_of(content)
    if found is None:
        raise Invalid(
            N_("Attach a PDF or a photo (JPEG, PNG, WebP, HEIC). This file is something else.")
        )
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
    return any(word in content for word in _ACTIVE)
