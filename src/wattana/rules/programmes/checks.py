"""What a programme's file has to fulfil beyond its form: dates, ids, unknown that stays unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from wattana.kernel.problems import N_, Invalid, gathered
from wattana.rules.book import Codebook
from wattana.rules.expressions import Expression
from wattana.rules.programmes.boundaries import may_both_hold
from wattana.rules.programmes.model import Amount, Programme, Rate

_ONE_DAY = dt.timedelta(days=1)
_PASSES_OVER = {"is_null", "coalesce", "min_known", "max_known", "sum_known"}
_AGGREGATES_PASS_OVER = {"sum_known", "avg", "min", "max"}


def check(programme: Programme, codebook: Codebook) -> None:
    """Raises `Invalid` with the place of each fault."""
    gathered(
        [
            partial(_check_id, programme, codebook),
            *(partial(_check_unknown, one) for one in programme.expressions),
            *(partial(_check_gaps, one.rates) for one in programme.amounts),
            *(partial(_check_overlaps, one) for one in programme.amounts),
        ]
    )


def _check_id(programme: Programme, codebook: Codebook) -> None:
    if programme.id not in codebook.variable("receives").codes:
        raise Invalid(
            N_("%(place)s: add “%(name)s” to the list of programmes in codebook/derived.yaml."),
            place=programme.place,
            name=programme.id,
        )


def _check_unknown(expression: Expression) -> None:
    """A fact that becomes known must not make an answer unknown."""
    for node in expression.node.walk():
        if node.op in _PASSES_OVER or (
            node.op == "aggregate" and node.value in _AGGREGATES_PASS_OVER
        ):
            raise Invalid(
                N_("%(place)s: is null, coalesce and functions that pass over unknown values "
                   "cannot stand in a programme. Derive a fact in codebook/derived.yaml."),
                place=expression.place,
            )  # fmt: skip


def _check_gaps(rates: Sequence[Rate]) -> None:
    """Refuse days between the first and the last rate on which there is none."""
    ordered = sorted(rates, key=lambda one: one.start or dt.date.min)
    reached = ordered[0].end
    for one in ordered[1:]:
        if reached is None:
            return
        if one.start and one.start > reached + _ONE_DAY:
            raise Invalid(
                N_("%(place)s: no amount from %(start)s to %(end)s. Move a date, or write a rate "
                   "with “baht: 0” or “baht: null” for these days."),
                place=one.place,
                start=reached + _ONE_DAY,
                end=one.start - _ONE_DAY,
            )  # fmt: skip
        reached = None if one.end is None else max(reached, one.end)


def _check_overlaps(amount: Amount) -> None:
    for number, one in enumerate(amount.rates):
        for other in amount.rates[:number]:
            day = _common_day(one, other)
            if day is None:
                continue
            if one.when and other.when and not may_both_hold(one.when, other.when, day):
                continue
            raise Invalid(
                N_("%(place)s: on %(day)s another rate of the same item holds for the same people. "
                   "End the earlier one before, or narrow “when”."),
                place=one.place,
                day=day,
            )  # fmt: skip


def _common_day(one: Rate, other: Rate) -> dt.date | None:
    """The first day on which both count."""
    start = max(one.start or dt.date.min, other.start or dt.date.min)
    end = min(one.end or dt.date.max, other.end or dt.date.max)
    return start if start <= end else None
