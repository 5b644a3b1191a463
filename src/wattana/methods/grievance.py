"""The states of a grievance (เรื่องร้องเรียน) and what leads from one to the next (proposed).

Complaints have a door and handlers of their own: neither the office nor the person complained about
ever acts. The room `grievances`, its buttons and its tests read this one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a grievance stands."""

    RECEIVED = "received"  # ได้รับเรื่องแล้ว
    ACKNOWLEDGED = "acknowledged"  # แจ้งรับเรื่องแล้ว
    LOOKED_INTO = "looked_into"  # กำลังตรวจสอบ
    ANSWERED = "answered"  # ตอบแล้ว
    SETTLED = "settled"  # ยุติ: the complainant accepts
    CLOSED = "closed"  # ปิดเรื่อง: nobody replied to the answer in time
    WITHDRAWN = "withdrawn"  # ถอนเรื่อง


class Side(StrEnum):
    """Who acts."""

    HANDLER = "handler"
    COMPLAINANT = "complainant"
    CLOCK = "clock"


class Needs(StrEnum):
    """What a step must be given, or what must hold, before it is taken."""

    WORDS = "words"
    HIGHER = "higher"  # there is a next tier


@dataclass(frozen=True)
class Step:
    """One arrow: `action` leads from any of `sources` to `target`; `up`: to the next tier."""

    action: str
    sources: frozenset[State]
    target: State
    side: Side
    needs: frozenset[Needs] = frozenset()
    up: bool = False


S, A, N = State, Side, Needs
OPEN = frozenset({S.RECEIVED, S.ACKNOWLEDGED, S.LOOKED_INTO})
FINAL = frozenset({S.SETTLED, S.CLOSED, S.WITHDRAWN})
_BOTH = frozenset({N.WORDS, N.HIGHER})

STEPS: tuple[Step, ...] = (
    Step("acknowledge", frozenset({S.RECEIVED}), S.ACKNOWLEDGED, A.HANDLER),
    Step("look_into", frozenset({S.ACKNOWLEDGED}), S.LOOKED_INTO, A.HANDLER),
    Step(
        "answer", frozenset({S.ACKNOWLEDGED, S.LOOKED_INTO}), S.ANSWERED, A.HANDLER,
        frozenset({N.WORDS}),
    ),
    Step("hand_up", OPEN, S.RECEIVED, A.HANDLER, _BOTH, up=True),
    Step("accept", frozenset({S.ANSWERED}), S.SETTLED, A.COMPLAINANT),
    Step("not_settled", frozenset({S.ANSWERED}), S.RECEIVED, A.COMPLAINANT, _BOTH, up=True),
    Step("withdraw", OPEN | {S.ANSWERED}, S.WITHDRAWN, A.COMPLAINANT),
    Step("escalate", OPEN, S.RECEIVED, A.CLOCK, frozenset({N.HIGHER}), up=True),
    Step("close", frozenset({S.ANSWERED}), S.CLOSED, A.CLOCK),
)  # fmt: skip

BY_ACTION = {step.action: step for step in STEPS}


def possible(state: State, side: Side, *, higher: bool) -> tuple[Step, ...]:
    """The steps of one side from a state, in the order of the table.

    `higher`: whether there is a next tier that may handle it.
    """
    return tuple(
        step
        for step in STEPS
        if state in step.sources and step.side == side and (higher or N.HIGHER not in step.needs)
    )
