"""For research: the same prediction from any variables of the codebook, on the current snapshot.

Nothing of it is put to use: the answer is the model and its honest error. Whoever withdrew consent
to research, or since the snapshot to survey and analysis, is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings

from wattana.assessment import queries as assessment
from wattana.assessment import snapshots, storage
from wattana.assessment.unfolding import HOUSEHOLD, PERSON
from wattana.engines import DuckDB
from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.kit.vault import vault
from wattana.methods.five_capitals.queries import joined_members
from wattana.methods.prediction import Facts
from wattana.methods.prediction.training import Trained, train
from wattana.registry import withdrawals
from wattana.registry.models import Consent
from wattana.rules import codebook as codebooks
from wattana.rules import parameters
from wattana.rules.book import Codebook
from wattana.rules.expressions import Expression, Scope, compile_in
from wattana.rules.variables import Variable

_MEMORY = "768MB"
_PURPOSES = (Consent.Purpose.RESEARCH, Consent.Purpose.SURVEY)
_NO_RUN = N_("There is nothing to learn from yet. Take a snapshot and assess it first.")
_NOTHING = N_("Name at least one variable or feature to predict from.")
_SENSITIVE = N_(
    "“%(name)s” is health or disability, or made of it. A prediction may not use it; leave it out."
)
_ITS_KIND = N_("“%(name)s” is text or a date. Write a feature from it: --feature NAME=EXPRESSION")
_NO_LIMIT = N_("--below is a score such as 2.5.")
_TWICE = N_("The feature “%(name)s” stands twice.")


@dataclass(frozen=True)
class _Column:
    """A number of each household: its name, SQL and the expression that it may come from."""

    name: str
    sql: str
    expression: Expression | None = None


@dataclass(frozen=True)
class Study:
    """What a study found, and how many of its households and people consent left out."""

    trained: Trained
    left_out: Mapping[str, int]


def study(
    variables: Sequence[str],
    features: Mapping[str, str],
    *,
    below: float | None = None,
    seed: int = 1,
    capacity: float = 0.2,
) -> Study:
    """Predict who is at level 1, or has a score under `below`, from variables and expressions.

    `variables`: household variables; choices become one feature per code. `features`: expressions
    of the rule language by name. Raises `Invalid` for an unknown, sensitive or unsuitable one, and
    `Conflict` without a run or with too few households.
    """
    book = codebooks.load()
    columns = [column for name in variables for column in _of_variable(name, book)]
    columns += [_of_expression(name, text, book) for name, text in features.items()]
    if not columns:
        raise Invalid(_NOTHING)
    if below is not None and not math.isfinite(below):
        raise Invalid(_NO_LIMIT)
    names = [column.name for column in columns]
    for name in names:
        if names.count(name) > 1:
            raise Invalid(_TWICE, name=name)
    facts, target, left_out = _read(columns, below)
    return Study(train(facts, target, seed=seed, capacity=capacity), left_out)


def _of_variable(name: str, book: Codebook) -> list[_Column]:
    variable = book.variable(name)
    _refuse_sensitive(variable.name, [variable])
    if variable.level != "household":
        raise Invalid(_ITS_KIND, name=name)
    if variable.kind in ("integer", "number", "boolean"):
        return [_Column(name, f'CAST("{name}" AS DOUBLE)')]
    if variable.kind == "choice":
        return [_Column(f"{name}={c}", _flag(f"\"{name}\" = '{c}'")) for c in variable.codes]
    if variable.kind == "multi":
        has = "list_contains"
        return [_Column(f"{name}={c}", _flag(f"{has}(\"{name}\", '{c}')")) for c in variable.codes]
    raise Invalid(_ITS_KIND, name=name)


def _flag(condition: str) -> str:
    return f"CAST(({condition}) AS DOUBLE)"


def _of_expression(name: str, text: str, book: Codebook) -> _Column:
    scope = Scope(book, "household", parameters.load())
    expression = compile_in(scope, text, place=name)
    used = [book.variable(one) for one in (*expression.inputs, *expression.member_inputs)]
    _refuse_sensitive(name, used)
    return _Column(name, _flag(expression.sql()), expression)


def _refuse_sensitive(name: str, used: Sequence[Variable]) -> None:
    if any(one.sensitivity == "sensitive" for one in used):
        raise Invalid(_SENSITIVE, name=name)


def _read(
    columns: Sequence[_Column], below: float | None
) -> tuple[Facts, np.ndarray, dict[str, int]]:
    run = assessment.current_run()
    if run is None:
        raise Conflict(_NO_RUN)
    source = settings.DATA / run.snapshot.path
    snapshots.verify(source, run.snapshot.manifest_hash)
    poor = "scores.level = 1" if below is None else f"scores.score < {float(below)!r}"
    members = joined_members([one.expression for one in columns if one.expression])
    numbers = ", ".join(f"{one.sql} AS c{place}" for place, one in enumerate(columns))
    with storage.failures_told(), closing(DuckDB(memory_limit=_MEMORY)) as engine:
        engine.tables({"results": storage.folder(run) / "scores.parquet"})
        left_out = _consenting(engine, source)
        rows = engine.rows(
            f"SELECT household, households.area, {_flag(poor)} AS poor, {numbers}"
            f" FROM households {members} JOIN (SELECT household, year AS visit_year,"
            f" round AS visit_round, level, score FROM results WHERE level IS NOT NULL) AS scores"
            f" USING (household, visit_year, visit_round) WHERE latest ORDER BY household"
        )
    values = [rows.column(f"c{place}").to_numpy() for place in range(len(columns))]
    facts = Facts(
        tuple(one.name for one in columns),
        np.column_stack(values).astype(np.float64),
        np.array(rows.column("household").to_pylist(), np.str_),
        np.array(rows.column("area").to_pylist(), np.str_),
    )
    return facts, rows.column("poor").to_numpy().astype(np.float64), left_out


def _consenting(engine: DuckDB, source: Path) -> dict[str, int]:
    """Name the snapshot's tables without those who withdrew; returns how many that are of each."""
    left_out = {}
    for table, who, withdrew in (
        ("households", HOUSEHOLD, withdrawals.households),
        ("persons", PERSON, withdrawals.persons),
    ):
        gone = {row[f"{who}_id"] for purpose in _PURPOSES for row in withdrew(purpose=purpose)}
        names = ", ".join(f"'{vault().pseudonym(str(key), who)}'" for key in gone) or "NULL"
        engine.tables({f"all_{table}": source / f"{table}.parquet"})
        engine.view(table, f"SELECT * FROM all_{table} WHERE {who} IN ({names}) IS NOT TRUE")
        (counted,) = engine.rows(
            f"SELECT count(DISTINCT {who}) AS gone FROM all_{table} WHERE {who} IN ({names})"
        ).to_pylist()
        left_out[table] = counted["gone"]
    return left_out
