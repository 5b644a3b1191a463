"""Charts and maps made on the server as SVG: no script, no library on the phone, sharp on paper.

Every function takes typed values and returns markup that is escaped and well-formed XML. Names,
titles and descriptions come in the viewer's language from the caller.
"""

from .bars import Bar, bars
from .choropleth import Feature, Outlines, choropleth, outlines
from .curves import Curve, curves
from .matrix import Cell, matrix
from .places import Place
from .radar import Axis, radar
from .rounds import Line, rounds
from .scales import CHANGES, COMPLETENESS, SCORES, SHARES, Scale, legend
from .stacked import Part, stacked_bar
from .stacks import Kind, Stack, stacks
from .strips import strip
from .tiles import tile_map

__all__ = [
    "CHANGES", "COMPLETENESS", "SCORES", "SHARES", "Axis", "Bar", "Cell", "Curve", "Feature",
    "Kind", "Line", "Outlines", "Part", "Place", "Scale", "Stack", "bars", "choropleth", "curves",
    "legend", "matrix", "outlines", "radar", "rounds", "stacked_bar", "stacks", "strip", "tile_map",
]  # fmt: skip
