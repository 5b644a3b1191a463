"""Text for cells of files that people open in a spreadsheet program."""

from __future__ import annotations

_RUNS = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run as a formula (OWASP)


def harmless(text: str) -> str:
    """The text, led by an apostrophe where a spreadsheet program would run it as a formula."""
    return "'" + text if text.startswith(_RUNS) else text
