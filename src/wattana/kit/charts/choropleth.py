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
from wattana.kit.charts.svg import drawing, number, tag, words

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

    Each area tells its name and value. Up to 30 areas also carry them written: name and value, or
    the value alone where there is room for no more.
    """
    by_code = {place.code: place for place in places}
    shown = [_Shown(area, by_code[area.code]) for area in drawn.areas if area.code in by_code]
    picture = drawing(
        "map", (drawn.width, drawn.height), title, description, _hatch(),
        *[_shape(one, scale) for one in shown],
        *[_label(one, scale, named=named) for one, named in _labels(shown)],
        role="group" if any(place.url for place in places) else "img",
    )  # fmt: skip
    source = tag("figcaption", words(attribution)) if attribution else ""
    missing = any(one.place.value is None for one in shown)
    return tag("figure", picture, legend(scale, missing=missing), source, class_="map-figure")


@dataclass(frozen=True)
class _Shown:
    """An area with its outline."""

    area: Outline
    place: Place

    def half_width(self, named: bool) -> float:
        """Half the width of the name, or of the value where that is the wider."""
        return max(len(self.place.name) * 3.6, _HALF_VALUE) if named else _HALF_VALUE


def _hatch() -> str:
    lines = tag("path", d="M0 6L6 0", stroke=palette.SOFT, stroke_width=0.8)
    return tag(
        "defs",
        tag("pattern", tag("rect", width=6, height=6, fill=palette.NONE.fill), lines,
            id="map-none", width=6, height=6, patternUnits="userSpaceOnUse"),
    )  # fmt: skip


def _shape(one: _Shown, scale: Scale) -> str:
    place = one.place
    fill = "url(#map-none)" if place.value is None else scale.tone(place.value).fill
    said = words(f"{place.name}: {place.told(scale)}")
    shape = f'<path d="{one.area.path}" fill="{fill}"><title>{said}</title></path>'
    # Out of the tab order: the table beside the map has the same links, in reading order.
    return f'<a href="{words(place.url)}" tabindex="-1">{shape}</a>' if place.url else shape


def _labels(shown: Sequence[_Shown]) -> list[tuple[_Shown, bool]]:
    """Labels that cover no other: with names for the larger areas, then values for the others."""
    if len(shown) > _LABELLED:
        return []
    chosen: list[tuple[_Shown, bool]] = []
    done: set[str] = set()
    for named in (True, False):
        for one in sorted(shown, key=lambda one: -one.area.size):
            free = not any(_touch(one, named, other, whole) for other, whole in chosen)
            if free and one.area.code not in done:
                chosen.append((one, named))
                done.add(one.area.code)
    return chosen


def _touch(one: _Shown, named: bool, other: _Shown, other_named: bool) -> bool:
    across = one.half_width(named) + other.half_width(other_named)
    upright = (_label_height(named) + _label_height(other_named)) / 2
    return abs(one.area.x - other.area.x) <= across and abs(one.area.y - other.area.y) <= upright


def _label_height(named: bool) -> float:
    return _LABEL_HEIGHT if named else _LABEL_HEIGHT / 2


def _label(one: _Shown, scale: Scale, *, named: bool) -> str:
    tone, area = scale.tone(one.place.value), one.area
    name = tag("tspan", words(one.place.name), class_="map-name", x=area.x, dy="-0.2em")
    value = tag("tspan", words(one.place.told(scale)), class_="map-value", x=area.x,
                dy="1.15em" if named else "0.3em")  # fmt: skip
    return tag(
        "text", name if named else "", value,
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
