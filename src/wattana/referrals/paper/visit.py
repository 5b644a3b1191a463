"""The paper for a follow-up visit: what is open and planned, and room for what is found."""

from __future__ import annotations

from importlib import resources

from django.utils.translation import gettext, pgettext

from wattana.accounts.models import Organization
from wattana.accounts.viewer import Viewer
from wattana.kit import moments
from wattana.kit.dates import format_date
from wattana.kit.paper import Paper, render
from wattana.kit.templatetags.wattana import in_language
from wattana.referrals.models import Goal
from wattana.referrals.plans import queries as plans
from wattana.referrals.queries import needs
from wattana.registry import naming
from wattana.registry.models import Household, Person

_TEMPLATE = resources.files("wattana.referrals.paper") / "visit.typ"


def visit_sheet(viewer: Viewer, home: Household) -> bytes:
    """The PDF, in the language in force; confidential needs do not stand on it."""
    story = plans.story(viewer, home)
    told = [one for one in needs.of_household(viewer, home) if not one.need.sensitive]
    head = home.persons.filter(relation=Person.Relation.HEAD, died_on__isnull=True).first()
    paper = Paper(
        title=gettext("Follow-up visit"),
        organization=in_language(Organization.objects.get(pk=viewer.organization_id)),
        day=moments.today(),
        foot=gettext("Contains personal data: hand over closed, keep locked."),
    )
    data = {
        "who": [
            [gettext("Household"), naming.full_address(home)],
            [gettext("Head of the household"), naming.full_name(head) if head else "–"],
        ],
        "needs_title": gettext("Open needs and referrals"),
        "needs_heads": [gettext("Need"), gettext("Referral"), gettext("What changed")],
        "needs": [
            [one.title, _standing(one), ""]
            for one in told
            if one.need.state == one.need.State.CONFIRMED
        ],
        "goals_title": gettext("Goals of the plan"),
        "goals_heads": [gettext("Goal"), gettext("Next date"), gettext("What changed")],
        "goals": [
            [one.text, format_date(one.next_on), ""]
            for one in story.goals
            if one.state == Goal.State.OPEN
        ],
        "asked": [
            pgettext("referral", "Day of the visit"),
            gettext("Who visited"),
            gettext("Somebody visits again on"),
        ],
        "findings": gettext("What was found"),
        "boxes": [gettext("photos were taken"), gettext("a new need was found"),
                  gettext("the household wants to leave the programme")],
        "signatures": [
            [pgettext("signature", "The household"), gettext("Date")],
            [gettext("Visitor"), pgettext("referral", "Position")],
        ],
    }  # fmt: skip
    return render(_TEMPLATE, data, paper)


def _standing(need: needs.Told) -> str:
    """Number and state of its open case."""
    return f"{need.open.number} {need.open.get_state_display()}" if need.open else "–"
