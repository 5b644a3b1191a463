"""Text for cells of files that people open in a spreadsheet program."""

from __future__ import annotations

_RUNS = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run as a formula (OWASP)


def harmless(text: str) -> str:
    """The text, led by an apostrophe where a spreadsheet program would run it as a formula."""
    return "'" + text if text.startswith(_RUNS) else text


GUARDED = r"^'([=+\-@\t\r])"
"""A pattern for the beginning of what `harmless` guarded; its first group is the text's own."""


def bare(text: str) -> str:
    """The text without the apostrophe that `harmless` put before it."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_RUNS) else text
