"""When one who may have a right can register for it: now, later, or, as is known, no longer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from wattana.methods.rights.judging import NOT_DUE, Answer
from wattana.rules.programmes.model import Window

OPEN, AHEAD, OVER = "open", "ahead", "over"


@dataclass(frozen=True)
class Registration:
    """A period of registration, both days included, and how it stands on the day asked about."""

    window: Window
    start: dt.date
    end: dt.date
    state: str


def registrations(answer: Answer, day: dt.date) -> Sequence[Registration]:
    """Those open; else the next one; else the last one. None for who receives it.

    Windows that are meant for others are left out. Who is not due yet is told of those, not over,
    that are known to be meant for her and do not ask for what she lacks.
    """
    if answer.received:
        return []
    found = [
        _registration(window, one.start or dt.date.min, one.end or dt.date.max, day)
        for number, window in enumerate(answer.programme.windows)
        if _meant(window, answer.windows.get(number), answer)
        for one in window.periods
    ]
    if answer.outcome == NOT_DUE:
        found = [one for one in found if one.state != OVER]
    opened = [one for one in found if one.state == OPEN]
    ahead = sorted((one for one in found if one.state == AHEAD), key=lambda one: one.start)
    over = sorted((one for one in found if one.state == OVER), key=lambda one: one.end)
    return opened or ahead[:1] or over[-1:]


def _meant(window: Window, fits: bool | None, answer: Answer) -> bool:
    if answer.outcome != NOT_DUE:
        return fits is not False
    return fits is True and set(answer.fails) <= set(window.not_yet)


def _registration(window: Window, start: dt.date, end: dt.date, day: dt.date) -> Registration:
    state = AHEAD if day < start else OVER if end < day else OPEN
    return Registration(window, start, end, state)
