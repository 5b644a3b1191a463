"""Needs, referrals and their events, batches, assistance, confirmations, clocks; plans, exits,
grievances."""

from .assistance import Assistance, Confirmation
from .batches import Batch, BatchItem
from .clocks import ClockSetting, ClosedDay
from .grievances import Grievance
from .needs import Need
from .plans import Exit, FollowUp, Goal, Plan
from .referrals import Attachment, CaseMember, Event, Referral

__all__ = [
    "Assistance", "Attachment", "Batch", "BatchItem", "CaseMember", "ClockSetting", "ClosedDay",
    "Confirmation", "Event", "Exit", "FollowUp", "Goal", "Grievance", "Need", "Plan", "Referral",
]  # fmt: skip
