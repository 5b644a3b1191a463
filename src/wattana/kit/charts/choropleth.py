"""A map of areas coloured by a measure, from GeoJSON outlines: drawn once, coloured many times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, inf, radians
from typing import Any

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.places import Place
from wattana.kit.charts.scales import Scale, legend
from wattana.kit.charts.svg import drawing, hatch, number, tag, words

_WIDTH, _TALLEST = 640.0, 640.0
_FINEST = 0.35  # units between two corners of an outline; less cannot be seen
_LABELLED = 30  # more areas than this leave no room for names on the map

_LABEL_HEIGHT = 32.0
_HALF_VALUE = 17.0  # half the width of a written value

Position = tuple[float, float]


@dataclass(frozen=True)
class Feature:
    """An area and its outline: a GeoJSON Polygon or MultiPolygon in degrees (WGS84)."""

    code: str
    geometry: Mapping[str, Any]
    label: Position | None = None  # longitude, latitude


@dataclass(frozen=True)
class Outline:
    """An area on the paper: SVG path data and the place of its name."""

    code: str
    path: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Outlines:
    """All areas of one map, projected; independent of what colours them, so it can be kept."""

    width: float
    height: float
    areas: tuple[Outline, ...]


def outlines(features: Iterable[Feature]) -> Outlines:
    """Project outlines onto paper (equirectangular, true at the middle latitude)."""
    features = list(features)
    west, south, east, north = _bounds(features)
    shrink = cos(radians((south + north) / 2))
    across = max((east - west) * shrink, 1e-9)
    up = max(north - south, 1e-9)
    scale = min((_WIDTH - 4) / across, (_TALLEST - 4) / up)

    def place(position: Sequence[float]) -> Position:
        return 2 + (position[0] - west) * shrink * scale, 2 + (north - position[1]) * scale

    return Outlines(
        across * scale + 4, up * scale + 4, tuple(_outline(one, place) for one in features)
    )


def choropleth(
    drawn: Outlines,
    places: Sequence[Place],
    scale: Scale,
    title: str,
    description: str,
    *,
    attribution: str = "",
) -> SafeString:
    """The map as a figure with legend and attribution.

    Each area tells its name and value. Up to 30 areas also carry them written, or a number where
    there is no room; a key below the map says what the numbers stand for.
    """
    by_code = {place.code: place for place in places}
    shown = [_Shown(area, by_code[area.code]) for area in drawn.areas if area.code in by_code]
    named = _named(shown)
    numbered = _numbered(shown, named)
    picture = drawing(
        "map", (drawn.width, drawn.height), title, description, hatch("map-none"),
        *[_shape(one, scale) for one in sorted(shown, key=lambda one: one.is_light(scale))],
        *[_label(one, scale) for one in named],
        *[_number(n, one) for n, one in enumerate(numbered, 1)],
        role="group" if any(place.url for place in places) else "img",
    )  # fmt: skip
    source = tag("figcaption", words(attribution)) if attribution else ""
    missing = any(one.place.value is None for one in shown)
    below = [_key(numbered, scale), legend(scale, missing=missing), source]
    return tag("figure", picture, *below, class_="map-figure")


@dataclass(frozen=True)
class _Shown:
    """An area with its outline."""

    area: Outline
    place: Place

    @property
    def half_width(self) -> float:
        """Half the width of the name, or of the value where that is the wider."""
        return max(len(self.place.name) * 3.6, _HALF_VALUE)

    def is_light(self, scale: Scale) -> bool:
        """Whether its border has to be dark to be seen; such areas are drawn last, over others."""
        return scale.tone(self.place.value).ink == palette.INK


def _shape(one: _Shown, scale: Scale) -> str:
    place = one.place
    fill = "url(#map-none)" if place.value is None else scale.tone(place.value).fill
    said = words(f"{place.name}: {place.told(scale)}")
    border = palette.SOFT if one.is_light(scale) else palette.PAPER
    shape = (
        f'<path d="{one.area.path}" fill="{fill}" stroke="{border}"><title>{said}</title></path>'
    )
    # Out of the tab order: the table beside the map has the same links, in reading order.
    return f'<a href="{words(place.url)}" tabindex="-1">{shape}</a>' if place.url else shape


def _named(shown: Sequence[_Shown]) -> list[_Shown]:
    """Whose names find room on the map without covering another, the larger areas first."""
    if len(shown) > _LABELLED:
        return []
    chosen: list[_Shown] = []
    for one in sorted(shown, key=lambda one: -one.area.size):
        if not any(_touch(one, other) for other in chosen):
            chosen.append(one)
    return chosen


def _numbered(shown: Sequence[_Shown], named: Sequence[_Shown]) -> list[_Shown]:
    """The others, which carry a number; the key below the map says whose it is."""
    return [] if len(shown) > _LABELLED else [one for one in shown if one not in named]


def _touch(one: _Shown, other: _Shown) -> bool:
    across = one.half_width + other.half_width
    return (
        abs(one.area.x - other.area.x) <= across and abs(one.area.y - other.area.y) <= _LABEL_HEIGHT
    )


def _label(one: _Shown, scale: Scale) -> str:
    tone, area = scale.tone(one.place.value), one.area
    name = tag("tspan", words(one.place.name), class_="map-name", x=area.x, dy="-0.2em")
    value = tag("tspan", words(one.place.told(scale)), class_="map-value", x=area.x, dy="1.15em")
    return tag(
        "text", name, value,
        x=area.x, y=area.y, fill=tone.ink, stroke=tone.fill, text_anchor="middle",
        class_="map-label", aria_hidden="true",
    )  # fmt: skip


def _number(number: int, one: _Shown) -> str:
    area = one.area
    disc = tag("circle", cx=area.x, cy=area.y, r=9, fill=palette.PAPER, stroke=palette.INK)
    return disc + tag(
        "text", str(number), x=area.x, y=area.y, dy="0.35em", text_anchor="middle",
        class_="map-number", aria_hidden="true",
    )  # fmt: skip


def _key(numbered: Sequence[_Shown], scale: Scale) -> SafeString | str:
    """Whose the numbers on the map are, in their order."""
    lines = [tag("li", words(f"{one.place.name}: {one.place.told(scale)}")) for one in numbered]
    return tag("ol", *lines, class_="map-key") if lines else ""


def _bounds(features: Sequence[Feature]) -> tuple[float, float, float, float]:
    west = south = inf
    east = north = -inf
    for feature in features:
        for ring in _rings(feature.geometry):
            for lon, lat, *_ in ring:
                west, east = min(west, lon), max(east, lon)
                south, north = min(south, lat), max(north, lat)
    return (west, south, east, north) if west <= east else (0.0, 0.0, 1.0, 1.0)


def _rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    kind = geometry.get("type")
    if kind == "Polygon":
        yield from geometry["coordinates"]
    elif kind == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon


def _outline(feature: Feature, place: Any) -> Outline:
    rings = [
        _simplified([place(position) for position in ring]) for ring in _rings(feature.geometry)
    ]
    rings = [ring for ring in rings if len(ring) > 2]
    largest = max(rings, key=lambda ring: abs(_centre(ring)[0]), default=[])
    size, x, y = _centre(largest)
    if feature.label and not _inside(x, y, largest):
        x, y = place(feature.label)
    return Outline(feature.code, "".join(_drawn(ring) for ring in rings), x, y, abs(size))


def _simplified(ring: Sequence[Position]) -> list[Position]:
    """Leave out corners that would fall on the one before."""
    kept: list[Position] = []
    for x, y in ring:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= _FINEST:
            kept.append((x, y))
    return kept


def _drawn(ring: Sequence[Position]) -> str:
    """Path data in steps from corner to corner, a tenth of a unit fine, without rounding drift."""
    x, y = round(ring[0][0] * 10), round(ring[0][1] * 10)
    parts = [f"M{number(x / 10)} {number(y / 10)}l"]
    for next_x, next_y in ring[1:]:
        to_x, to_y = round(next_x * 10), round(next_y * 10)
        parts.append(f"{number((to_x - x) / 10)} {number((to_y - y) / 10)} ")
        x, y = to_x, to_y
    return "".join(parts).rstrip() + "z"


def _centre(ring: Sequence[Position]) -> tuple[float, float, float]:
    """Area (signed) and centre of gravity of a ring."""
    doubled = x = y = 0.0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        cross = ax * by - bx * ay
        doubled += cross
        x += (ax + bx) * cross
        y += (ay + by) * cross
    if abs(doubled) < 1e-9:
        return 0.0, *(ring[0] if ring else (0.0, 0.0))
    return doubled / 2, x / (3 * doubled), y / (3 * doubled)


def _inside(x: float, y: float, ring: Sequence[Position]) -> bool:
    """Whether a place lies within a ring (a ray to the right crosses it an odd number of times)."""
    crossings = 0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            crossings += 1
    return crossings % 2 == 1
