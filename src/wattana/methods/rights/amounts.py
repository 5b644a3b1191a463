"""What a programme pays on a day, in whole satang."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from wattana.methods.rights.missing import Asking, Fact
from wattana.methods.rights.situation import Seen
from wattana.rules.files import Words
from wattana.rules.programmes.model import Amount, Programme, Rate

TIMES_A_YEAR = {"month": 12, "quarter": 4, "term": 2, "year": 1}
"""What is paid otherwise (once, a season, a day) has no amount a year."""


@dataclass(frozen=True)
class Sum:
    """One item on a day. `satang` is None when it is not known; `ask` says what would tell."""

    item: Amount
    satang: int | None
    rate: Rate | None
    ask: frozenset[Fact]

    @property
    def per(self) -> str:
        return self.item.per

    @property
    def up_to(self) -> bool:
        """Whether it is a ceiling."""
        return self.rate is not None and self.rate.up_to

    @property
    def words(self) -> Words | None:
        return self.rate.words if self.rate else None

    @property
    def a_year(self) -> int | None:
        """Satang a year; None when it is not known or not paid by the year."""
        times = TIMES_A_YEAR.get(self.item.period)
        return None if times is None or self.satang is None else times * self.satang


def sums(programme: Programme, seen: Seen, asking: Asking) -> list[Sum]:
    """The items that are paid on the day; one that does not concern the row is left out."""
    found = (_sum(one, seen, asking) for one in programme.amounts)
    return [one for one in found if one is not None]


def total(of: Sequence[Sum]) -> int | None:
    """Satang of the main item with all that is paid as often, ceilings apart; None: not known.

    Where the main item is itself a ceiling, the total is the main item.
    """
    if not of:
        return None
    main = of[0]
    added = [main] if main.up_to else [x for x in of if x.per == main.per and not x.up_to]
    known = [one.satang for one in added if one.satang is not None]
    return None if main.satang is None else sum(known)


def total_a_year(of: Sequence[Sum]) -> int | None:
    """Satang a year of all items but ceilings; None when none is paid by the year."""
    known = [one.a_year for one in of if one.a_year is not None and not one.up_to]
    return sum(known) if known else None


def _sum(amount: Amount, seen: Seen, asking: Asking) -> Sum | None:
    open_ones: list[Rate] = []
    for rate in amount.rates:
        if not rate.on(seen.day):
            continue
        held = True if rate.when is None else seen.value(rate.when)
        if held:
            return _paid(amount, rate, seen, asking)
        if held is None:
            open_ones.append(rate)
    if not open_ones:
        return None
    facts = (asking.all_of(rate.when.node, seen) for rate in open_ones if rate.when)
    return Sum(amount, None, None, frozenset().union(*facts))


def _paid(amount: Amount, rate: Rate, seen: Seen, asking: Asking) -> Sum:
    if rate.satang is None or rate.status == "memory":
        return Sum(amount, None, rate, frozenset())
    if amount.times is None:
        return Sum(amount, rate.satang, rate, frozenset())
    times = seen.value(amount.times)
    if times is None:
        return Sum(amount, None, rate, asking.all_of(amount.times.node, seen))
    counted = Decimal(str(times if amount.most is None else min(times, amount.most)))
    satang = (counted * rate.satang).quantize(Decimal(1), ROUND_HALF_UP)
    return Sum(amount, int(satang), rate, frozenset())
