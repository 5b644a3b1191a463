"""What a scheme would change: households from level to level, and where, before anything is run.

Exact, on the snapshot of the current run: scores of indicators that stay as they are come from the
run's own file, so that a province of 240,000 households takes about a second (docs/adr/schemes.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from django.conf import settings

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.assessment import queries, storage
from wattana.assessment.models import Run
from wattana.assessment.schemes import queries as schemes
from wattana.engines import DuckDB
from wattana.kernel.problems import N_, Conflict
from wattana.methods import five_capitals
from wattana.methods.five_capitals import Move
from wattana.rules.measures import Measure

_MEMORY = "512MB"
_ROUNDED = 5
_MOST_KEPT = 32
_kept: dict[tuple[int, str], tuple[Move, ...]] = {}
LEVELS = (1, 2, 3, 4, None)
_NO_RUN = N_("There is no run yet to compare with. Take a snapshot and assess it first.")
_CHANGED = N_(
    "The definitions have changed since the current run, or its files are gone. Assess again first."
)


@dataclass(frozen=True)
class Place:
    """What would happen in one area: households, how many change level, up and down."""

    code: str
    households: int
    up: int
    down: int
    other: int  # gain or lose a level altogether

    @property
    def changed(self) -> int:
        return self.up + self.down + self.other

    @property
    def share(self) -> float:
        return self.changed / self.households


@dataclass(frozen=True)
class Preview:
    """The households that a viewer sees, from level to level. None is “no level”.

    `rounded`: she does not see all areas of the snapshot, nor any area; the counts are those of the
    whole snapshot, each rounded to five, and no places are told.
    """

    run: Run
    counts: dict[tuple[int | None, int | None], int]
    places: list[Place]
    rounded: bool

    @property
    def households(self) -> int:
        return sum(self.counts.values())

    @property
    def changed(self) -> int:
        return sum(count for (before, after), count in self.counts.items() if before != after)


def preview(viewer: Viewer, measure: Measure, digits: int = 4) -> Preview:
    """What `measure` would change against the current run, within the viewer's areas.

    `digits`: places are districts (4) or tambons (6). Raises `Forbidden` without `ASSESS`, and
    `Conflict` without a current run whose files and definitions are those of today.
    """
    viewer.require(Permission.ASSESS)
    run = queries.current_run()
    if run is None:
        raise Conflict(_NO_RUN)
    moves = _tried(run, measure)
    if not viewer.areas:
        whole = {key: _rounded(count) for key, count in _counted(moves).items()}
        return Preview(run, {key: count for key, count in whole.items() if count}, [], True)
    seen = [move for move in moves if viewer.covers(move.tambon)]
    return Preview(run, dict(_counted(seen)), _places(seen, digits), False)


def _tried(run: Run, measure: Measure) -> tuple[Move, ...]:
    """Computed once for a run and definitions, then kept."""
    key = (run.pk, measure.definitions_hash)
    if key not in _kept:
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = _moves(run, measure)
    return _kept[key]


def _moves(run: Run, measure: Measure) -> tuple[Move, ...]:
    before = schemes.of_run(run)
    scores = storage.folder(run) / "scores.parquet"
    if before.definitions_hash != run.definitions_hash or not scores.exists():
        raise Conflict(_CHANGED)
    snapshot = settings.DATA / run.snapshot.path
    with storage.failures_told(), closing(DuckDB(memory_limit=_MEMORY)) as engine:
        return tuple(five_capitals.moves(engine, snapshot, scores, before, measure))


def _counted(moves: Iterable[Move]) -> Counter[tuple[int | None, int | None]]:
    counts: Counter[tuple[int | None, int | None]] = Counter()
    for move in moves:
        counts[move.before, move.after] += move.households
    return counts


def _rounded(count: int) -> int:
    return _ROUNDED * round(count / _ROUNDED)


def _places(moves: Iterable[Move], digits: int) -> list[Place]:
    """The areas in which something changes or not, those with the largest share first."""
    sums: dict[str, Counter[str]] = {}
    for move in moves:
        counts = sums.setdefault(move.tambon[:digits], Counter())
        counts["households"] += move.households
        counts[_direction(move)] += move.households
    places = [
        Place(code, c["households"], c["up"], c["down"], c["other"]) for code, c in sums.items()
    ]
    return sorted(places, key=lambda place: (-place.share, place.code))


def _direction(move: Move) -> str:
    if move.before == move.after:
        return "same"
    if move.before is None or move.after is None:
        return "other"
    return "up" if move.after > move.before else "down"
