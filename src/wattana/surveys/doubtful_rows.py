"""Answers of a file that hardly can be: noted at the row, which is taken in as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wattana.kernel.problems import N_, Invalid, Named
from wattana.registry.imports.kinds import Job
from wattana.registry.imports.staging import AGAINST_REGISTRY, as_params, literal
from wattana.rules import codebook as codebooks
from wattana.rules.doubts import of_level
from wattana.rules.variables import Doubt, Level, Variable
from wattana.thai.dates import PartialDate

_NOTE = N_("%(doubt)s. Is that right? It is taken in as it stands.")
_NOTE_PROPOSED = N_("%(doubt)s. Is that right? (proposed check) It is taken in as it stands.")

# An answer is staged as JSON.
_AS_SQL = {
    "integer": "CAST({0} AS DOUBLE)",
    "number": "CAST({0} AS DOUBLE)",
    "boolean": "CAST({0} AS BOOLEAN)",
    "multi": "CAST(CAST({0} AS JSON) AS VARCHAR[])",
}
_TEXT = "json_extract_string({0}, '$')"
# A birth that the row states replaces what the registry knows, one from an age does not.
_AGE = (
    "CASE WHEN d.birth_year IS NULL OR (p.birth_year IS NOT NULL AND NOT p.from_age)"
    f" THEN {PartialDate.age_in_sql('p.', 't.surveyed_on')}"
    f" ELSE {PartialDate.age_in_sql('d.', 't.surveyed_on')} END"
)
_OF_A_PERSON = {
    "age": _AGE,
    **{name: f"coalesce(p.{name}, d.{name})" for name in ("sex", "relation", "registered")},
}
"""What the register knows of a person, or will once the row is taken in."""
_PERSONS = (
    "typed t JOIN persons p USING (line) LEFT JOIN people w USING (line)"
    " LEFT JOIN found_people f ON f.line = w.first LEFT JOIN db_person d ON d.id = f.id"
)


def note_doubts(job: Job, filled: Mapping[Level, Sequence[str]]) -> None:
    """Note what the codebook asks about answers of the `filled` columns, as the pages do.

    After the people were found in the registry.
    """
    book = codebooks.load()
    for level, answers in filled.items():
        there = {name: _sql(book.variable(name)) for name in answers}
        rows = "typed t"
        if level == "person":
            there, rows = there | _OF_A_PERSON, _PERSONS
        for name, (doubt, expression) in of_level(book, level):
            if name not in answers or set(expression.inputs) - there.keys():
                continue  # the file does not say enough
            if expression.member_inputs:
                continue  # of all members: rows may come without some, so the pages ask
            columns = ", ".join(f'{there[one]} AS "{one}"' for one in expression.inputs)
            told = _told(doubt)
            job.staging.flag(
                AGAINST_REGISTRY,
                f"SELECT line FROM (SELECT t.line, {columns} FROM {rows}) WHERE {expression.sql()}",
                name, told.message, params=literal(as_params(told)), warning=True,
            )  # fmt: skip


def _sql(variable: Variable) -> str:
    return _AS_SQL.get(variable.kind, _TEXT).format(f't."{variable.name}"')


def _told(doubt: Doubt) -> Invalid:
    message = _NOTE_PROPOSED if doubt.status == "proposed" else _NOTE
    return Invalid(message, doubt=Named(doubt.ask_th, doubt.ask_en))
