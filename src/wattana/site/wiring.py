"""What travels upwards is wired here: panels of the household page, kinds of import."""

from __future__ import annotations


def install() -> None:
    """Connect the rooms; harmless to repeat."""
