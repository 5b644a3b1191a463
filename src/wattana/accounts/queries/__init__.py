"""Reads of accounts: the viewer of a session, agreements, organisations, members, audit trail."""

from wattana.accounts.queries.agreements import agreement, agreements, notices
from wattana.accounts.queries.members import (
    administrators,
    member,
    members,
    memberships,
    past_memberships,
    people,
    user_id_of,
)
from wattana.accounts.queries.organizations import managed, organization, organizations
from wattana.accounts.queries.trail import audit_events
from wattana.accounts.queries.viewers import viewer_of

__all__ = [
    "administrators",
    "agreement",
    "agreements",
    "audit_events",
    "managed",
    "member",
    "members",
    "memberships",
    "notices",
    "organization",
    "organizations",
    "past_memberships",
    "people",
    "user_id_of",
    "viewer_of",
]
