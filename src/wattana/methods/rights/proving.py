"""Whether a programme's worked cases come out, and whether they show all that it decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from wattana.kernel.problems import N_, Invalid
from wattana.methods.rights.arrears import Arrears
from wattana.methods.rights.explaining import explain
from wattana.methods.rights.judging import Answer
from wattana.methods.rights.registering import registrations
from wattana.methods.rights.situation import Seen
from wattana.methods.rights.writing import baht
from wattana.rules.book import Codebook
from wattana.rules.derived import Derivation, derivations
from wattana.rules.expressions import Expression
from wattana.rules.programmes.boundaries import Edge, edges
from wattana.rules.programmes.model import Amount, Case, Condition, Dated, Programme, Window

Derived = Mapping[str, Derivation]
FEWEST = 5
"""Cases of a programme that is on."""
_ON_DAY = N_("%(place)s: add a case on %(name)s: something begins or ends there.")
_ONE_DAY = dt.timedelta(days=1)
_PERIOD_KEYS: Mapping[str, Any] = {"from": None, "to": None}
_ON_WINDOW_DAY = N_(
    "%(place)s: add a case on %(name)s with “registrations”: a period of "
    "registration begins or ends there."
)
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
        found += _not_shown(programme, worked, derivations(codebook))
    return found


def differences(worked: Worked) -> Iterator[Invalid]:
    """Where a case comes out otherwise than its file expects."""
    answer, found = worked.answer, _found(worked)
    for key, expected in worked.case.expected.items():
        wanted = list(expected) if isinstance(expected, tuple) else expected
        if key == "registrations":
            found[key] = _as_written(found[key], wanted)
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
        "registrations": [
            {"from": one.start, "to": one.end, "state": one.state}
            | {"paid_from": one.window.paid_from}
            for one in registrations(answer, worked.case.day)
        ],
    }


def _as_written(
    found: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Of each registration the keys that the file states."""
    pairs = zip_longest(found, wanted[: len(found)], fillvalue=_PERIOD_KEYS)
    return [{key: one[key] for key in keys} for one, keys in pairs]


def _shown(key: str, value: Any) -> str:
    if key in ("amount", "arrears"):
        value = baht(value)
    if key == "registrations":
        value = [" ".join(f"{name} {one[name]}" for name in one) for one in value]
    return ", ".join(value) or "–" if isinstance(value, list) else str(value)


def _not_shown(
    programme: Programme, worked: Sequence[Worked], derived: Derived
) -> Iterator[Invalid]:
    if len(worked) < FEWEST:
        yield Invalid(
            N_("%(place)s: a programme that is on needs at least %(fewest)s cases; there are "
               "%(count)s."),
            place=programme.place,
            fewest=FEWEST,
            count=len(worked),
        )  # fmt: skip
    yield from _days_not_shown(programme, programme, programme.place, worked)
    yield from _conditions_not_shown(programme, worked, derived)
    for amount in programme.amounts:
        yield from _rates_not_shown(amount, programme, worked, derived)
        if amount.times and amount.most is not None:
            yield from _most_not_shown(amount, amount.most, worked)
    if programme.arrears["rule"] == "months" and not any(
        one.case.expected.get("arrears") for one in worked
    ):
        yield _lacking(
            programme.place, N_("%(place)s: add a case that gets back pay, with “%(name)s”."),
            "arrears",
        )  # fmt: skip
    for window in programme.windows:
        yield from _window_not_shown(window, programme.places["windows"], worked, derived)
    for rule in programme.transitions:
        if not any(one.answer.transitional is rule for one in worked):
            yield _lacking(programme.place, N_("%(place)s: add a case for whom “%(name)s” holds."),
                           rule.name)  # fmt: skip
        yield from _edges_not_shown(rule.expression, rule.expression.place, worked, derived)


def _conditions_not_shown(
    programme: Programme, worked: Sequence[Worked], derived: Derived
) -> Iterator[Invalid]:
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
        yield from _edges_not_shown(condition.expression, place, _on(condition, worked), derived)
        yield from _days_not_shown(condition, programme, place, worked)
        yield from _parameters_not_shown(condition, programme, worked)


def _window_not_shown(
    window: Window, place: str, worked: Sequence[Worked], derived: Derived
) -> Iterator[Invalid]:
    """Both sides of each first and last day, and of each limit of who may register."""
    shown = [one for one in worked if "registrations" in one.case.expected]
    days = {one.case.day for one in shown}
    for period in window.periods:
        for turn in (period.start, period.end + _ONE_DAY if period.end else None):
            for day in (turn - _ONE_DAY, turn) if turn else ():
                if day not in days:
                    yield _lacking(place, _ON_WINDOW_DAY, day.isoformat())
    if window.who:
        yield from _edges_not_shown(window.who, window.who.place, shown, derived)


def _rates_not_shown(
    amount: Amount, programme: Programme, worked: Sequence[Worked], derived: Derived
) -> Iterator[Invalid]:
    chosen = {
        id(one.rate)
        for case in worked
        for one in case.answer.sums
        if one.rate and case.answer.offered
    }
    for rate in amount.rates:
        if rate.satang is None or rate.status == "memory":
            continue
        if id(rate) not in chosen:
            yield _lacking(
                rate.place,
                N_("%(place)s: add a case that gets this rate of “%(name)s”."),
                amount.item,
            )
        if rate.when:
            shown = [
                x for x in _on(rate, worked) if x.answer.offered or not x.seen.value(rate.when)
            ]
            yield from _edges_not_shown(rate.when, rate.place, shown, derived)
        yield from _days_not_shown(rate, programme, rate.place, worked)


def _most_not_shown(amount: Amount, most: float, worked: Sequence[Worked]) -> Iterator[Invalid]:
    """Whose number is counted in full, and whose is more than the most that counts."""
    times = [one.seen.value(amount.times) for one in worked if one.answer.offered and amount.times]
    known = [one for one in times if one is not None]
    place, name = amount.rates[0].place, f"{amount.item}, most"
    if most not in known:
        yield _lacking(
            place, N_("%(place)s: add a case just inside the limit of “%(name)s”."), name
        )
    if not any(most < one <= most + 1 for one in known):
        yield _lacking(
            place, N_("%(place)s: add a case just outside the limit of “%(name)s”."), name
        )


def _edges_not_shown(
    expression: Expression, place: str, worked: Sequence[Worked], derived: Derived
) -> Iterator[Invalid]:
    """Limits of numbers and dates, of which cases have to show both sides."""
    for edge in edges(expression, derived):
        if edge.test.op in _ORDERED:
            for side in (True, False):
                seen = (one.seen for one in worked)
                if not any(edge.shown(one.row, one.persons, one.day, side) for one in seen):
                    yield _edge_lacking(place, edge, side)


def _days_not_shown(
    dated: Dated, programme: Programme, place: str, worked: Sequence[Worked]
) -> Iterator[Invalid]:
    """The first day and the day before, the last one and the day after."""
    days = {one.case.day for one in worked}
    turns = [dated.start, dated.end + _ONE_DAY if dated.end else None]
    for turn in turns:
        for day in (turn - _ONE_DAY, turn) if turn else ():
            if (dated is programme or programme.on(day)) and day not in days:
                yield _lacking(place, _ON_DAY, day.isoformat())


def _parameters_not_shown(
    condition: Condition, programme: Programme, worked: Sequence[Worked]
) -> Iterator[Invalid]:
    """The days on which a figure of law changes while the condition binds."""
    for parameter in condition.expression.parameters:
        for period in parameter.periods[1:]:
            if condition.on(period.start) and programme.on(period.start):
                yield from _days_not_shown(
                    Dated(period.start, None), programme, condition.expression.place, worked
                )


def _on(dated: Dated, worked: Sequence[Worked]) -> list[Worked]:
    """The cases of the days on which it counts."""
    return [one for one in worked if dated.on(one.case.day)]


def _edge_lacking(place: str, edge: Edge, side: bool) -> Invalid:
    message = (
        N_("%(place)s: add a case just inside the limit of “%(name)s”.")
        if side
        else N_("%(place)s: add a case just outside the limit of “%(name)s”.")
    )
    return _lacking(place, message, edge.text)


def _lacking(place: str, message: str, name: str) -> Invalid:
    return Invalid(message, place=place, name=name)
