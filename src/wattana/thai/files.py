"""Bytes of a Thai text file become text, whatever program saved it."""

from __future__ import annotations

import codecs

from wattana.kernel.problems import N_, Invalid

_NOT_TEXT = N_("The file is not a text file. Save it as CSV UTF-8 or as an Excel workbook (.xlsx).")
_UNKNOWN = N_(
    "The letters of the file cannot be read: it is neither UTF-8 nor Thai Windows (CP874) at "
    "byte %(position)s. Save it as CSV UTF-8."
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


def decode(data: bytes) -> tuple[str, str]:
    """Return the text without its byte order mark, and the name of its encoding.

    UTF-8 and UTF-16 by their mark, then UTF-8, then TIS-620 or its superset CP874. Raises `Invalid`
    for binary data and for bytes that none of these knows.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding), encoding
    if b"\0" in data:
        raise Invalid(_NOT_TEXT)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        text = _thai_windows(data, error.start)
    return text, "cp874" if any(0x80 <= byte <= 0xA0 for byte in set(data)) else "tis-620"


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid(_UNKNOWN, position=error.start) from error


def _thai_windows(data: bytes, position: int) -> str:
    """Decode CP874; where it fails, tell the place at which the text left UTF-8."""
    try:
        return data.decode("cp874")
    except UnicodeDecodeError as error:
        raise Invalid(_UNKNOWN, position=position) from error
