"""What travels upwards is wired here: the panels of the household page."""

from __future__ import annotations

from wattana.assessment import panels as assessment_panels
from wattana.surveys import panels as survey_panels


def install() -> None:
    """Connect the rooms; harmless to repeat."""
    survey_panels.install()
    assessment_panels.install()
