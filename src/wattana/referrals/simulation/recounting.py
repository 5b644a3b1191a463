"""What a simulation came to, counted anew from the events alone, and compared with the board."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from wattana.accounts.models import Organization
from wattana.accounts.viewer import Viewer
from wattana.kit import moments
from wattana.methods.referral.machine import ANSWERS, FINAL, TURN, Side, State
from wattana.referrals import calendars
from wattana.referrals.models import Event, Referral
from wattana.referrals.queries.board import board, median
from wattana.rules import referrals as rulebook

_BESIDE = ("edit", "note", "attach", "remind", "escalate")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Result:
    """What came out, as a recount of the events has it; all are numbers of cases.

    `breached`: at least one step was late, or is. `lost`: their history does not end where they
    stand. `without_next_date`: open, and no clock holds them. `board_agrees`: the board of the last
    day shows what the recount does.
    """

    first: str
    last: str
    opened: int
    closed: int
    open: int
    breached: int
    lost: int
    without_next_date: int
    helped: int
    confirmed: int
    escalated: int
    reminded: int
    median_days_to_help: int | None
    steps: int
    board_agrees: bool

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class _Story:
    """One case as its events tell it."""

    row: Referral
    state: str = ""
    since: dt.date | None = None
    due: dt.date | None = None
    late: bool = False
    steps: int = 0
    whole: bool = True  # each event begins where the one before ended
    helped_on: dt.date | None = None
    before: dt.date | None = None  # when help came of which the household said no
    confirmed: bool = False

    @property
    def closed(self) -> bool:
        return self.state in FINAL


def recount(keys: Sequence[int], first: dt.date, last: dt.date, governor: Viewer) -> Result:
    """Read every case of `keys` from its events; `governor` is who looks at the board."""
    every = _stories(last)
    told = {key: every[key] for key in keys if key in every}
    clock = Counter(
        Event.objects.filter(referral__in=keys, side="clock").values_list("action", flat=True)
    )
    helped = [one for one in told.values() if one.helped_on]
    ended = sum(one.closed for one in told.values())
    standing = [one for one in told.values() if not one.closed]
    return Result(
        first=first.isoformat(),
        last=last.isoformat(),
        opened=len(keys),
        closed=ended,
        open=len(standing),
        breached=sum(one.late for one in told.values()),
        lost=len(keys) - len(told) + sum(not _agrees(one) for one in told.values()),
        without_next_date=sum(one.row.due_on is None for one in standing),
        helped=len(helped),
        confirmed=sum(one.confirmed for one in told.values()),
        escalated=clock["escalate"],
        reminded=clock["remind"],
        median_days_to_help=median(((one.helped_on - _found(one)).days, 1) for one in helped),
        steps=sum(one.steps for one in told.values()),
        board_agrees=_board_agrees(every.values(), governor, last),
    )


def _stories(last: dt.date) -> dict[int, _Story]:
    rows = Referral.objects.select_related("need", "receiver")
    found = {row.pk: _Story(row) for row in rows}
    kinds = dict(Organization.objects.values_list("pk", "kind"))
    calendar = calendars.load()
    events = Event.objects.exclude(action__in=_BESIDE).order_by("referral_id", "version")
    for event in events.iterator():
        story = found[event.referral_id]
        day = timezone.localdate(event.at)
        story.whole = story.whole and event.old_state == story.state
        story.late = story.late or (story.due is not None and day > story.due)
        story.state, story.since = event.new_state, day
        story.steps += 1
        story.due = None if story.closed else _due(story, day, kinds, calendar)
        if event.action == "help":
            story.helped_on = day
        elif event.action == "did_not_come":
            story.before, story.helped_on = story.helped_on, None
        elif event.action == "came_after_all":
            story.helped_on = story.before
        if event.action in ANSWERS:
            story.confirmed = event.action != "did_not_come"
    for story in found.values():
        story.late = story.late or (story.due is not None and last > story.due)
    return found


def _due(
    story: _Story, day: dt.date, kinds: Mapping[int, str], calendar: calendars.Calendars
) -> dt.date:
    """Counted day by day, without the clocks of the room."""
    row = story.row
    acting = row.receiver_id if TURN[State(story.state)] == Side.RECEIVER else row.sender_id
    urgent = row.urgency == Referral.Urgency.URGENT
    usual = rulebook.load().clocks
    days = usual.urgent if urgent else usual.other
    district = kinds.get(row.receiver_id) == Organization.Kind.DISTRICT
    if not urgent and district and story.state == State.SENT:
        days = usual.to_district
    if (acting, story.state) in calendar.days:
        days = calendar.days[acting, story.state][urgent]
    closed = calendar.closed(acting)
    while days:
        day += _DAY
        days -= not closed(day)
    return day


def _found(story: _Story) -> dt.date:
    return story.row.need.found_on


def _agrees(story: _Story) -> bool:
    """Whether the row stands where its events end, with the clock that they give it."""
    row = story.row
    return story.whole and story.state == row.state and story.due == row.due_on


def _board_agrees(every: Iterable[_Story], governor: Viewer, last: dt.date) -> bool:
    cases: Counter[tuple[int, str]] = Counter()
    late: Counter[int] = Counter()
    for one in every:
        if one.closed or one.row.sensitive or (one.state == State.DRAFT and not one.row.sent_at):
            continue
        receives = TURN[State(one.state)] == Side.RECEIVER
        acting = one.row.receiver_id if receives else one.row.sender_id
        cases[acting, one.state] += 1
        late[acting] += one.due is not None and last > one.due
    shown = board(governor)
    told = {(one.organization, state): n for one in shown.waiting for state, n in one.states}
    return (
        moments.today() == last
        and told == dict(cases)
        and {one.organization: one.late for one in shown.waiting} == dict(late)
        and (shown.open, shown.late) == (cases.total(), late.total())
    )
