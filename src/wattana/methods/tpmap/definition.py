"""Measure files of kind `tpmap`: dimensions over the numbered indicators of one round of จปฐ."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from wattana.kernel.problems import N_, Invalid
from wattana.methods.tpmap.editions import RULES, edition
from wattana.methods.tpmap.rounds import (
    ROUNDS,
    BasicNeed,
    Round,
    load_round,
    plain,
    round_of,
    writing,
)
from wattana.rules.files import Table, Words
from wattana.rules.poverty import Columns, PovertyMeasure, take_measure
from wattana.rules.poverty.columns import kind_of

_NAME = re.compile(r"bmn_(\d{1,2})")


@dataclass(frozen=True)
class Found:
    """The columns of the file: each indicator's result, the household, the card, the income.

    `income`: a column of numbers, baht per person and year.
    """

    results: Mapping[int, str]
    household: str | None
    card: str | None
    income: str | None

    def has(self, need: BasicNeed) -> bool:
        """Whether the file has the result of an indicator, or what it follows from."""
        by_income = need.income_line is not None and self.income is not None
        return need.number in self.results or by_income


@dataclass(frozen=True)
class TpmapMeasure:
    """TPMAP over one round. `counting` is the union as an Alkire–Foster measure over bmn_N.

    Its H is TPMAP's; A and M0 use equal weights and are not official. `target`: which rule names
    the target group.
    """

    counting: PovertyMeasure
    round: Round
    target: str
    found: Found
    others: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.counting.name

    @property
    def title(self) -> Words:
        return self.counting.title

    @property
    def note(self) -> Words:
        return self.counting.note

    @property
    def status(self) -> str:
        return self.counting.status

    @property
    def definitions_hash(self) -> str:
        """SHA-256 of the counting measure, the round and the target rule."""
        text = f"{self.counting.definitions_hash} {self.round!r} {self.target}"
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def columns(self) -> Columns:
        return self.counting.columns

    @property
    def needs(self) -> tuple[BasicNeed, ...]:
        """The indicators that the dimensions use, in their order."""
        return tuple(self.round.needs[_number(one.name)] for one in self.counting.indicators)


def read(
    table: Table, columns: Mapping[str, str], *, examples: Mapping[str, str] | None = None
) -> TpmapMeasure:
    """Read an open measure file against the columns of a file (name → SQL type).

    Columns are known by their headers: bmn_1, จปฐ. 1, ตัวชี้วัดที่ 1 …; household; welfare_card (see
    rulebook/basic_needs/files.yaml). `examples` is not needed: results may be texts. Raises
    `Invalid`, also when an indicator has no column.
    """
    table.one_of("kind", ("tpmap",))
    chosen = load_round(table.one_of("round", ROUNDS))
    target = _target(table, chosen)
    found = _found(columns)
    others = tuple(one for one in columns if one not in found.results.values())
    seen = {f"bmn_{number}": "INTEGER" for number in chosen.needs}
    seen |= {one: columns[one] for one in others if one not in seen}
    counting = take_measure(table, seen)
    table.end()
    measure = TpmapMeasure(counting, chosen, target, found, others)
    _check(measure, columns)
    return measure


def _target(table: Table, chosen: Round) -> str:
    """The rule that is named, or that of an edition (CE or พ.ศ.), if it uses this round."""
    if "edition" not in table:
        return table.one_of("target", RULES)
    year = int(table.number("edition"))
    known = edition(year - 543 if year > 2400 else year)
    if known.survey is not None and round_of(known.survey).name != chosen.name:
        table.refuse(
            N_("%(place)s: the “%(key)s” %(year)s uses จปฐ. of %(survey)s, which is the round "
               "%(right)s; write “round: %(right)s”."),
            key="edition",
            year=year,
            survey=known.survey + (543 if year > 2400 else 0),
            right=round_of(known.survey).name,
        )  # fmt: skip
    return known.rule


def _found(columns: Mapping[str, str]) -> Found:
    write = writing()
    results: dict[int, str] = {}
    for header in columns:
        number = write.number_of(header)
        if number is not None:
            if number in results:
                raise Invalid(
                    N_("The columns “%(one)s” and “%(other)s” are both results of จปฐ. number "
                       "%(number)s; leave one."),
                    one=results[number],
                    other=header,
                    number=number,
                )  # fmt: skip
            results[number] = header
    numeric = {one: kind for one, kind in columns.items() if kind_of(kind) in ("integer", "number")}
    return Found(
        results,
        household=_only(columns, write.household),
        card=_only(columns, write.card_headers),
        income=_only(numeric, write.income),
    )


def _only(columns: Mapping[str, str], headers: frozenset[str]) -> str | None:
    return next((one for one in columns if plain(one) in headers), None)


def _number(name: str) -> int:
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else 0


def _check(measure: TpmapMeasure, columns: Mapping[str, str]) -> None:
    numbers = [_number(one.name) for one in measure.counting.indicators]
    for one, number in zip(measure.counting.indicators, numbers, strict=True):
        if number not in measure.round.needs:
            raise Invalid(
                N_("%(place)s: the round %(round)s has no indicator “%(name)s”; write bmn_ and a "
                   "number up to %(count)s."),
                place=one.place,
                round=measure.round.name,
                name=one.name,
                count=measure.round.count,
            )  # fmt: skip
    missing = [one.number for one in measure.needs if not measure.found.has(one)]
    if missing:
        raise Invalid(
            N_("The data have no column for จปฐ. number %(numbers)s. Name it bmn_%(first)s; there "
               "are %(columns)s."),
            numbers=", ".join(map(str, missing)),
            first=missing[0],
            columns=", ".join(list(columns)[:20]),
        )  # fmt: skip
