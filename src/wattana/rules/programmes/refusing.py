"""What is refused in a programme's file beyond its form: names, dates, what is not cited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from importlib.resources.abc import Traversable
from typing import Any

from wattana.kernel.problems import N_, gathered
from wattana.rules.files import Table
from wattana.rules.programmes.shapes import TABLE, Taken

_SATANG = Decimal(100)
_LARGEST = 10**13  # satang
_MOST_MONTHS = 120


def check_head(taken: Taken, source: Traversable) -> None:
    """Refuse another id than the file's name, and what is on, off or reviewed without ground."""
    conditions = taken["conditions"] if taken["state"]["on"] else ()
    gathered(
        [
            partial(_check_name, taken, source),
            partial(_check_state, taken),
            partial(_check_review, taken["review"]),
            partial(check_order, taken),
            *(partial(_check_memory, one) for one in conditions),
        ]
    )


def _check_name(taken: Taken, source: Traversable) -> None:
    name = source.name.removesuffix(".yaml")
    if taken["programme"] != name:
        taken[TABLE].refuse(
            N_("%(place)s: the id has to be the name of the file. Write “%(right)s”."),
            key="programme",
            right=name,
        )


def _check_state(taken: Taken) -> None:
    state: Table = taken["state"][TABLE]
    if taken["state"]["on"] and taken["confidence"] == "memory":
        state.refuse(
            N_("%(place)s: what is known from memory is not applied. Write “on: false” and why, "
               "or find a source and write “confidence: partial”."),
            key="on",
        )  # fmt: skip
    if not taken["state"]["on"] and taken["state"]["why"] is None:
        state.refuse(N_("%(place)s: say in “why” why the programme is off."), key="on")


def _check_review(review: Taken) -> None:
    if review["state"] != "drafted" and not (review["by"] and review["on"]):
        review[TABLE].refuse(
            N_("%(place)s: say in “by” and “on” who reviewed the file and when."), key="state"
        )


def _check_memory(condition: Taken) -> None:
    """In a programme that is on, a condition that nobody could cite is not applied."""
    if condition["status"] == "memory" and condition["dormant"] is None:
        condition[TABLE].refuse(
            N_("%(place)s: a condition known from memory is not applied. Say so in “dormant”, "
               "or find a source."),
            key="status",
        )  # fmt: skip


def check_order(taken: Taken) -> None:
    """Refuse a last day before the first."""
    start, end = taken["from"], taken["to"]
    if start and end and end < start:
        taken[TABLE].refuse(
            N_("%(place)s: “to” lies before “from”. Exchange or correct them."), key="to"
        )


def named(taken: Taken, key: str, known: Mapping[str, Any]) -> tuple[Any, ...]:
    """What the names of a list stand for; refuse each that stands for nothing."""
    if not taken[key] and key == "agencies":
        taken[TABLE].refuse(N_("%(place)s: “%(key)s” needs an entry."), key=key)
    return tuple(gathered(partial(_known, taken, key, known, name) for name in taken[key]))


def _known(taken: Taken, key: str, known: Mapping[str, Any], name: str) -> Any:
    if name not in known:
        taken[TABLE].refuse(
            N_("%(place)s: “%(name)s” is not in %(key)s.yaml. Add it there, or write another."),
            key=key,
            name=name[:60],
        )
    return known[name]


def unique(taken: Taken, key: str, name: str) -> tuple[Taken, ...]:
    """The entries of a list, whose names have to differ."""
    entries: tuple[Taken, ...] = taken[key]
    names = [one[name] for one in entries]
    again = (one for n, one in enumerate(entries) if one[name] in names[:n])
    gathered(partial(_refuse_again, one, name) for one in again)
    return entries


def _refuse_again(taken: Taken, name: str) -> None:
    taken[TABLE].refuse(
        N_("%(place)s: the name “%(name)s” stands twice. Choose another."),
        key=name,
        name=taken[name],
    )


def check_conditions(taken: Taken, key: str, programme: Taken) -> None:
    """Refuse each name that no condition of the file has."""
    known = [one["name"] for one in programme["conditions"]]
    unknown = (name for name in taken[key] if name not in known)
    gathered(partial(_refuse_condition, taken, key, name, known) for name in unknown)


def _refuse_condition(taken: Taken, key: str, name: str, known: Sequence[str]) -> None:
    taken[TABLE].refuse(
        N_("%(place)s: there is no condition “%(name)s”. Write one of: %(known)s."),
        key=key,
        name=name[:60],
        known=", ".join(known),
    )


def check_months(arrears: Taken, amounts: Sequence[Taken]) -> None:
    """Refuse back pay by months that cannot be."""
    table: Table = arrears[TABLE]
    if arrears["months"] != int(arrears["months"]) or not 1 <= arrears["months"] <= _MOST_MONTHS:
        table.refuse(
            N_("%(place)s: “%(key)s” is a whole number from 1 to %(most)s."),
            key="months",
            most=_MOST_MONTHS,
        )
    if not any(one["per"].endswith("/month") for one in amounts):
        table.refuse(
            N_("%(place)s: back pay by months needs an amount that is paid by the month. Add it, "
               "or write another rule."),
            key="rule",
        )  # fmt: skip


def times_a_year(limits: Taken) -> int:
    """How often it may be had. Raises `Invalid`."""
    times = limits["times_a_year"]
    if times != int(times) or times < 1:
        limits[TABLE].refuse(
            N_("%(place)s: “%(key)s” is a whole number from 1 on."), key="times_a_year"
        )
    return int(times)


def satang(table: Table, key: str, baht: Any) -> int | None:
    """Baht as written, in whole satang. Raises `Invalid`."""
    if baht is None:
        return None
    if isinstance(baht, bool) or not isinstance(baht, int | float):
        table.refuse(N_("%(place)s: “%(key)s” has to be an amount in baht, or null."), key=key)
    exact = Decimal(str(baht)) * _SATANG
    if exact != exact.to_integral_value() or not 0 <= exact <= _LARGEST:
        table.refuse(
            N_("%(place)s: “%(key)s” has at most two decimals and is not below 0."), key=key
        )
    return int(exact)
