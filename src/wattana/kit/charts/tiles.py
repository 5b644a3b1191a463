"""Areas as tiles where there are no outlines: each tells its name and value on its colour.

A list whose tiles are coloured by SVG (so the colours also print) and whose names are plain text:
the browser breaks Thai names, tiles flow on a phone, and keyboard and screen reader read a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.scales import Scale, legend
from wattana.kit.charts.svg import tag, words


@dataclass(frozen=True)
class Tile:
    """An area and where it leads."""

    code: str
    name: str
    url: str = ""


def tile_map(
    tiles: Sequence[Tile], values: Mapping[str, float | None], scale: Scale, title: str
) -> SafeString:
    """A figure of tiles with its legend, in the order given."""
    missing = any(values.get(tile.code) is None for tile in tiles)
    items = [_tile(tile, values.get(tile.code), scale) for tile in tiles]
    return tag(
        "figure",
        tag("ul", *items, class_="tiles", aria_label=title),
        legend(scale, missing=missing),
        class_="map-figure",
    )


def _tile(tile: Tile, value: float | None, scale: Scale) -> SafeString:
    tone = scale.tone(value)
    side = "light" if tone.ink == palette.PAPER else "dark"
    empty = " tile-none" if value is None else ""
    colour = tag(
        "svg", tag("rect", width="100%", height="100%", fill=tone.fill), aria_hidden="true"
    )
    name = tag("a", words(tile.name), href=tile.url) if tile.url else tag("span", words(tile.name))
    return tag(
        "li", colour, name, tag("strong", words(scale.written(value))),
        class_=f"tile tile-{side}{empty}",
    )  # fmt: skip
