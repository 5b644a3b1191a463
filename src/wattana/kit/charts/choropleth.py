"""A map of areas coloured by a measure, from GeoJSON outlines: drawn once, coloured many times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, inf, radians
from typing import Any

from django.utils.safestring import SafeString

from wattana.kit.charts import palette
from wattana.kit.charts.scales import Scale, legend
from wattana.kit.charts.svg import drawing, number, tag, words

_WIDTH, _TALLEST = 640.0, 640.0
_FINEST = 0.35  # units between two corners of an outline; less cannot be seen
_LABELLED = 30  # more areas than this leave no room for names on the map

_LABEL_HEIGHT = 32.0

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
    values: Mapping[str, float | None],
    scale: Scale,
    names: Mapping[str, str],
    title: str,
    description: str,
    *,
    urls: Mapping[str, str] | None = None,
    attribution: str = "",
) -> SafeString:
    """The map as a figure with legend and attribution.

    Each area tells its name and value; `urls` lead to the areas. Up to 30 areas also carry them
    written, as far as the labels do not cover each other.
    """
    urls = urls or {}
    shapes = [_shape(area, values.get(area.code), scale, names, urls) for area in drawn.areas]
    labels = [
        _label(area, values.get(area.code), scale, names) for area in _readable(drawn.areas, names)
    ]
    missing = any(values.get(area.code) is None for area in drawn.areas)
    picture = drawing(
        "map", (drawn.width, drawn.height), title, description, _hatch(), *shapes, *labels,
        role="group" if urls else "img",
    )  # fmt: skip
    source = tag("figcaption", words(attribution)) if attribution else ""
    return tag("figure", picture, legend(scale, missing=missing), source, class_="map-figure")


def _hatch() -> str:
    lines = tag("path", d="M0 6L6 0", stroke=palette.SOFT, stroke_width=0.8)
    return tag(
        "defs",
        tag("pattern", tag("rect", width=6, height=6, fill=palette.NONE.fill), lines,
            id="map-none", width=6, height=6, patternUnits="userSpaceOnUse"),
    )  # fmt: skip


def _shape(
    area: Outline, value: float | None, scale: Scale,
    names: Mapping[str, str], urls: Mapping[str, str],
) -> str:  # fmt: skip
    fill = "url(#map-none)" if value is None else scale.tone(value).fill
    said = f"{names.get(area.code, area.code)}: {scale.written(value)}"
    shape = f'<path d="{area.path}" fill="{fill}"><title>{words(said)}</title></path>'
    url = urls.get(area.code)
    # Out of the tab order: the table beside the map has the same links, in reading order.
    return f'<a href="{words(url)}" tabindex="-1">{shape}</a>' if url else shape


def _readable(areas: Sequence[Outline], names: Mapping[str, str]) -> list[Outline]:
    """The areas whose label covers no other, the larger areas first."""
    if len(areas) > _LABELLED:
        return []
    chosen: list[Outline] = []
    for area in sorted(areas, key=lambda one: -one.size):
        half = _half_width(area, names)
        if all(
            abs(area.x - other.x) > half + _half_width(other, names)
            or abs(area.y - other.y) > _LABEL_HEIGHT
            for other in chosen
        ):
            chosen.append(area)
    return chosen


def _half_width(area: Outline, names: Mapping[str, str]) -> float:
    """Half the width of the name, or of the value where that is the wider (26 units on a phone)."""
    return max(len(names.get(area.code, "")) * 3.6, 30.0)


def _label(area: Outline, value: float | None, scale: Scale, names: Mapping[str, str]) -> str:
    tone = scale.tone(value)
    return tag(
        "text",
        tag("tspan", words(names.get(area.code, area.code)), class_="map-name", x=area.x,
            dy="-0.2em"),
        tag("tspan", words(scale.written(value)), class_="map-value", x=area.x, dy="1.15em"),
        x=area.x, y=area.y, fill=tone.ink, stroke=tone.fill, text_anchor="middle",
        class_="map-label", aria_hidden="true",
    )  # fmt: skip


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
