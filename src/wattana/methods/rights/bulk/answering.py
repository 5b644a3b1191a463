"""A programme's answers for many rows: each different answer once, and its number in every row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattana.methods.rights import amounts
from wattana.methods.rights.amounts import Sum
from wattana.methods.rights.bulk.chunks import Unfit
from wattana.methods.rights.bulk.coding import applied
from wattana.methods.rights.bulk.facts import Homes, Persons
from wattana.methods.rights.bulk.numbering import Numbering
from wattana.rules.expressions.nodes import TRUE as ALWAYS
from wattana.rules.expressions.vectors import FALSE, TRUE, UNKNOWN, Truths, Vector
from wattana.rules.expressions.vectors.calendar import number
from wattana.rules.expressions.vectors.values import filled, truths, where
from wattana.rules.programmes.model import Condition, Dated, Programme, Rate
from wattana.rules.variables import Variable

_WAIVED = np.int8(3)
_PARTS = 1_000_000  # how often something is paid is exact in millionths
_WORD, _BYTE = 64, 8
_NO_AMOUNT = (1 << _WORD) - 1
_TIMES = 20  # bits for the sums of an item that is multiplied: a million different ones
COUNT_BITS = 16
"""Of a count of rights of one household; four stand in a word."""
_RECEIVED = {int(FALSE): 0, int(TRUE): 1, int(UNKNOWN): 2}
"""As `coding` has it."""


_NOTHING = np.zeros(0, np.uint64), np.zeros(0, np.int64)


@dataclass(frozen=True)
class Answer:
    """One answer of a programme, as `coding` has it in columns."""

    outcome: int
    conditions: int
    received: int
    satang: int | None
    year: int | None


@dataclass(eq=False)
class Answers:
    """All answers of one programme, each once.

    A key is made of two bits a condition, two of receipt, and which rate of each item applies
    (one more than its place, 0: none, the greatest: not known); above them stands the number of
    what is paid for an item that is multiplied.
    """

    programme: Programme
    day: dt.date | None
    deceased: Variable
    receives: Variable
    _given: list[Answer] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _worth: tuple[NDArray[np.uint64], NDArray[np.int64]] = field(default_factory=lambda: _NOTHING)

    def numbers(self, rows: Homes) -> NDArray[np.int32]:
        """The number of each row's answer; `given` grows by what is new."""
        return self._numbering.numbers(self._keys(rows))

    @property
    def given(self) -> list[Answer]:
        """The answers by their number."""
        with self._lock:
            self._given += [self._answer(key) for key in self._numbering.keys(len(self._given))]
        return self._given

    def worth(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """What each answer adds to its household: rights due of which receipt is known, received,
        due with receipt unknown, unknown, packed in a word; and satang a year that are missing.
        """
        given = self.given
        if len(self._worth[0]) < len(given):
            counts, money = np.array([_worth(one) for one in given], np.int64).T
            self._worth = counts.astype(np.uint64), np.ascontiguousarray(money)
        return self._worth

    @cached_property
    def _numbering(self) -> Numbering:
        bits = self._bits + _TIMES * len(self._multiplied)
        if bits > _WORD:
            raise Unfit
        return Numbering(bits)

    @cached_property
    def _bits(self) -> int:
        """For conditions, the implied one first, receipt, and items."""
        return 2 * (len(self._applied) + 2) + sum(self._widths)

    @cached_property
    def _applied(self) -> list[Condition]:
        return applied(self.programme)

    @cached_property
    def _rates(self) -> list[list[Rate]]:
        """Of each item those that may count."""
        day = self.day
        return [
            [rate for rate in one.rates if day is None or rate.on(day)]
            for one in self.programme.amounts
        ]

    @cached_property
    def _multiplied(self) -> dict[int, Numbering]:
        """Places of items that are paid so and so often, each with the numbers of its sums."""
        places = (n for n, one in enumerate(self.programme.amounts) if one.times is not None)
        return {place: Numbering(_WORD) for place in places}

    def _keys(self, rows: Homes) -> NDArray[Any]:
        codes = [self._implied(rows), *(self._code(one, rows) for one in self._applied)]
        offered = reduce(np.minimum, codes) >= TRUE
        held = [_held(rates, rows) for rates in self._rates]
        fields = [(one.view(np.uint8), 2) for one in (*codes, self._received(rows))]
        fields += zip((one * offered for one in held), self._widths, strict=True)
        key = _packed(fields, rows.table.num_rows, np.uint32 if self._bits <= 32 else np.uint64)
        return self._with_times(key, np.asarray(offered), held, rows) if self._multiplied else key

    def _with_times(
        self, key: NDArray[Any], offered: NDArray[np.bool_], held: Sequence[Any], rows: Homes
    ) -> NDArray[np.uint64]:
        """The key with the number of what each multiplied item comes to, at `_TIMES` bits each."""
        whole = key.astype(np.uint64)
        for place, (item, numbering) in enumerate(self._multiplied.items()):
            paid = np.where(offered, self._times(item, held[item], rows), 0)
            numbers = numbering.numbers(np.broadcast_to(paid, key.shape).astype(np.uint64))
            if len(numbering.keys()) > 1 << _TIMES:
                raise Unfit
            whole |= numbers.astype(np.uint64) << np.uint64(self._bits + place * _TIMES)
        return whole

    @cached_property
    def _widths(self) -> list[int]:
        """Bits of each item's state."""
        return [(len(rates) + 1).bit_length() for rates in self._rates]

    def _implied(self, rows: Homes) -> Truths:
        """That there is the programme, and that the person lives (or has died)."""
        held = self._in_force(self.programme, rows)
        if self.programme.level == "person":
            dead = np.asarray(rows.column(self.deceased))
            held = np.minimum(held, dead if self.programme.concerns == "deceased" else TRUE - dead)
        return truths(held == TRUE)

    def _in_force(self, dated: Dated, rows: Homes) -> Truths:
        if self.day:
            return truths(dated.on(self.day))
        return _in_force(dated, rows)

    def _code(self, condition: Condition, rows: Homes) -> Truths:
        """False, unknown, true or waived; true where it does not bind on the day."""
        in_force = self._in_force(condition, rows)
        if not in_force.any():
            return np.asarray(TRUE)
        code: Truths = rows.value(condition.expression)
        waivers = [
            rows.value(one.expression)
            for one in self.programme.transitions
            if condition.name in one.waives
        ]
        if waivers:
            waived = reduce(np.maximum, waivers)
            rest = filled(code, waived == UNKNOWN, UNKNOWN)
            code = where(code == TRUE, TRUE, where(waived == TRUE, _WAIVED, rest))
        return filled(code, in_force != TRUE, TRUE)

    def _received(self, rows: Homes) -> Truths:
        """As a list of what is received has it, or as was answered."""
        listed = self._listed(rows)
        if not self.programme.received:
            return listed
        answered: Truths = rows.value(self.programme.received)
        if not listed.ndim and listed == UNKNOWN:
            return answered
        least, most = np.minimum(listed, answered), np.maximum(listed, answered)
        return where(most == TRUE, TRUE, least)

    def _listed(self, rows: Homes) -> Truths:
        """Whether the person, or any member of the household, is on the list."""
        if isinstance(rows, Persons):
            return _has(rows.column(self.receives), self.programme.id)
        people = rows.persons
        found = np.full(people.households.count, UNKNOWN)
        if len(people.households.rows):
            listed = _has(people.column(self.receives), self.programme.id)
            found[people.households.rows] = people.households.reduced(np.maximum, listed)
        return found

    def _times(self, place: int, states: NDArray[np.uint8], rows: Homes) -> NDArray[np.int64]:
        """Satang of what is paid so and so often; -1, which is `_NO_AMOUNT`: not known."""
        amount = self.programme.amounts[place]
        times = rows.value(amount.times) if amount.times else np.asarray(1.0)
        if amount.most is not None:
            times = np.minimum(times, amount.most)
        unknown = np.isnan(times)
        parts = np.trunc(np.where(unknown, 0, times) * _PARTS + 0.5).astype(np.int64)
        rates = self._rates[place]
        satang = np.array([0, *(one.satang or 0 for one in rates), 0], np.int64)[states]
        paid = (parts * satang + _PARTS // 2) // _PARTS
        return np.where(unknown, np.int64(-1), paid)

    def _answer(self, key: int) -> Answer:
        places = len(self._applied) + 1
        conditions = key & (1 << 2 * places) - 1
        codes = [conditions >> 2 * place & 3 for place in range(places)]
        key >>= 2 * places
        received = key & 3
        key >>= 2
        paid = key >> sum(self._widths)
        sums = []
        for place, width in enumerate(self._widths):
            state = key & (1 << width) - 1
            key >>= width
            if state:
                sums.append(self._sum(place, state, paid))
        least = min(codes)
        offered = 3 if self.programme.may_be_due else 2
        good = least >= TRUE
        return Answer(
            outcome=offered if good else int(least),
            conditions=conditions,
            received=_RECEIVED[received],
            satang=amounts.total(sums) if good else None,
            year=amounts.total_a_year(sums) if good else None,
        )

    def _sum(self, place: int, state: int, paid: int) -> Sum:
        amount, rates = self.programme.amounts[place], self._rates[place]
        if state > len(rates):
            return Sum(amount, None, None, frozenset())
        rate = rates[state - 1]
        satang = None if rate.status == "memory" else rate.satang
        if satang is not None and place in self._multiplied:
            nth = list(self._multiplied).index(place)
            number = paid >> nth * _TIMES & (1 << _TIMES) - 1
            found = self._multiplied[place].keys()[number]
            satang = None if found == _NO_AMOUNT else found
        return Sum(amount, satang, rate, frozenset())


def _worth(answer: Answer) -> tuple[int, int]:
    due = answer.outcome == 3
    counts = (
        due and answer.received != 2,
        due and answer.received == 1,
        due and answer.received == 2,
        answer.outcome == 1,
    )
    missing = answer.year or 0 if due and answer.received == 0 else 0
    return sum(int(held) << COUNT_BITS * place for place, held in enumerate(counts)), missing


def _in_force(dated: Dated, rows: Homes) -> Truths:
    held = np.asarray(True)
    if dated.start:
        held = held & (rows.day >= number(dated.start))
    if dated.end:
        held = held & (rows.day <= number(dated.end))
    return truths(held)


def _held(rates: Sequence[Rate], rows: Homes) -> NDArray[np.uint8]:
    """Which rate applies: the first that is known to, else whether one may."""
    open_one = np.uint8(len(rates) + 1)
    state: Any = np.asarray(0, np.uint8)
    for place, rate in reversed(list(enumerate(rates, 1))):
        test = _in_force(rate, rows)
        if rate.when and rate.when.node != ALWAYS:
            test = np.minimum(test, rows.value(rate.when))
        state = filled(state, (test == UNKNOWN) & (state == 0), open_one)
        state = filled(state, test == TRUE, np.uint8(place))
    return np.asarray(state, np.uint8)


def _packed(fields: Sequence[tuple[Any, int]], count: int, word: type[Any]) -> NDArray[Any]:
    """Fields of some bits, eight at most, beside each other, the first the lowest.

    Each is one number a row, or one for all. Written byte by byte, as bytes are quick.
    """
    key = np.zeros(count, np.dtype(word).newbyteorder("<"))
    lanes = key.view(np.uint8).reshape(count, key.itemsize)
    lane: Any = np.uint8(0)
    begin = 0
    for one, bits in fields:
        place, within = divmod(begin, _BYTE)
        lane = lane | one << np.uint8(within)
        begin += bits
        if within + bits >= _BYTE:
            lanes[:, place] = lane
            over = np.uint8(_BYTE - within)
            lane = one >> over if within else np.uint8(0)
    if begin % _BYTE:
        lanes[:, begin // _BYTE] = lane
    return key


def _has(receives: Vector, programme: str) -> Truths:
    return receives.has(programme)  # type: ignore[union-attr]
