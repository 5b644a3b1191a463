"""What a user asks of `wattana measure`, checked and worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from wattana.engines.port import Engine
from wattana.kernel.problems import N_, Invalid
from wattana.methods.alkire_foster import robustness
from wattana.methods.measuring import kinds
from wattana.methods.measuring.data import TABLE, Data, opened
from wattana.methods.measuring.kinds import Figures, Opened
from wattana.methods.sql import literal, quoted
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
    data, measure = _measure(source, opened(wish.data, folder, wish.sheet), folder)
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


def _measure(source: Traversable, data: Data, folder: Path) -> tuple[Data, Opened]:
    """What stands in columns of texts is looked up only when there is a fault to tell."""
    try:
        return data, kinds.read(source, data.columns, {})
    except Invalid:
        data = data.with_numbers_for_empty(folder)
        return data, kinds.read(source, data.columns, data.examples())


def _design(wish: Wish, data: Data) -> Design:
    sets: list[tuple[str, ...]] = []
    for text in wish.by:
        names = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
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
    return Design(_once(sets), wish.weight, wish.strata, wish.psu, wish.lonely, wish.confidence)


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
    name = quoted(column)
    code = f"CAST({name} AS VARCHAR)"
    wrong = f"{name} IS NOT NULL AND TRY_CAST({name} AS BIGINT) IS NULL"
    longest, faults = _row(
        data, f"MAX(LENGTH({code})) AS digits, COUNT(CASE WHEN {wrong} THEN 1 END) AS faults"
    )
    levels = {level: size for level, size in LEVELS.items() if size <= (longest or 0)}
    if faults or not levels:
        raise Invalid(
            N_("%(place)s: --area needs codes of 2 to 8 digits, such as 330101."),
            place=data.place(column, wrong if faults else "TRUE"),
        )
    cut = {level: f"SUBSTR({code}, 1, {size})" for level, size in levels.items()}
    for level, prefix in cut.items():
        _check_level(level, prefix, column, data)
    kept = [quoted(one) for one in data.columns if one not in cut]
    columns = ", ".join([*kept, *(f"{sql} AS {quoted(level)}" for level, sql in cut.items())])
    parquet = folder / "areas.parquet"
    engine.write(f"SELECT {columns} FROM {TABLE}", parquet)
    engine.tables({TABLE: parquet})
    data.reader.tables({TABLE: parquet})
    return replace(design, by=_once([*design.by, *((level,) for level in levels)]))


def _once(sets: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Each set of columns once, whatever its order."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for one in sets:
        if one:
            found.setdefault(frozenset(one), one)
    return tuple(found.values())


def _check_level(level: str, prefix: str, column: str, data: Data) -> None:
    """A column of that name may be there, if it holds just these codes."""
    if level == column or level not in data.columns:
        return
    other = f"CAST({quoted(level)} AS VARCHAR) IS DISTINCT FROM {prefix}"
    if _row(data, f"COUNT(CASE WHEN {other} THEN 1 END) AS others")[0]:
        raise Invalid(
            N_("%(place)s: --area makes a column of this name from the codes of “%(column)s”. "
               "Rename yours, or use it with --by instead of --area."),
            place=data.place(level, other),
            column=column,
        )  # fmt: skip


def _row(data: Data, columns: str) -> list[Any]:
    found = data.reader.rows(f"SELECT {columns} FROM {TABLE}").to_pylist()[0]
    return list(found.values())


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
            if None in one.group.values():
                _refuse_nameless(one, data)
            if not one.n:
                _refuse_empty(one, data)
    return groups


def _refuse_nameless(group: Figures, data: Data) -> None:
    column = next(name for name, value in group.group.items() if value is None)
    raise Invalid(
        N_("%(place)s: a row is empty here and belongs to no group. Fill it in, or choose --empty "
           "keep: such rows are a group of their own then."),
        place=data.place(column, f"{quoted(column)} IS NULL"),
    )  # fmt: skip


def _refuse_empty(group: Figures, data: Data) -> None:
    tests = [
        f"CAST({quoted(name)} AS VARCHAR) = {literal(str(value))}"
        for name, value in group.group.items()
    ]
    place = data.place(", ".join(group.group), " AND ".join(tests)) if tests else data.name
    raise Invalid(
        N_("%(place)s: the group %(group)s is empty: no row has all indicators known and a weight. "
           "Fill in the answers, choose --missing not_deprived, or --empty keep."),
        place=place,
        group=", ".join(f"{name} = {value}" for name, value in group.group.items()) or "–",
    )  # fmt: skip
