"""Reads of accounts: the viewer of a session, agreements, organisations, members, audit trail."""

from wattana.accounts.queries.agreements import agreement, agreements, notices
from wattana.accounts.queries.members import (
    member,
    members,
    memberships,
    people,
    user_id_of,
)
from wattana.accounts.queries.organizations import managed, organization, organizations
from wattana.accounts.queries.trail import audit_events
from wattana.accounts.queries.viewers import viewer_of

__all__ = [
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
    "people",
    "user_id_of",
    "viewer_of",
]
