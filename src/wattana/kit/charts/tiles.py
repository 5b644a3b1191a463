"""Areas as tiles where there are no outlines: each tells its name and value on its colour.

A list whose tiles are coloured by SVG (so the colours also print) and whose names are plain text:
the browser breaks Thai names, tiles flow on a phone, and keyboard and screen reader read a list.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.places import Place
from wattana.kit.charts.scales import Scale, legend
from wattana.kit.charts.svg import hatch, tag, words


def tile_map(places: Sequence[Place], scale: Scale, title: str) -> SafeString:
    """A figure of tiles with its legend, in the order given."""
    missing = any(place.value is None for place in places)
    items = [_tile(place, scale) for place in places]
    return tag(
        "figure",
        tag("ul", *items, class_="tiles", aria_label=title),
        legend(scale, missing=missing),
        class_="map-figure",
    )


def _tile(place: Place, scale: Scale) -> SafeString:
    tone = scale.tone(place.value)
    side = "light" if tone.ink == palette.PAPER else "dark"
    empty = " tile-none" if place.value is None else ""
    pattern = f"none-{place.code}"
    fill = f"url(#{pattern})" if empty else tone.fill
    colour = tag(
        "svg",
        hatch(pattern) if empty else "",
        tag("rect", width="100%", height="100%", fill=fill),
        aria_hidden="true",
    )
    name = words(place.name)
    return tag(
        "li", colour, tag("a", name, href=place.url) if place.url else tag("span", name),
        tag("strong", words(place.told(scale))), class_=f"tile tile-{side}{empty}",
    )  # fmt: skip
