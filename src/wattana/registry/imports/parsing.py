"""Cells become values: each different cell of a column is read once, by the parser of its field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from wattana.kernel.problems import N_, Invalid, Phrase, Problem
from wattana.kit.vault import vault
from wattana.registry.imports import fields, spoilt
from wattana.registry.imports.fields import BLANKS, PLACE, Field
from wattana.registry.imports.kinds import Job, Kind
from wattana.registry.imports.places import BY_COMMAND, HOUSE_MOO, ON_PAGE, Resolver
from wattana.registry.imports.staging import FILE_ONLY, as_params, literal, sql_value

_MESSAGE = ("message", "VARCHAR"), ("params", "VARCHAR")
_HOUSE_IN_MOO = "[0-9๐-๙]\\s*(หมู่|ม)[^0-9๐-๙]*[0-9๐-๙]"
_MOST_JOINS = 40  # of one statement
_NOTE = ("note", "VARCHAR"), ("note_params", "VARCHAR")


def parse(job: Job) -> None:
    """Make `typed`: one row for each line, with the columns of all fields, `area`, `ref` (the best
    key of the household) and `digest`; note what cannot be read."""
    _refuse_ragged(job)
    _make_cells(job)
    columns = _columns_by_field(job)
    different = job.staging.ahead(_different(job.kind.fields[name]) for name in columns)
    digests = f"SELECT line, {_digest(job)} AS digest FROM cells"
    with job.staging.beside(lambda staging: staging.make("digests", digests)):
        for number, (name, cells) in enumerate(zip(columns, different, strict=True), 1):
            job.progress(N_("Reading values"), number, len(columns))
            _read_column(job, job.kind.fields[name], cells)
        _read_places(job)
    _make_typed(job, _constants(job))
    for name in columns:
        _note_cells(job, name)


def _columns_by_field(job: Job) -> list[str]:
    """Fields that a column fills and that are read by themselves; those that Python reads come
    first, so that DuckDB gathers the others meanwhile."""
    fields = job.kind.fields
    names = [name for name in job.mapping.columns.values() if fields[name].parse]
    return sorted(names, key=lambda name: fields[name].usual is not None)


def _refuse_ragged(job: Job) -> None:
    job.staging.flag(
        FILE_ONLY,
        "SELECT line, width FROM raw WHERE width IS NOT NULL",
        "",
        N_(
            "The row has %(cells)s cells, but the header has %(columns)s: a delimiter or quotation "
            "mark too many or too few shifted the columns. Correct the row."
        ),
        params=f"json_object('cells', width, 'columns', {len(job.header)})",
    )


def _make_cells(job: Job) -> None:
    """The mapped columns under the names of their fields, trimmed and replaced, empty as NULL."""
    cells = [
        f'{_cell(job, job.header.index(column), column)} AS "{name}"'
        for column, name in job.mapping.columns.items()
    ]
    cells += _moo_of_houses(job)
    job.staging.run(
        f"CREATE OR REPLACE VIEW cells AS SELECT {', '.join(['line', *cells])} FROM raw"
        " WHERE width IS NULL"
    )


def _cell(job: Job, number: int, column: str) -> str:
    text = f"trim(c{number})" if f"c{number}" in job.staging.spaced else f"c{number}"
    plain = f"nullif({text}, '')"
    replaced = job.mapping.values.get(column)
    if not replaced:
        return plain
    cases = " ".join(
        f"WHEN {literal(written)} THEN {literal(meant) if meant else 'NULL'}"
        for written, meant in replaced.items()
    )
    return f"CASE {text} {cases} ELSE {plain} END"


def _moo_of_houses(job: Job) -> list[str]:
    """A column `house_moo` for `cells` where a house number has the moo behind it: “7 ม.1”."""
    column = job.mapping.header_of("house_no")
    if not column:
        return []
    cell = _cell(job, job.header.index(column), column)
    with_moo = f"CASE WHEN contains({cell}, 'ม') THEN {cell} END"
    some = job.staging.value(
        f"SELECT count(*) FROM raw WHERE regexp_matches({with_moo}, '{_HOUSE_IN_MOO}')"
    )
    found = f"regexp_extract({with_moo}, '{_HOUSE_IN_MOO}')"
    return [f"CASE WHEN {found} <> '' THEN {cell} END AS {HOUSE_MOO}"] if some else []


def _different(field: Field) -> str:
    """SQL for the different cells of a column that are not in their usual form, and for NULL.

    Not as a condition: there the engine works out all parts of a usual form by themselves.
    """
    cell = f'"{field.name}"'
    if field.usual is None:
        return f"SELECT DISTINCT {cell} FROM cells"
    read = field.usual.read.format(cell)
    return f"SELECT DISTINCT CASE WHEN ({read}) IS NULL THEN {cell} END FROM cells"


def _read_column(job: Job, field: Field, cells: Iterator[str | None]) -> None:
    """Fill `v_<field>` with what its parser says about each different cell."""
    columns = [("raw", "VARCHAR"), *field.columns.items(), *_MESSAGE, *_NOTE]
    job.staging.insert(f"v_{field.name}", columns, _parsed(field, cells))


def _parsed(field: Field, cells: Iterator[str | None]) -> Iterator[tuple[Any, ...]]:
    nothing = (None,) * len(field.columns)
    for raw in cells:
        if raw is None:
            continue
        try:
            cell = spoilt.unwrapped(raw)
            spoilt.refuse(cell)
            values = None if cell.lower() in BLANKS else field.parse(cell)
            note = field.note(cell) if field.note and values else None
            told = (note.message, as_params(note)) if note else (None, None)
            yield (raw, *(values or nothing), None, None, *told)
        except Problem as problem:
            yield (raw, *nothing, problem.message, as_params(problem), None, None)


def _note_cells(job: Job, name: str) -> None:
    """Note the lines whose cell cannot be read, and those whose cell was mended."""
    for table, message, params in (
        ("errors", "message", "params"),
        ("warnings", "note", "note_params"),
    ):
        if job.staging.value(f"SELECT count({message}) FROM v_{name}"):
            job.staging.run(
                f"INSERT INTO {table} SELECT ?, c.line, ?, v.{message}, v.{params} FROM cells c"
                f' JOIN v_{name} v ON v.raw = c."{name}" WHERE v.{message} IS NOT NULL',
                [FILE_ONLY, name],
            )


def _read_places(job: Job) -> None:
    """Fill `v_place` with the area of each combination of code, names and village number."""
    names = _place_columns(job)
    fixed = {name: job.constants[name] for name in job.kind.places() if name in job.constants}
    listed = ", ".join(f'"{name}"' for name in names)
    rows = job.staging.rows(f"SELECT DISTINCT {listed} FROM cells") if names else [()]
    how = BY_COMMAND if job.by_command else ON_PAGE
    resolver = Resolver(job.areas, new_villages=job.mapping.new_villages, how=how)
    found, warnings = [], []
    for row in rows:
        place = resolver.resolve({**fixed, **dict(zip(names, row, strict=True))})
        problem = place.problem
        if problem and not names:  # constants alone: it is so in every row
            raise _unusable(place.at, problem)
        told = (place.at, problem.message, as_params(problem)) if problem else (None, None, None)
        found.append((*row, place.area or None, *told))
        warnings += [(*row, at, one.message, as_params(one)) for at, one in place.warnings]
    keys = [(f"k{number}", "VARCHAR") for number in range(len(names))]
    told = [("at", "VARCHAR"), *_MESSAGE]
    job.staging.insert("v_place", [*keys, ("area", "VARCHAR"), *told], found)
    job.staging.insert("v_place_warning", [*keys, *told], warnings)
    _note_places(job, _place_join(names))


def _note_places(job: Job, join: str) -> None:
    job.staging.run(
        f"INSERT INTO errors SELECT ?, c.line, p.at, p.message, p.params FROM cells c"
        f" JOIN v_place p ON {join} WHERE p.message IS NOT NULL",
        [FILE_ONLY],
    )
    job.staging.run(
        f"INSERT INTO warnings SELECT ?, c.line, p.at, p.message, p.params FROM cells c"
        f" JOIN v_place_warning p ON {join}",
        [FILE_ONLY],
    )


def _place_columns(job: Job) -> list[str]:
    own = [HOUSE_MOO] if HOUSE_MOO in job.staging.columns("cells") else []
    return [name for name in job.mapping.columns.values() if name in PLACE] + own


def _place_join(names: list[str]) -> str:
    pairs = [f'c."{name}" IS NOT DISTINCT FROM p.k{n}' for n, name in enumerate(names)]
    return " AND ".join(pairs) or "TRUE"


def _constants(job: Job) -> dict[str, Any]:
    """Values of columns that constants fill. Raises `Invalid` for one that cannot be read."""
    found: dict[str, Any] = {}
    for name, text in job.constants.items():
        field = job.kind.fields[name]
        if not field.parse:
            continue
        try:
            parsed = field.parse(text)
        except Problem as problem:
            raise _unusable(name, problem) from problem
        if parsed:
            found |= dict(zip(field.columns, parsed, strict=True))
    return found


def _unusable(name: str, problem: Problem) -> Invalid:
    return Invalid(
        N_("The constant “%(name)s” of the mapping cannot be used: %(reason)s"),
        name=name,
        reason=Phrase(problem.message, **problem.params),
    )


def _make_typed(job: Job, constants: dict[str, Any]) -> None:
    read = _columns_by_field(job)
    parsed = [name for name in read if job.staging.value(f"SELECT count(*) FROM v_{name}")]
    joins, places = _looked_up(job, parsed)
    sources = {
        column: [_value(job.kind.fields[name], column, places.get(name)) for name in read
                 if column in job.kind.fields[name].columns] + [sql_value(constants.get(column))]
        for column in all_columns(job.kind)
    }  # fmt: skip
    selected = ", ".join(
        f'CAST(coalesce({", ".join(sources[column])}) AS {kind}) AS "{column}"'
        for column, kind in all_columns(job.kind).items()
    )
    filled = [name for name, some in sources.items() if set(some) != {"NULL"}]
    kept = ", ".join(f'"{name}"' for name in dict.fromkeys([*filled, *job.kind.completed(job)]))
    job.staging.make(
        "said",
        f"SELECT line, digest, area, {kept}, {job.kind.reference} AS ref FROM ("
        f"SELECT c.line, digest, p.area, {selected} FROM cells c JOIN digests USING (line)"
        f" LEFT JOIN v_place p ON {_place_join(_place_columns(job))} {joins}) AS t",
    )
    define(job)


def define(job: Job) -> None:
    """Make the view `typed`: the table `said`, and NULL for what no row says."""
    there = job.staging.columns("said")
    absent = "".join(
        f', CAST(NULL AS {kind}) AS "{name}"'
        for name, kind in all_columns(job.kind).items() if name not in there
    )  # fmt: skip
    job.staging.run(f"CREATE OR REPLACE VIEW typed AS SELECT *{absent} FROM said")


def all_columns(kind: Kind) -> dict[str, str]:
    """The columns that all fields of a kind can fill, with their types."""
    return {
        column: type_ for field in kind.fields.values() if field.parse
        for column, type_ in field.columns.items()
    }  # fmt: skip


def _looked_up(job: Job, parsed: list[str]) -> tuple[str, dict[str, str]]:
    """Joins to what was parsed, and SQL for a column of each field in them.

    Each join holds memory of its own: those of a whole questionnaire are made some at a time.
    """
    if len(parsed) <= _MOST_JOINS:
        return _joins(parsed), {name: f'v_{name}."{{}}"' for name in parsed}
    joins, places = "", {}
    for start in range(0, len(parsed), _MOST_JOINS):
        part, names = f"looked_up_{start}", parsed[start : start + _MOST_JOINS]
        columns = ", ".join(
            f'v_{name}."{column}" AS "{name}.{column}"'
            for name in names
            for column in job.kind.fields[name].columns
        )
        job.staging.make(part, f"SELECT c.line, {columns} FROM cells c {_joins(names)}")
        joins += f" LEFT JOIN {part} ON {part}.line = c.line"
        places |= {name: f'{part}."{name}.{{}}"' for name in names}
    return joins, places


def _joins(names: list[str]) -> str:
    return " ".join(f'LEFT JOIN v_{name} ON v_{name}.raw = c."{name}"' for name in names)


def _value(field: Field, column: str, place: str | None) -> str:
    """SQL for what a field says about a column: as it was parsed, or taken in its usual form,
    which is not looked at again where nothing had to be parsed."""
    parsed = place.format(column) if place else "NULL"
    if field.usual is None:
        return parsed
    cell = f'c."{field.name}"'
    if place is None:
        return field.usual.value.format(cell)
    return f"coalesce({field.usual.read.format(cell)}, {parsed})"


def _digest(job: Job) -> str:
    """SQL over `cells`: 63 bits that tell whether a row says the same as when it came last.

    Of the cells as they are written, so that DuckDB works it out while Python reads them; whatever
    else decides what they mean is part of the beginning. That is a secret, since a row holds a
    national ID, which could be guessed from a plain hash. MD5 is the quickest whose values stay the
    same in another version; who makes two rows collide hides a change of his own file.
    """
    about = [fields.READING, job.kind.name, job.organization.code, job.year,
             *job.mapping.blank_means_none, sorted(job.constants.items()),
             sorted(job.mapping.columns.values())]  # fmt: skip
    secret = literal(vault().pseudonym(json.dumps(about), "import digest"))
    cells = ", chr(31), ".join(f'"{name}"' for name in sorted(job.mapping.columns.values()))
    return f"CAST(md5_number(concat({secret}, chr(31), {cells})) >> 65 AS BIGINT)"
