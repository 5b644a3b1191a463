"""Answers of a file that hardly can be, or that another answer rules out: noted at the row, which
is taken in as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wattana.kernel.problems import N_, Invalid, Named
from wattana.registry.imports.kinds import Job
from wattana.registry.imports.staging import AGAINST_REGISTRY, as_params, literal
from wattana.rules import codebook as codebooks
from wattana.rules.doubts import of_level
from wattana.rules.expressions import Expression
from wattana.rules.variables import Doubt, Level
from wattana.surveys import relevance
from wattana.thai.dates import PartialDate

_NOTE = N_("%(doubt)s. Is that right? It is taken in as it stands.")
_NOTE_PROPOSED = N_("%(doubt)s. Is that right? (proposed check) It is taken in as it stands.")
_RULED_OUT = N_(
    "By what is said of “%(others)s” this question is not asked. The answer is set aside and "
    "counts in no score. If one of the two is a slip, correct the file."
)

# An answer is staged as JSON.
_AS_SQL = {
    "integer": "CAST({0} AS DOUBLE)",
    "number": "CAST({0} AS DOUBLE)",
    "boolean": "CAST({0} AS BOOLEAN)",
    "multi": "CAST(CAST({0} AS JSON) AS VARCHAR[])",
}
_TEXT = "json_extract_string({0}, '$')"
_NOTHING = """('0', 'false', '"none"', '"never"', '["none"]')"""
"""Answers that say what a question not asked says, too: rent 0 in a home of one's own."""
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


@dataclass(frozen=True)
class _Rows:
    """The rows of a file, `sql`, with what they say of a level: SQL by variable."""

    sql: str
    said: Mapping[str, str]

    def tell(self, expression: Expression) -> bool:
        """Whether they say enough. Of all members they do not: some may have no row."""
        alone = not expression.member_inputs and not expression.parameters
        return alone and not set(expression.inputs) - self.said.keys()

    def where(self, name: str, condition: str, *used: Expression) -> str:
        """The lines that answer a question, `answer`, and for which a condition holds."""
        inputs = dict.fromkeys(one for expression in used for one in expression.inputs)
        columns = "".join(f', {self.said[one]} AS "{one}"' for one in inputs)
        rows = f'SELECT t.line, t."{name}" AS answer{columns} FROM {self.sql}'
        return f"SELECT line FROM ({rows}) WHERE answer IS NOT NULL AND {condition}"


def note_doubts(job: Job, filled: Mapping[Level, Sequence[str]]) -> None:
    """Note what the codebook asks about answers of the `filled` columns, as the pages do, and those
    that a visit will set aside, since another answer rules their question out.

    After the people were found in the registry.
    """
    book = codebooks.load()
    for level, answers in filled.items():
        rules = {name: one for name, one in relevance.rules(level).items() if name in answers}
        rows = _of_people(answers) if level == "person" else _of_visits(job, answers, rules)
        rules = {name: one for name, one in rules.items() if rows.tell(one)}
        for name, rule in rules.items():
            condition = f"NOT ({rule.sql()}) AND answer NOT IN {_NOTHING}"
            _note(job, name, _ruled_out(rule), rows.where(name, condition, rule))
        for name, (doubt, expression) in of_level(book, level):
            if name in answers and rows.tell(expression):
                asked = [rules[name]] if name in rules else []
                held = [f"({expression.sql()})", *(f"coalesce({one.sql()}, TRUE)" for one in asked)]
                where = rows.where(name, " AND ".join(held), expression, *asked)
                _note(job, name, _told(doubt), where)


def _of_people(answers: Sequence[str]) -> _Rows:
    return _Rows(_PERSONS, {name: _sql(name) for name in answers} | _OF_A_PERSON)


def _of_visits(job: Job, answers: Sequence[str], rules: Mapping[str, Expression]) -> _Rows:
    """What they say of households. What decides about a question may stand in another row of the
    same visit."""
    own = {name: _sql(name) for name in answers}
    visit = ", ".join(["ref", *job.kind.visit_columns])
    shared = {one for rule in rules.values() for one in rule.inputs} & own.keys()
    several = f"SELECT count(*) > count(DISTINCT ({visit})) FROM typed"
    if not shared or not job.staging.value(several):
        return _Rows("typed t", own)
    said = ", ".join(f'max("{one}") OVER visit AS "{one}"' for one in sorted(shared))
    job.staging.make(
        "visit_said",
        f"SELECT line, {said} FROM typed WINDOW visit AS (PARTITION BY {visit})",
    )
    return _Rows(
        "typed t JOIN visit_said v USING (line)", own | {one: _sql(one, "v") for one in shared}
    )


def _note(job: Job, name: str, told: Invalid, rows: str) -> None:
    params = literal(as_params(told))
    job.staging.flag(AGAINST_REGISTRY, rows, name, told.message, params=params, warning=True)


def _sql(name: str, rows: str = "t") -> str:
    kind = codebooks.load().variable(name).kind
    return _AS_SQL.get(kind, _TEXT).format(f'{rows}."{name}"')


def _told(doubt: Doubt) -> Invalid:
    message = _NOTE_PROPOSED if doubt.status == "proposed" else _NOTE
    return Invalid(message, doubt=Named(doubt.ask_th, doubt.ask_en))


def _ruled_out(rule: Expression) -> Invalid:
    decisive = [codebooks.load().variable(name) for name in rule.inputs]
    thai, english = (
        ", ".join(getattr(one, f"label_{language}") for one in decisive)
        for language in ("th", "en")
    )
    return Invalid(_RULED_OUT, others=Named(thai, english))
