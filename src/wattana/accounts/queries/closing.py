"""What the end of an agreement closes to a member: nothing where another opens the same to her."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from wattana.accounts.agreements import NOTICE_DAYS, State, last_day, state_of
from wattana.accounts.permissions import Permission
from wattana.accounts.purposes import SERVES, Purpose
from wattana.areas import queries as areas
from wattana.areas.models import Area


@dataclass(frozen=True)
class Opening:
    """An agreement as it opens areas for purposes."""

    id: int
    starts: dt.date
    ends: dt.date
    ended_early_at: dt.datetime | None
    purposes: tuple[str, ...]
    areas: set[str] = field(default_factory=set)

    def is_in_force(self, day: dt.date) -> bool:
        return state_of(self.starts, self.ends, self.ended_early_at, day).is_in_force


def opened(openings: Iterable[Opening]) -> dict[str, set[str]]:
    """The areas that some agreements open, by purpose."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in openings:
        for purpose in one.purposes:
            found[purpose] |= one.areas
    return found


def closing(
    openings: list[Opening],
    held: frozenset[Permission],
    reached: Callable[[Iterable[str]], tuple[str, ...]],
    day: dt.date,
) -> tuple[int, ...]:
    """The agreements near their end that close something to a member who holds `held`.

    One that ended is weighed against what is in force on `day`, one that will end against what is
    in force on the day after it. `reached` cuts areas to those that are hers at all.
    """
    return tuple(
        one.id
        for one, after in _near_their_end(openings, day)
        if _closes(one, [other for other in openings if other.is_in_force(after)], held, reached)
    )


def _near_their_end(openings: list[Opening], day: dt.date) -> Iterator[tuple[Opening, dt.date]]:
    """Each with the day from which it opens nothing more."""
    for one in openings:
        last = last_day(one.ends, one.ended_early_at)
        state = state_of(one.starts, one.ends, one.ended_early_at, day)
        if abs((last - day).days) <= NOTICE_DAYS and state is not State.NOT_BEGUN:
            yield one, last + dt.timedelta(days=1) if state.is_in_force else day


def _closes(
    one: Opening,
    others: list[Opening],
    held: frozenset[Permission],
    reached: Callable[[Iterable[str]], tuple[str, ...]],
) -> bool:
    before, after = opened([one]), opened(others)
    return any(
        not _all_within(reached(_for(purposes, before)), _for(purposes, after))
        for purposes in _served(held)
    )


def _served(held: frozenset[Permission]) -> set[frozenset[str]]:
    """The purposes of which one is enough, of each thing that she may do.

    Who manages members is told of every purpose: she asks for the renewal.
    """
    if Permission.MEMBERS_MANAGE in held:
        return {frozenset({purpose}) for purpose in Purpose}
    return {frozenset(SERVES[one]) for one in held if one in SERVES}


def _for(purposes: Iterable[str], found: Mapping[str, set[str]]) -> set[str]:
    return set().union(*(found.get(purpose, set()) for purpose in purposes))


def _all_within(codes: Iterable[str], others: set[str]) -> bool:
    return all(_is_within(code, others) for code in codes)


def _is_within(code: str, others: set[str]) -> bool:
    """Whether others hold an area, or all districts or tambons that it consists of."""
    if any(code.startswith(other) for other in others):
        return True
    if len(code) >= Area.Level.TAMBON or not any(other.startswith(code) for other in others):
        return False
    return all(_is_within(part.code, others) for part in areas.children(code))
