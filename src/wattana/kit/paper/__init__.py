"""Papers as PDF: data and a Typst template in, bytes out; Thai shaped right, the same each time."""

from wattana.kit.paper.rendering import Paper, render

__all__ = ["Paper", "render"]
