"""What travels upwards is wired here: the panels of the household page, kinds of import, and what
goes with an import that is taken back."""

from __future__ import annotations

from wattana.accounts import audit, audit_details
from wattana.assessment import panels as assessment_panels
from wattana.assessment.models import HouseholdResult
from wattana.entitlements import panels as entitlement_panels
from wattana.entitlements.models import Missing
from wattana.grievances import telling as grievance_telling
from wattana.grievances import words as grievance_words
from wattana.notices import kinds as notice_kinds
from wattana.referrals import panels as referral_panels
from wattana.referrals import telling
from wattana.referrals.models import Need
from wattana.registry import sections
from wattana.registry.imports import households, kinds, persons, undoing
from wattana.surveys import imports as survey_imports
from wattana.surveys import panels as survey_panels


def install() -> None:
    """Connect the rooms; harmless to repeat."""
    sections.install()
    survey_panels.install()
    assessment_panels.install()
    entitlement_panels.install()
    referral_panels.install()
    notice_kinds.describe(telling.KINDS)
    notice_kinds.describe(grievance_telling.KINDS)
    audit.describe(grievance_words.ACTIONS)
    for kind in (households.HOUSEHOLDS, persons.PERSONS, survey_imports.FIVE_CAPITALS):
        kinds.register(kind)
        audit_details.describe_codes({"what": {kind.name: kind.title}})
    undoing.takes_along(HouseholdResult)
    undoing.takes_along(Missing)
    undoing.takes_along(Need, Need.UNTOUCHED)
