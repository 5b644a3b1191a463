"""The states of a referral and what leads from one to the next (domain reference 7.2, proposed).

One table says everything: who acts, from where to where, what must be given. The actions of the
room `referrals`, its buttons, its tests and the drawing in the docs all read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a referral (เรื่องส่งต่อ) stands."""

    DRAFT = "draft"  # ร่าง
    SENT = "sent"  # ส่งต่อแล้ว
    RECEIVED = "received"  # รับเรื่องแล้ว
    FACT_FINDING = "fact_finding"  # สอบข้อเท็จจริง/เยี่ยมบ้าน
    DOCUMENTS_ASKED = "documents_asked"  # ขอเอกสารเพิ่ม
    APPROVED = "approved"  # อนุมัติ
    HELPED = "helped"  # ให้ความช่วยเหลือแล้ว
    CONFIRMED = "confirmed"  # ครัวเรือนยืนยันผล
    RETURNED = "returned"  # ส่งกลับ
    REFUSED = "refused"  # ไม่เข้าเกณฑ์
    APPEALED = "appealed"  # อุทธรณ์
    CLOSED = "closed"  # ปิดเรื่อง
    PASSED_ON = "passed_on"  # ส่งต่อหน่วยอื่น: the need goes on in another referral
    CANCELLED = "cancelled"  # ยกเลิก


class Side(StrEnum):
    """Who acts: the organisation that sent, the one that received, the household, the clock."""

    SENDER = "sender"
    RECEIVER = "receiver"
    HOUSEHOLD = "household"


class Needs(StrEnum):
    """What a step must be given before it is taken."""

    REASON = "reason"  # a code of the rulebook, `referrals.yaml`
    NOTE = "note"  # words
    CONSENT = "consent"  # recorded consent or another lawful basis (PDPA s. 24, 26)
    RECEIVER = "receiver"  # the organisation that it goes to
    ASSISTANCE = "assistance"  # what was given, when, by whom
    FIRST_APPEAL = "first_appeal"  # one appeal for one decision
    SAID_NO = "said_no"  # the household said that help did not come, and nobody acted since
    STRANDED = "stranded"  # the receiver has ended, or no agreement in force leads there


@dataclass(frozen=True)
class Step:
    """One arrow: `action` leads from any of `sources` to `target`, taken by one of `sides`."""

    action: str
    sources: frozenset[State]
    target: State
    sides: frozenset[Side]
    needs: frozenset[Needs] = frozenset()


S, A, N = State, Side, Needs
_SENDER, _RECEIVER = frozenset({A.SENDER}), frozenset({A.RECEIVER})


def _step(
    action: str, sources: set[State], target: State, sides: frozenset[Side], *needs: Needs
) -> Step:
    return Step(action, frozenset(sources), target, sides, frozenset(needs))


STEPS: tuple[Step, ...] = (
    _step("send", {S.DRAFT, S.RETURNED}, S.SENT, _SENDER, N.CONSENT, N.RECEIVER),
    _step("receive", {S.SENT}, S.RECEIVED, _RECEIVER),
    _step("return", {S.SENT, S.RECEIVED}, S.RETURNED, _RECEIVER, N.REASON),
    _step("find_facts", {S.RECEIVED, S.APPEALED}, S.FACT_FINDING, _RECEIVER),
    _step(
        "ask_documents", {S.RECEIVED, S.FACT_FINDING, S.APPEALED}, S.DOCUMENTS_ASKED, _RECEIVER,
        N.NOTE,
    ),
    _step("give_documents", {S.DOCUMENTS_ASKED}, S.FACT_FINDING, _SENDER),
    _step("approve", {S.RECEIVED, S.FACT_FINDING, S.APPEALED}, S.APPROVED, _RECEIVER),
    _step(
        "refuse",
        {S.RECEIVED, S.FACT_FINDING, S.DOCUMENTS_ASKED, S.APPEALED, S.APPROVED},
        S.REFUSED, _RECEIVER, N.REASON,
    ),
    _step("appeal", {S.REFUSED}, S.APPEALED, _SENDER, N.NOTE, N.FIRST_APPEAL),
    _step(
        "pass_on", {S.RECEIVED, S.FACT_FINDING, S.DOCUMENTS_ASKED}, S.PASSED_ON, _RECEIVER,
        N.REASON, N.RECEIVER, N.CONSENT,
    ),
    _step(
        "redirect", {S.RETURNED, S.REFUSED}, S.PASSED_ON, _SENDER,
        N.REASON, N.RECEIVER, N.CONSENT,
    ),
    _step(
        "redirect_ended",
        {S.SENT, S.RECEIVED, S.FACT_FINDING, S.DOCUMENTS_ASKED, S.APPROVED, S.APPEALED},
        S.PASSED_ON, _SENDER, N.STRANDED, N.REASON, N.RECEIVER, N.CONSENT,
    ),
    _step("help", {S.APPROVED}, S.HELPED, _RECEIVER, N.ASSISTANCE),
    _step("confirm", {S.HELPED}, S.CONFIRMED, frozenset({A.HOUSEHOLD, A.SENDER})),
    _step(
        "did_not_come", {S.HELPED, S.CONFIRMED}, S.APPROVED, frozenset({A.HOUSEHOLD, A.SENDER})
    ),
    _step(
        "came_after_all", {S.APPROVED}, S.CONFIRMED, frozenset({A.HOUSEHOLD, A.SENDER}), N.SAID_NO
    ),
    _step("close", {S.CONFIRMED}, S.CLOSED, _SENDER, N.ASSISTANCE),
    _step("close_refused", {S.REFUSED}, S.CLOSED, _SENDER, N.REASON),
    _step("close_unreached", {S.HELPED}, S.CLOSED, _SENDER, N.REASON, N.ASSISTANCE),
    _step(
        "cancel",
        {S.DRAFT, S.SENT, S.RECEIVED, S.FACT_FINDING, S.DOCUMENTS_ASKED, S.APPROVED, S.RETURNED,
         S.REFUSED, S.APPEALED},
        S.CANCELLED, _SENDER, N.REASON,
    ),
)  # fmt: skip

REJECT_BATCH = "reject_batch"
"""The one step without a target of its own: a batch that is rejected on paper puts each of its
cases back to where it stood before, draft or returned."""

BY_ACTION = {step.action: step for step in STEPS}
PASSING = frozenset(step.action for step in STEPS if step.target == S.PASSED_ON)
"""Steps that end the case and begin another with another agency."""
ANSWERS = frozenset(step.action for step in STEPS if A.HOUSEHOLD in step.sides)
"""Steps that a household takes by what it says, itself or through its officer."""
DECISIONS = frozenset(
    step.action for step in STEPS if step.needs & {N.REASON, N.NOTE} or step.target == S.APPROVED
) - ANSWERS | {REJECT_BATCH}
"""Steps that decide, or say why the case goes no further as it stands."""
FINAL = frozenset({S.CLOSED, S.PASSED_ON, S.CANCELLED})

TURN: dict[State, Side] = {
    S.DRAFT: A.SENDER, S.SENT: A.RECEIVER, S.RECEIVED: A.RECEIVER, S.FACT_FINDING: A.RECEIVER,
    S.DOCUMENTS_ASKED: A.SENDER, S.APPROVED: A.RECEIVER, S.HELPED: A.HOUSEHOLD,
    S.CONFIRMED: A.SENDER, S.RETURNED: A.SENDER, S.REFUSED: A.SENDER, S.APPEALED: A.RECEIVER,
}  # fmt: skip
"""Whose turn it is in a state; where it is the household's, the sender asks it."""


def steps_from(state: State, sides: frozenset[Side]) -> tuple[Step, ...]:
    """The steps that somebody of these sides may take from a state, in the order of the table."""
    return tuple(step for step in STEPS if state in step.sources and step.sides & sides)
