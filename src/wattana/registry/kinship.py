"""Ages that hardly fit what people are to the head: asked about and noted, never refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable

from wattana.kernel.problems import N_, Invalid, Phrase
from wattana.registry.models import Person
from wattana.rules.files import RULEBOOK, Table, read

_TOO_YOUNG = N_(
    "A parent is at least %(years)s years older than the head, %(rule)s. Look at the relation and "
    "at the years of birth of both."
)
_TOO_OLD = N_(
    "A child or grandchild is at least %(years)s years younger than the head, %(rule)s. Look at "
    "the relation and at the years of birth of both."
)
_RULE = {"stated": Phrase(N_("as a rule")), "proposed": Phrase(N_("as a rule (proposed)"))}


@dataclass(frozen=True)
class Rule:
    """At least so many years older or younger than the head, by relation."""

    older: Mapping[str, int]
    younger: Mapping[str, int]
    status: str

    def too_young(self, relation: str) -> Invalid:
        """What is told of somebody who is not so much older."""
        return Invalid(_TOO_YOUNG, years=self.older[relation], rule=_RULE[self.status])

    def too_old(self, relation: str) -> Invalid:
        """What is told of somebody who is not so much younger."""
        return Invalid(_TOO_OLD, years=self.younger[relation], rule=_RULE[self.status])


@cache
def rule() -> Rule:
    """The rule of the rulebook."""
    return read_rule(RULEBOOK)


def read_rule(root: Traversable) -> Rule:
    """Read `kinship.yaml` under `root`. Raises `Invalid` that names file and key."""
    table = read("kinship.yaml", root)
    found = Rule(
        _years(table.table("older_than_head")),
        _years(table.table("younger_than_head")),
        table.one_of("status", tuple(_RULE)),
    )
    table.end()
    return found


def _years(table: Table) -> dict[str, int]:
    found = {name: int(table.number(name)) for name in Person.Relation.values if name in table}
    table.end()
    return found


def doubt(relation: str, born: int | None, others: Iterable[Person]) -> Invalid | None:
    """What is to be asked about somebody of this relation and year of birth beside the others."""
    present = [one for one in others if one.lives_here and one.birth_year]
    if born is None:
        return None
    if relation == Person.Relation.HEAD:
        doubts = (_between(one.relation, one.birth_year, born) for one in present)
        return next(filter(None, doubts), None)
    heads = [one.birth_year for one in present if one.relation == Person.Relation.HEAD]
    return _between(relation, born, heads[0]) if heads else None


def _between(relation: str, born: int | None, head: int | None) -> Invalid | None:
    if born is None or head is None:
        return None
    known = rule()
    if relation in known.older and head - born < known.older[relation]:
        return known.too_young(relation)
    if relation in known.younger and born - head < known.younger[relation]:
        return known.too_old(relation)
    return None
