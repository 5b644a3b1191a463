"""What travels upwards is wired here: the panels of the household page, kinds of import."""

from __future__ import annotations

from wattana.assessment import panels as assessment_panels
from wattana.entitlements import panels as entitlement_panels
from wattana.notices import kinds as notice_kinds
from wattana.referrals import panels as referral_panels
from wattana.referrals import telling
from wattana.registry.imports import households, kinds, persons
from wattana.surveys import imports as survey_imports
from wattana.surveys import panels as survey_panels


def install() -> None:
    """Connect the rooms; harmless to repeat."""
    survey_panels.install()
    assessment_panels.install()
    entitlement_panels.install()
    referral_panels.install()
    notice_kinds.describe(telling.KINDS)
    for kind in (households.HOUSEHOLDS, persons.PERSONS, survey_imports.FIVE_CAPITALS):
        kinds.register(kind)
