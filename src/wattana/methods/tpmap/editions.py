"""Editions of TPMAP: which rule names the target, and what the edition was made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from wattana.kernel.problems import N_, NotFound
from wattana.rules.files import Table, read

RULES = ("bmn_and_card", "bmn_mpi")
_STATUSES = ("stated", "inferred")


@dataclass(frozen=True)
class Edition:
    """One edition; years CE. `survey` and `card` are None where nobody states them."""

    year: int
    rule: str
    survey: int | None
    card: int | None
    status: str
    source: str


def edition(year: int) -> Edition:
    """What is known of the edition of a year (CE). Raises `NotFound` before the first."""
    rules, known = _load()
    rule = next((one for start, one in reversed(rules) if start <= year), None)
    if rule is None:
        raise NotFound(N_("There was no TPMAP edition in %(year)s."), year=year)
    found = known.get(year)
    survey, card, status, source = found or (None, None, *rule[1:])
    return Edition(year, rule[0], survey, card, status, source)


@lru_cache(maxsize=1)
def _load() -> tuple[
    list[tuple[int, tuple[str, str, str]]], dict[int, tuple[int | None, int | None, str, str]]
]:
    table = read("tpmap_editions.yaml")
    rules = [_rule(one) for one in table.tables("rules")]
    known = dict(_known(one) for one in table.tables("editions"))
    table.end()
    return sorted(rules), known


def _rule(table: Table) -> tuple[int, tuple[str, str, str]]:
    start = int(table.number("from"))
    rule = (
        table.one_of("rule", RULES),
        table.one_of("status", _STATUSES),
        table.text("source"),
    )
    table.end()
    return start, rule


def _known(table: Table) -> tuple[int, tuple[int | None, int | None, str, str]]:
    year = int(table.number("edition"))
    survey, card = table.optional_number("survey"), table.optional_number("card")
    known = (
        None if survey is None else int(survey),
        None if card is None else int(card),
        table.one_of("status", _STATUSES),
        table.text("source"),
    )
    table.end()
    return year, known
