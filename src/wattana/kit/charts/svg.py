"""Writing SVG: elements as text, everything escaped, no style attributes (the content policy)."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString

from wattana.kit.charts import palette

# XML 1.0 has no place for these, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def words(text: object) -> SafeString:
    """Text as XML may hold it: escaped, without control characters."""
    return escape(_UNWRITABLE.sub("", str(text)))


def number(value: float) -> str:
    """A length with at most one decimal: what a screen can show."""
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


def tag(name: str, *children: str, **attributes: object) -> SafeString:
    """An element; `stroke_width=2` writes stroke-width="2", None leaves an attribute out.

    Children are markup: pass text through `words`.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if not children:
        return SafeString(f"<{name}{written}/>")
    return SafeString(f"<{name}{written}>{''.join(children)}</{name}>")


def _value(value: object) -> str:
    return number(value) if isinstance(value, float | int) else words(value)


def label(text: str, x: float, y: float, **attributes: object) -> SafeString:
    """A line of text at a place."""
    return tag("text", words(text), x=x, y=y, **attributes)


def drawing(
    kind: str, size: tuple[float, float], title: str, description: str, *children: str,
    role: str = "img",
) -> SafeString:  # fmt: skip
    """A whole picture with its name and description for those who do not see it.

    `role` is "group" where the picture holds links, which an image may not.
    """
    width, height = size
    return tag(
        "svg",
        tag("title", words(title)),
        tag("desc", words(description)),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"chart chart-{kind}",
        viewBox=f"0 0 {number(width)} {number(height)}",
        fill=palette.INK,
        role=role,
        aria_label=title if role == "group" else None,
    )


def hatch(name: str) -> SafeString:
    """The pattern `url(#name)` of what has no figure; the name stands once in a page."""
    paper = tag("rect", width=6, height=6, fill=palette.NONE.fill)
    lines = tag("pattern", paper, hatch_lines("M0 6L6 0"), id=name, width=6, height=6,
                patternUnits="userSpaceOnUse")  # fmt: skip
    return tag("defs", lines)


def hatch_lines(path: str) -> SafeString:
    """The lines of the hatching: to be seen, and text upon them to be read."""
    return tag("path", d=path, stroke=palette.HATCH, stroke_width=1.2)
