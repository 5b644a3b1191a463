"""Needs, referrals and their events, batches, help, answers, clocks; plans, exits, routes."""

from .assistance import Assistance, Confirmation
from .batches import Batch, BatchItem
from .clocks import ClockSetting, ClosedDay
from .needs import Need
from .plans import Exit, FollowUp, Goal, Photo, Plan
from .referrals import Attachment, CaseMember, Event, Referral, Series
from .routes import Route

__all__ = [
    "Assistance", "Attachment", "Batch", "BatchItem", "CaseMember", "ClockSetting", "ClosedDay",
    "Confirmation", "Event", "Exit", "FollowUp", "Goal", "Need", "Photo", "Plan", "Referral",
    "Route", "Series",
]  # fmt: skip
