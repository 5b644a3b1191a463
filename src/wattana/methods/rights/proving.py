"""Whether a programme's worked cases come out, and whether they show all that it decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattana.kernel.problems import N_, Invalid
from wattana.methods.rights.arrears import Arrears
from wattana.methods.rights.explaining import explain
from wattana.methods.rights.judging import Answer
from wattana.methods.rights.situation import Seen
from wattana.methods.rights.writing import baht
from wattana.rules.book import Codebook
from wattana.rules.expressions import Expression
from wattana.rules.programmes.boundaries import Edge, edges
from wattana.rules.programmes.model import Amount, Case, Programme

FEWEST = 5
"""Cases of a programme that is on."""
_NEAR = 1  # unit or day from an edge
_ONE_DAY = dt.timedelta(days=1)
_ORDERED = ("<", "<=", ">", ">=")


@dataclass(frozen=True)
class Worked:
    """A case with its answer, and the row that was judged."""

    case: Case
    answer: Answer
    arrears: Arrears | None
    seen: Seen


def work_out(
    programme: Programme, programmes: Mapping[str, Programme], codebook: Codebook
) -> list[Worked]:
    """All cases of a programme; `programmes` holds its gateways, if they are there."""
    needed = {one: programmes[one] for one in _with_gateways(programme, programmes)}
    found = []
    for case in programme.cases:
        explained = explain({**needed, programme.id: programme}, case.facts, case.day, codebook)
        answer = explained.answer(programme.id, case.person)
        row = next((one for one in explained.known.persons if one["id"] == case.person), None)
        found.append(Worked(case, answer, explained.arrears(answer), explained.known.seen(row)))
    return found


def _with_gateways(programme: Programme, programmes: Mapping[str, Programme]) -> list[str]:
    """Ids of the gateways and theirs, each before what it opens."""
    found: dict[str, None] = {}
    for one in programme.gateways:
        if one in programmes and one != programme.id:
            found |= dict.fromkeys([*_with_gateways(programmes[one], programmes), one])
    return list(found)


def faults(
    programme: Programme, programmes: Mapping[str, Programme], codebook: Codebook
) -> list[Invalid]:
    """Cases that come out otherwise than expected, and what no case shows."""
    worked = work_out(programme, programmes, codebook)
    found = [fault for one in worked for fault in differences(one)]
    if programme.is_on:
        found += _not_shown(programme, worked)
    return found


def differences(worked: Worked) -> Iterator[Invalid]:
    """Where a case comes out otherwise than its file expects."""
    answer, found = worked.answer, _found(worked)
    for key, expected in worked.case.expected.items():
        wanted = list(expected) if isinstance(expected, tuple) else expected
        if found[key] != wanted:
            yield Invalid(
                N_("%(place)s: “%(key)s” is expected to be %(expected)s and comes out as "
                   "%(found)s; conditions that fail: %(fails)s. Correct the rule or the case."),
                place=worked.case.place,
                key=key,
                expected=_shown(key, wanted),
                found=_shown(key, found[key]),
                fails=", ".join(answer.fails) or "–",
            )  # fmt: skip


def _found(worked: Worked) -> dict[str, Any]:
    answer, arrears = worked.answer, worked.arrears
    return {
        "outcome": answer.outcome,
        "amount": answer.satang,
        "per": answer.per if answer.satang is not None else None,
        "fails": answer.fails,
        "ask": list(dict.fromkeys(one.variable for one in answer.ask)),
        "received": answer.received,
        "arrears": arrears.satang if arrears else None,
        "open_first": [one.programme.id for one in answer.open_first],
        "transitional": answer.transitional.name if answer.transitional else None,
    }


def _shown(key: str, value: Any) -> str:
    if key in ("amount", "arrears"):
        value = baht(value)
    return ", ".join(value) or "–" if isinstance(value, list) else str(value)


def _not_shown(programme: Programme, worked: Sequence[Worked]) -> Iterator[Invalid]:
    if len(worked) < FEWEST:
        yield Invalid(
            N_("%(place)s: a programme that is on needs at least %(fewest)s cases; there are "
               "%(count)s."),
            place=programme.place,
            fewest=FEWEST,
            count=len(worked),
        )  # fmt: skip
    yield from _conditions_not_shown(programme, worked)
    for amount in programme.amounts:
        yield from _rates_not_shown(amount, worked)
    if programme.arrears["rule"] == "months" and not any(
        one.case.expected.get("arrears") for one in worked
    ):
        yield _lacking(
            programme.place, N_("%(place)s: add a case that gets back pay, with “%(name)s”."),
            "arrears",
        )  # fmt: skip
    for rule in programme.transitions:
        if not any(one.answer.transitional is rule for one in worked):
            yield _lacking(programme.place, N_("%(place)s: add a case for whom “%(name)s” holds."),
                           rule.name)  # fmt: skip


def _conditions_not_shown(programme: Programme, worked: Sequence[Worked]) -> Iterator[Invalid]:
    for condition in programme.conditions:
        if condition.dormant:
            continue
        place, name = condition.expression.place, condition.name
        values = [
            outcome.value
            for one in worked
            for outcome in one.answer.conditions
            if outcome.name == name
        ]
        if True not in values:
            yield _lacking(place, N_("%(place)s: add a case in which “%(name)s” holds."), name)
        if not any(one.answer.fails == [name] for one in worked):
            yield _lacking(
                place, N_("%(place)s: add a case in which “%(name)s” alone does not hold."), name
            )
        near = [one for one in worked if condition.on(one.case.day)]
        for edge in _ordered(condition.expression):
            for side in (True, False):
                if not any(_is_near(edge, one, side) for one in near):
                    yield _edge_lacking(place, edge, side)


def _rates_not_shown(amount: Amount, worked: Sequence[Worked]) -> Iterator[Invalid]:
    chosen = {
        id(one.rate)
        for case in worked
        for one in case.answer.sums
        if one.rate and case.answer.offered
    }
    first = min(one.start or dt.date.min for one in amount.rates)
    for rate in amount.rates:
        if rate.satang is None or rate.status == "memory":
            continue
        if id(rate) not in chosen:
            yield _lacking(
                rate.place,
                N_("%(place)s: add a case that gets this rate of “%(name)s”."),
                amount.item,
            )
        for edge in _ordered(rate.when) if rate.when else ():
            if not any(_is_near(edge, one, side) for one in worked for side in (True, False)):
                yield _edge_lacking(rate.place, edge, True)
        start = rate.start
        if start and start > first and not _is_day_shown(start, worked):
            yield _lacking(
                rate.place,
                N_("%(place)s: add a case on %(name)s or on the day before."),
                start.isoformat(),
            )


def _is_day_shown(day: dt.date, worked: Sequence[Worked]) -> bool:
    return any(one.case.day in (day, day - _ONE_DAY) for one in worked)


def _ordered(expression: Expression) -> list[Edge]:
    return [one for one in edges(expression) if one.test.op in _ORDERED]


def _is_near(edge: Edge, worked: Worked, side: bool) -> bool:
    seen = worked.seen
    apart = edge.distance(seen.row, seen.persons, seen.day)
    held = edge.held(seen.row, seen.persons, seen.day)
    return apart is not None and abs(apart) <= _NEAR and held is side


def _edge_lacking(place: str, edge: Edge, side: bool) -> Invalid:
    message = (
        N_("%(place)s: add a case just inside the limit of “%(name)s”.")
        if side
        else N_("%(place)s: add a case just outside the limit of “%(name)s”.")
    )
    return _lacking(place, message, edge.text)


def _lacking(place: str, message: str, name: str) -> Invalid:
    return Invalid(message, place=place, name=name)
