"""Back pay: what is owed for the months before the day, where the regulation allows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from wattana.methods.rights.judging import NOT_DUE, OFFERED, Answer, judge
from wattana.methods.rights.missing import Asking
from wattana.methods.rights.situation import situation
from wattana.rules.book import Codebook
from wattana.rules.expressions.dating import as_date
from wattana.rules.programmes.facts import ID, Facts


@dataclass(frozen=True)
class Arrears:
    """Back pay of one right on a day.

    `months` count back from the month before, without a break, and `satang` is their sum. Both are
    0 where there is no back pay, and None where that depends on the day of the application, on a
    fact that is missing, or where the rule itself is not known.
    """

    rule: str
    months: int | None
    satang: int | None


def arrears(answer: Answer, facts: Facts, day: dt.date, codebook: Codebook) -> Arrears | None:
    """Of what is offered and, as far as is known, not received; else None.

    A month counts where the right was there on its first day, by the facts known today and the
    rules and amounts of then. Only items that are paid by the month count, ceilings apart.
    """
    if not answer.offered or answer.received:
        return None
    rule = answer.programme.arrears["rule"]
    if rule == "months":
        return _counted(answer, facts, day, codebook)
    return Arrears(rule, 0, 0) if rule == "none" else Arrears(rule, None, None)


def _counted(answer: Answer, facts: Facts, day: dt.date, codebook: Codebook) -> Arrears:
    months = satang = 0
    for first in _months_before(day, int(answer.programme.arrears["months"])):
        earlier = _on(first, answer, facts, codebook)
        if earlier is None or earlier.outcome == NOT_DUE:
            break
        paid = _by_the_month(earlier)
        if earlier.outcome not in OFFERED or paid is None:
            return Arrears("months", None, None)
        months, satang = months + 1, satang + paid
    return Arrears("months", months, satang)


def _months_before(day: dt.date, count: int) -> Iterator[dt.date]:
    """The first days of so many months before the month of a day, the latest first."""
    first = day.replace(day=1)
    for _ in range(count):
        first = (first - dt.timedelta(days=1)).replace(day=1)
        yield first


def _on(day: dt.date, answer: Answer, facts: Facts, codebook: Codebook) -> Answer | None:
    """The same right on an earlier day; None where the person was not born yet."""
    known = situation(codebook, facts, day)
    person = next((one for one in known.persons if one[ID] == answer.person), None)
    born = as_date(person.get("birth_date")) if person else None
    if born and born > day:
        return None
    return judge(answer.programme, known.seen(person), Asking(codebook))


def _by_the_month(answer: Answer) -> int | None:
    """Satang of the items that are paid by the month; None while one is not known."""
    paid = [one.satang for one in answer.sums if one.item.period == "month" and not one.up_to]
    known = [one for one in paid if one is not None]
    return sum(known) if len(known) == len(paid) else None
