"""The rows that programmes judge: facts of the snapshot, completed by what follows from them.

    people   one row per member: key, person, place, the day, her facts, the household's facts and
             the aggregates of members that programmes use
    homes    one row per household and visit, likewise

The day is called `surveyed_on`, the name under which expressions know it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wattana.kernel.problems import N_, Invalid
from wattana.methods.rights.impossible import rules
from wattana.rules.book import Codebook
from wattana.rules.derived import Derivation, derivations
from wattana.rules.expressions import SURVEY_DATE, Expression
from wattana.rules.programmes.model import Programme

KEY = ("household", "visit_year", "visit_round")
PLACE = ("area",)
_DATES = ("date", "partial_date")
_ALWAYS = {
    "household": frozenset[str](),
    "person": frozenset({"deceased", "age", "sex", "receives"}),
}


@dataclass(frozen=True)
class Frame:
    """The SQL of both tables, for some programmes on a day (None: each visit's own day)."""

    people: str
    homes: str


def frame(
    programmes: Sequence[Programme],
    columns: Mapping[str, Mapping[str, str]],
    codebook: Codebook,
    day: dt.date | None,
    also: Iterable[str] = (),
) -> Frame:
    """`columns`: those of the tables households and persons; a fact that has none is unknown.

    `also` names facts of households that are wanted beside those which the programmes need.
    """
    needs = _Needs(programmes, codebook, also)
    base = {
        "household": _base("household", needs, columns["households"], codebook),
        "person": _base("person", needs, columns["persons"], codebook),
    }
    key = ", ".join(KEY)
    when = f"CAST('{day.isoformat()}' AS DATE)" if day else SURVEY_DATE
    chosen = " WHERE latest" if day else ""
    facts = f"{key}, person, {when} AS {SURVEY_DATE}, {base['person']}"
    persons = f"SELECT {facts} FROM persons"
    if day is None:  # else the homes, which are joined at the end, leave earlier visits out
        persons += f" JOIN (SELECT {key}, {SURVEY_DATE} FROM households) AS days USING ({key})"
    possible = ", ".join(_possible(name, codebook) for name in needs.names["person"])
    persons = f"SELECT {key}, person, {SURVEY_DATE}, {possible} FROM ({persons}) AS stated"
    persons = _derived(persons, needs.derivations("person"))
    placed = f"{key}, {', '.join(PLACE)}, latest"
    homes = f"SELECT {placed}, {when} AS {SURVEY_DATE}, {base['household']} FROM households{chosen}"
    if needs.aggregates:
        sums = ", ".join(f'{sql} AS "{name}"' for name, sql in needs.aggregates.items())
        members = f"SELECT {key}, {sums} FROM ({persons}) AS persons GROUP BY {key}"
        homes = f"SELECT * FROM ({homes}) AS homes LEFT JOIN ({members}) AS members USING ({key})"
    homes = _derived(homes, needs.derivations("household"))
    people = (
        f"SELECT persons.*, {_but(homes_columns(needs), (*KEY, SURVEY_DATE))} "
        f"FROM ({persons}) AS persons JOIN ({homes}) AS homes USING ({key})"
    )
    return Frame(people, homes)


def homes_columns(needs: _Needs) -> list[str]:
    """What each row of `homes` holds besides key and day."""
    return [*PLACE, "latest", *needs.names["household"], *needs.aggregates]


def received_by(programme: Programme) -> str:
    """The column that says whether a member receives it: 2 yes, 1 unknown, 0 no."""
    return f"received_{programme.id}"


def _received_by_any(programme: Programme) -> str:
    stated = f"CASE WHEN ARRAY_CONTAINS(receives, '{programme.id}') THEN 2"
    return f"MAX({stated} WHEN receives IS NULL THEN 1 ELSE 0 END)"


class _Needs:
    """Which facts, derived facts and aggregates some programmes need."""

    def __init__(
        self, programmes: Sequence[Programme], codebook: Codebook, also: Iterable[str] = ()
    ) -> None:
        self.codebook = codebook
        self._known = derivations(codebook)
        self.names: dict[str, list[str]] = {"household": [], "person": []}
        self.aggregates: dict[str, str] = {}
        for level, names in _ALWAYS.items():
            for name in sorted(names):
                self._add(name, level)
        for name in also:
            self._add(name, "household")
        for programme in programmes:
            for expression in programme.expressions:
                self._use(expression)
            if programme.level == "household":
                self.aggregates[received_by(programme)] = _received_by_any(programme)

    def derivations(self, level: str) -> list[Derivation]:
        """Those that are needed, each after those that it builds on."""
        needed = self.names[level]
        return [one for name, one in self._known.items() if name in needed]

    def _use(self, expression: Expression) -> None:
        for name in (*expression.inputs, *expression.member_inputs):
            self._add(name, self._level(name))
        self.aggregates.update(expression.aggregates())

    def _level(self, name: str) -> str:
        found = self.codebook.variables.get(name) or self.codebook.derived[name]
        return found.level

    def _add(self, name: str, level: str) -> None:
        if name in self.names[level]:
            return
        self.names[level].append(name)
        for rule in rules(self.codebook) if level == "person" else ():
            if name in rule.variables:
                self._use(rule.expression)
        if name in self._known:
            one = self._known[name]
            if level == "person" and (one.expression.aggregates() or self._of_home(one)):
                raise Invalid(
                    N_("%(place)s: a fact of a person cannot follow from the household's here."),
                    place=one.expression.place,
                )
            self._use(one.expression)

    def _of_home(self, one: Derivation) -> bool:
        return any(self._level(name) == "household" for name in one.expression.inputs)


def _base(level: str, needs: _Needs, columns: Mapping[str, str], codebook: Codebook) -> str:
    """The facts as the snapshot has them; NULL of the right type for the others."""
    parts = []
    for name in needs.names[level]:
        variable = codebook.variables.get(name) or codebook.derived[name]
        kind = "DATE" if variable.kind in _DATES else variable.sql_type
        stated = f'"{name}"' if name in columns else f"CAST(NULL AS {kind})"
        parts.append(f'{stated} AS "{name}"')
    return ", ".join(parts) or "1 AS nothing"


def _possible(name: str, codebook: Codebook) -> str:
    """A person's fact, unknown where it cannot be."""
    found = [rule.expression.sql() for rule in rules(codebook) if name in rule.variables]
    if not found:
        return f'"{name}"'
    return f'CASE WHEN ({") OR (".join(found)}) THEN NULL ELSE "{name}" END AS "{name}"'


def _derived(sql: str, ordered: Sequence[Derivation]) -> str:
    """Complete what was not stated, in as few steps as what builds on what allows."""
    waiting = list(ordered)
    while waiting:
        open_names = {one.name for one in waiting}
        ready = [one for one in waiting if not open_names & set(one.expression.inputs)]
        facts = ", ".join(f'{_completed(one)} AS "{one.name}"' for one in ready)
        names = ", ".join(f'"{one.name}"' for one in ready)
        sql = f"SELECT * EXCLUDE ({names}), {facts} FROM ({sql}) AS facts"
        waiting = [one for one in waiting if one not in ready]
    return sql


def _completed(one: Derivation) -> str:
    """What was stated, else what follows. An age follows from the birth date first: it moves on."""
    parts = [f'"{one.name}"', f"({one.expression.sql()})"]
    if one.name == "age":
        parts = [f"CAST({parts[1]} AS INTEGER)", parts[0]]
    return f"COALESCE({', '.join(parts)})"


def _but(names: Iterable[str], without: Iterable[str]) -> str:
    left_out = set(without)
    return ", ".join(f'homes."{name}"' for name in names if name not in left_out)
