"""Needs, referrals and their events, batches, assistance, confirmations, clocks."""

from .assistance import Assistance, Confirmation
from .batches import Batch, BatchItem
from .clocks import ClockSetting, ClosedDay
from .needs import Need
from .referrals import Attachment, CaseMember, Event, Referral, Series

__all__ = [
    "Assistance", "Attachment", "Batch", "BatchItem", "CaseMember", "ClockSetting", "ClosedDay",
    "Confirmation", "Event", "Need", "Referral", "Series",
]  # fmt: skip
