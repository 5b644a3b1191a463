"""Change between two rounds within an area: the same households before and after.

Worked out when it is asked, from the scores of the current run, over the viewer's parts of the
area. What fewer than `assessment.small.fewest` households did is withheld, and what would tell it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.areas.models import Area
from wattana.assessment import queries as assessment
from wattana.assessment import small, storage
from wattana.assessment.figures import CAPITALS, Wave
from wattana.assessment.models import Run
from wattana.engines import DuckDB
from wattana.kernel.problems import N_, Conflict, Invalid, NotFound
from wattana.methods import change
from wattana.methods.suppression import withheld
from wattana.reports.change_shares import (
    HIDDEN,
    Share,
    Table,
    matrix_of,
    moves_of,
    parts_of,
    quiet_below,
    tables_of,
)

ASPECTS = ("score", *CAPITALS)
_MEMORY = "512MB"
_NO_WAVE = N_("The run has no such survey round. Choose one of those on the page.")
_ORDER = N_("The earlier round has to come before the later one.")
_GONE = N_("The files of the current run are gone. Assess again.")


@dataclass(frozen=True)
class Place:
    """An area below and what its households did."""

    area: Area
    households: int | None
    figures: Mapping[str, Share]


@dataclass(frozen=True)
class Asked:
    """What the address asks: two rounds, and up to which level a household is poor (1 or 2)."""

    before: Wave
    after: Wave
    poor: int


@dataclass(frozen=True)
class ChangePage:
    """All of a page. `matrix`: level before × level after. None where nothing may be told."""

    area: Area
    path: list[Area]
    run: Run | None
    waves: list[Wave]
    asked: Asked | None
    partial: bool
    fewest: int  # households that a number must count to be told to this viewer
    households: int = 0
    too_few: bool = False
    matrix: list[list[Share]] | None = None
    moves: Mapping[str, Share] | None = None
    histories: Mapping[str, Share] | None = None
    capitals: Mapping[str, Mapping[str, Share]] | None = None
    places: Sequence[Place] = ()


def change_page(viewer: Viewer, code: str, asks: Mapping[str, str]) -> ChangePage:
    """Change within an area between the rounds that `from` and `to` name.

    By default the current one of the area and the one before it.

    Raises `NotFound` out of scope, `Invalid` for rounds that there are not.
    """
    viewer.require(Permission.AREA_VIEW)
    if not viewer.touches(code):
        raise NotFound(areas.NOT_OPEN, code=code[:12])
    path, run = areas.breadcrumb(code), assessment.current_run()
    waves = assessment.waves(run) if run else []
    asked = None
    if run is not None and len(waves) > 1:
        asked = _asked(waves, assessment.current_wave(viewer, run, code), asks)
    part = not viewer.covers(code)
    page = ChangePage(path[-1], path, run, waves, asked, part, small.fewest(viewer))
    if run is None or asked is None:
        return page
    scores = storage.folder(run) / "scores.parquet"
    if not scores.exists():
        raise Conflict(_GONE)
    return _filled(page, _figures(scores, viewer.parts_of(code), asked, len(code)), viewer)


def _asked(waves: Sequence[Wave], current: Wave | None, asks: Mapping[str, str]) -> Asked:
    place = max(waves.index(current), 1) if current else -1
    before = _wave(waves, asks.get("from", ""), waves[place - 1])
    after = _wave(waves, asks.get("to", ""), waves[place])
    if before >= after:
        raise Invalid(_ORDER)
    return Asked(before, after, 1 if asks.get("poor") == "1" else 2)


def _wave(waves: Sequence[Wave], text: str, default: Wave) -> Wave:
    found = {key(wave): wave for wave in waves} | {"": default}
    if text not in found:
        raise Invalid(_NO_WAVE)
    return found[text]


def key(wave: Wave) -> str:
    """A round in an address: 2025-1."""
    return f"{wave.year}-{wave.round}"


Rows = dict[str, list[dict[str, Any]]]


@lru_cache(maxsize=64)
def _figures(scores: Path, parts: tuple[str, ...], asked: Asked, digits: int) -> Rows:
    """Rows of `methods.change` over the parts of the area, as a whole ("") and by area below.

    Kept, as a run's file never changes: a province takes some seconds, a tambon less than one.
    """
    rounds = {
        "before": change.Wave(asked.before.year, asked.before.round),
        "after": change.Wave(asked.after.year, asked.after.round),
    }
    poor, below = f"level <= {asked.poor:d}", (0, digits + 2)
    with (
        storage.failures_told(),
        tempfile.TemporaryDirectory() as folder,
        closing(DuckDB(memory_limit=_MEMORY)) as engine,
    ):
        some = _narrowed(engine, scores, parts, Path(folder) / "some.parquet")
        every = [wave for wave in change.waves(engine, some) if wave <= rounds["after"]]
        found = {
            "matrix": change.transitions(engine, some, **rounds, digits=below),
            "moves": change.movements(engine, some, **rounds, poor=poor, digits=below),
            "histories": change.histories(engine, some, waves=every, poor=poor, digits=(0,))
            if len(every) > 1
            else None,
            "capitals": change.changes(engine, some, wave=rounds["after"], digits=(0,)),
        }
    return {name: table.to_pylist() if table else [] for name, table in found.items()}


def _narrowed(engine: DuckDB, scores: Path, parts: Sequence[str], into: Path) -> Path:
    """The rows of some areas, whose codes are digits."""
    engine.tables({"everywhere": scores})
    inside = " OR ".join(f"area LIKE '{int(code):0{len(code)}d}%'" for code in parts)
    changes = ", ".join(f"{capital}_change" for capital in CAPITALS)
    engine.write(
        f"SELECT household, area, year, round, latest, level, change, {changes}"
        f" FROM everywhere WHERE {inside}",
        into,
    )
    return into


def _filled(page: ChangePage, rows: Rows, viewer: Viewer) -> ChangePage:
    whole = [row for row in rows["moves"] if row["area"] == ""]
    households = whole[0]["households"] if whole else 0
    told = vars(page) | {"households": households, "too_few": households < page.fewest}
    if told["too_few"]:
        return ChangePage(**told)
    fewest = page.fewest
    tables = tables_of(rows["matrix"])
    moves = moves_of(whole[0], tables[""], page.asked.poor, fewest)
    two_only = page.waves.index(page.asked.after) == 1  # then histories say what moves do
    told |= {
        "matrix": matrix_of([row for row in rows["matrix"] if row["area"] == ""], fewest),
        "moves": moves,
        "histories": None
        if two_only and moves["entered"] == HIDDEN
        else parts_of(rows["histories"], ("never", "transient", "chronic"), fewest),
        "capitals": {
            row["aspect"]: parts_of([row], ("improved", "unchanged", "declined"), fewest)
            for row in sorted(rows["capitals"], key=lambda row: ASPECTS.index(row["aspect"]))
        },
        "places": _places(page, rows["moves"], tables, viewer),
    }
    return ChangePage(**told)


def _places(
    page: ChangePage, rows: Sequence[Mapping[str, Any]], tables: Mapping[str, Table], viewer: Viewer
) -> list[Place]:
    """The areas below; nothing of one could be told from the whole less the others."""
    by_code = {row["area"]: row for row in rows}
    below = [child for child in areas.children(page.area.code) if child.code in by_code]
    households = [by_code[one.code]["households"] for one in below]
    line, fewest = page.asked.poor, page.fewest
    hidden = withheld(households, fewest)
    quiet = quiet_below([tables[one.code] for one in below], tables[""], line, fewest)
    return [
        Place(one, None, {})
        if place in hidden
        else Place(
            one,
            households[place],
            moves_of(by_code[one.code], tables[one.code], line, fewest, quiet.at(place)),
        )
        for place, one in enumerate(below)
        if viewer.touches(one.code)
    ]
