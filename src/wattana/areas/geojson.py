"""Reading boundaries that an operator supplies: GeoJSON, WGS84, longitude first."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from wattana.areas.codes import parse_code
from wattana.kernel.problems import N_, Invalid
from wattana.thai.files import decode

_CODE_PROPERTIES = (
    "code", "pcode", "geocode", "dopa_code",
    "adm4_pcode", "adm3_pcode", "adm2_pcode", "adm1_pcode", "adm3pcode", "adm2pcode", "adm1pcode",
    "tambon_idn", "tam_code", "tambon_code", "subdistrict_code", "amphoe_idn", "amp_code",
    "amphoe_code", "district_code", "prov_code", "province_code", "id",
)  # fmt: skip
"""Lower case, the most telling and the deepest level first."""

_MOST_DIGITS = 20
_WGS84 = ("crs84", "4326", "wgs84", "wgs 84")
_WEST, _SOUTH, _EAST, _NORTH = 97.0, 5.0, 106.0, 21.0  # Thailand, with some sea

_NO_CODE = N_("The feature has no area code. Name it in a property such as code or ADM3_PCODE.")
_NO_POLYGON = N_("The outline is not a polygon.")
_NO_RING = N_("A ring of the outline needs at least four points, the last equal to the first.")
_OUTSIDE = N_(
    "The point %(x)s, %(y)s lies outside Thailand (longitude 97 to 106, latitude 5 to 21). "
    "Coordinates must be WGS84 degrees, longitude first."
)

Point = Sequence[float]
Ring = Sequence[Point]


@dataclass(frozen=True)
class Outline:
    """One feature that can be used: a code and its polygons."""

    code: str
    geometry: dict[str, Any]
    label: tuple[float, float]


def read_collection(data: bytes) -> dict[str, Any]:
    """Parse a FeatureCollection. Raises `Invalid` for anything else and for a foreign CRS."""
    if not data.strip():
        raise Invalid(N_("The file is empty."))
    try:
        text, _encoding = decode(data)
    except Invalid:  # its advice is that of tables
        raise Invalid(N_("The file is not GeoJSON: it is no text in UTF-8.")) from None
    try:
        content = json.loads(text, parse_int=_number)
    except json.JSONDecodeError as error:
        raise Invalid(
            N_("The file is not GeoJSON: it breaks at line %(line)s, column %(column)s."),
            line=error.lineno,
            column=error.colno,
        ) from error
    except RecursionError as error:
        raise Invalid(N_("The file is not GeoJSON: it is nested too deeply.")) from error
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise Invalid(N_("The file is not a GeoJSON FeatureCollection."))
    _refuse_foreign_crs(content)
    return content


def attribution_of(content: dict[str, Any]) -> str:
    """What the file's own metadata says about its source and licence; "" when nothing."""
    told = {**content, **_mapping(content.get("metadata")), **_mapping(content.get("properties"))}
    texts = {key.lower(): value for key, value in told.items() if isinstance(value, str)}
    if texts.get("attribution"):
        return texts["attribution"]
    words = ("source", "licence", "license", "copyright", "credit")
    return ". ".join(
        text.rstrip(".")
        for word in words
        for key, text in texts.items()
        if key.startswith(word) and text
    )


def code_of(feature: Any) -> str:
    """The area code of a feature, from its usual properties or its id. Raises `Invalid`."""
    if not isinstance(feature, dict):
        raise Invalid(_NO_CODE)
    properties = _mapping(feature.get("properties"))
    named = {str(name).lower(): value for name, value in properties.items()}
    for name in _CODE_PROPERTIES:
        value = named.get(name, feature.get("id") if name == "id" else None)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return parse_code(str(value))
    raise Invalid(_NO_CODE)


def read_outline(code: str, feature: dict[str, Any]) -> Outline:
    """Check the geometry of a feature and find the point for its label. Raises `Invalid`."""
    geometry = _mapping(feature.get("geometry"))
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list):
        raise Invalid(_NO_POLYGON)
    polygons = coordinates if kind == "MultiPolygon" else [coordinates]
    if not polygons:
        raise Invalid(_NO_POLYGON)
    for polygon in polygons:
        _check_polygon(polygon)
    return Outline(code, {"type": kind, "coordinates": coordinates}, label_point(polygons))


def label_point(polygons: Sequence[Sequence[Ring]]) -> tuple[float, float]:
    """A point inside the largest polygon: its centroid, or else beside it on the same latitude."""
    rings = max(polygons, key=lambda polygon: abs(_area_and_centroid(polygon[0])[0]))
    _area, x, y = _area_and_centroid(rings[0])
    stretches = list(_stretches(rings, y))
    if not stretches or any(left < x < right for left, right in stretches):
        return round(x, 6), round(y, 6)
    left, right = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    return round((left + right) / 2, 6), round(y, 6)


def _number(digits: str) -> float:
    """Longer numbers than any code or coordinate are no integers: Python would refuse them."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _refuse_foreign_crs(content: dict[str, Any]) -> None:
    crs = content.get("crs")
    if crs is None:
        return
    name = str(_mapping(_mapping(crs).get("properties")).get("name", crs))
    if not any(word in name.lower() for word in _WGS84):
        raise Invalid(
            N_(
                "The coordinates are in %(crs)s. Convert the file to WGS84 (EPSG:4326), for "
                "example with QGIS, and load it again."
            ),
            crs=name[:80],
        )


def _check_polygon(polygon: Any) -> None:
    if not isinstance(polygon, list) or not polygon:
        raise Invalid(_NO_POLYGON)
    for ring in polygon:
        if not isinstance(ring, list) or len(ring) < 4:
            raise Invalid(_NO_RING)
        for point in ring:
            _check_point(point)
        if list(ring[0][:2]) != list(ring[-1][:2]):
            raise Invalid(_NO_RING)


def _check_point(point: Any) -> None:
    if not isinstance(point, list) or len(point) < 2:
        raise Invalid(_NO_RING)
    x, y = point[:2]
    numbers = all(isinstance(one, int | float) and math.isfinite(one) for one in (x, y))
    if not numbers or not (_WEST <= x <= _EAST and _SOUTH <= y <= _NORTH):
        raise Invalid(_OUTSIDE, x=str(x)[:20], y=str(y)[:20])


def _area_and_centroid(ring: Ring) -> tuple[float, float, float]:
    """Signed area and centroid by the shoelace formula, in degrees; flat is near enough here."""
    x0, y0 = ring[0][0], ring[0][1]  # relative to a corner, so that digits are not lost
    area = x = y = 0.0
    for (ax, ay), (bx, by) in _edges(ring):
        cross = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
        area += cross / 2
        x += (ax + bx - 2 * x0) * cross / 6
        y += (ay + by - 2 * y0) * cross / 6
    if not area:
        return 0.0, x0, y0
    return area, x0 + x / area, y0 + y / area


def _edges(ring: Ring) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    for a, b in pairwise(ring):
        yield (a[0], a[1]), (b[0], b[1])


def _stretches(rings: Sequence[Ring], y: float) -> Iterator[tuple[float, float]]:
    """The stretches of the parallel at latitude `y` that lie inside the polygon."""
    crossings = sorted(
        ax + (y - ay) * (bx - ax) / (by - ay)
        for ring in rings
        for (ax, ay), (bx, by) in _edges(ring)
        if (ay > y) != (by > y)
    )
    return zip(crossings[::2], crossings[1::2], strict=False)
