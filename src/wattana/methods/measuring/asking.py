"""What a user asks of `wattana measure`, checked and worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from wattana.engines.port import Engine
from wattana.kernel.problems import N_, Invalid, Phrase
from wattana.methods.alkire_foster import robustness
from wattana.methods.alkire_foster.rows import quoted
from wattana.methods.measuring import kinds
from wattana.methods.measuring.data import TABLE, Data, opened
from wattana.methods.measuring.kinds import Figures, Opened
from wattana.methods.survey import Design
from wattana.methods.survey.design import Lonely
from wattana.rules.poverty import PovertyMeasure, exact
from wattana.rules.poverty.columns import kind_of
from wattana.rules.poverty.measures import check_cutoff

LEVELS = {"province": 2, "district": 4, "tambon": 6, "village": 8}
"""Digits of an area code at each level."""


@dataclass(frozen=True)
class Wish:
    """The options of the command, as typed."""

    data: Path
    measure: str
    by: Sequence[str] = ()
    area: str | None = None
    weight: str | None = None
    strata: str | None = None
    psu: str | None = None
    cutoffs: str | None = None
    missing: str | None = None
    lonely: Lonely = "fail"
    empty: str = "fail"
    robustness: bool = False
    confidence: float = 0.95
    sheet: str | None = None


@dataclass(frozen=True)
class Result:
    """The groups for one cut-off; `k` is None for measures without one."""

    k: Fraction | None
    groups: Sequence[Figures]


@dataclass(frozen=True)
class Answer:
    """What was worked out, of what, how."""

    opened: Opened
    design: Design
    missing: str | None
    engine: str
    results: Sequence[Result]
    robustness: Sequence[Mapping[str, Any]] | None = None

    @property
    def name(self) -> str:
        return str(self.opened.measure.name)


def answered(wish: Wish, engine: Engine, folder: Path) -> Answer:
    """Read data and measure, work out what is asked. Raises `Problem` and `EngineFailed`."""
    source = kinds.file_of(wish.measure)
    data = opened(wish.data, folder, wish.sheet)
    measure = _measure(source, data)
    design = _design(wish, data)
    engine.tables({TABLE: data.path})
    if wish.area:
        design = _with_areas(wish.area, design, data, engine, folder)
    results = [
        Result(k, _groups(wish, engine, one, design, data)) for k, one in _cutoffs(wish, measure)
    ]
    poverty = measure.poverty
    missing = wish.missing or (poverty.missing if poverty else None)
    grid = None
    if wish.robustness and poverty:
        grid = robustness.grid(engine, TABLE, poverty, design, missing=missing)
    return Answer(measure, design, missing, engine.name, results, grid)


def _measure(source: Any, data: Data) -> Opened:
    """Where the texts of a column stand is looked up only when there is a fault to tell."""
    try:
        return kinds.read(source, data.columns, {})
    except Invalid:
        return kinds.read(source, data.columns, data.examples())


def _design(wish: Wish, data: Data) -> Design:
    sets: list[tuple[str, ...]] = []
    for text in wish.by:
        names = tuple(one.strip() for one in text.split(",") if one.strip())
        for name in names:
            _check_column("--by", name, data)
        sets += [*((one,) for one in names), names]
    for option, column in (("--weight", wish.weight), ("--strata", wish.strata),
                           ("--psu", wish.psu), ("--area", wish.area)):  # fmt: skip
        if column is not None:
            _check_column(option, column, data)
    if wish.weight and kind_of(data.columns[wish.weight]) not in ("integer", "number"):
        raise Invalid(
            N_("%(place)s: a sampling weight has to be a number. Correct it, or name another "
               "column with --weight."),
            place=data.place_of_text(wish.weight),
        )  # fmt: skip
    by = tuple(dict.fromkeys(one for one in sets if one))
    return Design(by, wish.weight, wish.strata, wish.psu, wish.lonely, wish.confidence)


def _check_column(option: str, column: str, data: Data) -> None:
    if column not in data.columns:
        raise Invalid(
            N_("%(option)s: %(file)s has no column “%(column)s”. Write one of: %(columns)s."),
            option=option,
            file=data.name,
            column=column[:60],
            columns=", ".join(list(data.columns)[:20]),
        )


def _with_areas(column: str, design: Design, data: Data, engine: Engine, folder: Path) -> Design:
    """Add the levels of the area tree, as far as the codes go, as columns and as groups."""
    code = f"CAST({quoted(column)} AS VARCHAR)"
    longest = data.reader.rows(f"SELECT MAX(LENGTH({code})) AS digits FROM {TABLE}")
    digits = longest["digits"][0].as_py() or 0
    levels = {name: size for name, size in LEVELS.items() if size <= digits}
    taken = [name for name in levels if name in data.columns]
    if taken or not levels:
        raise Invalid(
            N_("%(file)s has a column “%(column)s” already; rename it, since --area makes one."),
            file=data.name, column=taken[0],
        ) if taken else Invalid(
            N_("%(place)s: --area needs codes of 2 to 8 digits, such as 330101."),
            place=data.place(column, "TRUE"),
        )  # fmt: skip
    cut = ", ".join(f"SUBSTR({code}, 1, {size}) AS {name}" for name, size in levels.items())
    parquet = folder / "areas.parquet"
    engine.write(f"SELECT *, {cut} FROM {TABLE}", parquet)
    engine.tables({TABLE: parquet})
    data.reader.tables({TABLE: parquet})
    return replace(design, by=(*design.by, *((name,) for name in levels)))


def _cutoffs(wish: Wish, measure: Opened) -> list[tuple[Fraction | None, Opened]]:
    poverty = measure.poverty
    if poverty is None or wish.cutoffs is None:
        return [(poverty.cutoff if poverty else None, measure)]
    chosen = []
    for text in wish.cutoffs.split(","):
        cutoff = _cutoff(text.strip(), poverty)
        chosen.append((cutoff, replace(measure, measure=poverty.reweighted(cutoff=cutoff))))
    return list(chosen)


def _cutoff(text: str, measure: PovertyMeasure) -> Fraction:
    if text == "union":
        return min(one for one in measure.weights.values() if one)
    try:
        cutoff = exact(text)
    except ValueError:
        raise Invalid(
            N_("%(option)s: “%(text)s” is no number. Write a share such as 0.2 or 1/3."),
            option="--k",
            text=text[:40],
        ) from None
    check_cutoff(cutoff, "--k")
    return cutoff


def _groups(
    wish: Wish, engine: Engine, measure: Opened, design: Design, data: Data
) -> Sequence[Figures]:
    groups = kinds.figures(engine, TABLE, measure, design, wish.missing, data.place)
    if wish.empty == "fail":
        for one in groups:
            if not one.n:
                _refuse_empty(one, data)
    return groups


def _refuse_empty(group: Figures, data: Data) -> None:
    values = {name: "–" if value is None else str(value) for name, value in group.group.items()}
    tests = [
        f"CAST({quoted(name)} AS VARCHAR) IS NOT DISTINCT FROM {_text(value)}"
        for name, value in group.group.items()
    ]
    columns = ", ".join(values)
    place = data.place(columns, " AND ".join(tests)) if tests else Phrase("%(f)s", f=data.name)
    raise Invalid(
        N_("%(place)s: the group %(group)s is empty: no row has all indicators known and a weight. "
           "Fill in the answers, choose --missing not_deprived, or --empty keep."),
        place=place,
        group=", ".join(f"{name} = {value}" for name, value in values.items()) or "–",
    )  # fmt: skip


def _text(value: Any) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"
