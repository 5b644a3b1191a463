"""The five capitals on a household's page; this room's deeds in the audit trail."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.assessment import queries
from wattana.assessment.figures import CAPITALS, HouseholdRound, IndicatorReason, Result
from wattana.assessment.models import AreaFigure
from wattana.kit.charts import Axis, radar
from wattana.registry import panels, withdrawals
from wattana.registry.models import Household

ACTIONS = {
    "prediction": _("prediction"),
    "prediction.read": _("suggested visits read"),
    "prediction.train": _("prediction trained"),
    "run.publish": _("assessment published"),
    "scheme": _("scheme"),
    "scheme.choose": _("scheme chosen for the next run"),
    "scheme.copy": _("scheme copied"),
    "scheme.discard": _("draft of a scheme discarded"),
    "scheme.publish": _("scheme published"),
    "run.remove": _("old assessment removed"),
    "snapshot.remove": _("old snapshot removed"),
    "snapshot.take": _("snapshot taken"),
}


def install() -> None:
    """Put the panel on the household page and name the audited deeds; harmless to repeat."""
    audit.describe(ACTIONS)
    panels.register(
        panels.Panel(
            key="capitals",
            title=_("Five capitals"),
            order=20,
            permission=Permission.HOUSEHOLD_VIEW,
            render=_render,
        )
    )


def _render(request: HttpRequest, home: Household) -> SafeString | None:
    """Radar, levels and changes of the current run; each indicator with its reason.

    None for a household that was never surveyed. Once it withdrew consent to the analysis, only
    that it did; when it agreed again, no scores until the next run.
    """
    agreed = withdrawals.told(homes=[home.pk])
    withdrawn, follows = agreed.homes.get(home.pk), withdrawals.level_follows(home, agreed)
    hidden = withdrawn or follows
    rounds = [] if hidden else queries.household_results(request.viewer, home.pk)
    measure = queries.in_force()
    reasons = queries.household_indicators(request.viewer, home.pk, measure)
    if not rounds and not reasons and not withdrawn:
        return None
    context = {
        "rounds": rounds,
        "latest": rounds[0] if rounds else None,
        "rows": _rows(rounds[0]) if rounds else [],
        "radar": _radar(rounds) if rounds else "",
        "groups": _groups(reasons),
        "withdrawn_on": withdrawn,
        "level_follows": follows,
        "measure": measure,
        "run": queries.current_run() if rounds else None,
        "may_assess": request.viewer.can(Permission.ASSESS),
    }
    return render_to_string("assessment/panel.html", context, request)


def _rows(latest: HouseholdRound) -> list[tuple[str, Result]]:
    return [("overall", latest.overall), *latest.capitals.items()]


def _radar(rounds: list[HouseholdRound]) -> SafeString:
    latest, before = rounds[0], rounds[1] if len(rounds) > 1 else None
    axes = [
        Axis(str(AreaFigure.Aspect(capital).label), result.score, result.completeness)
        for capital, result in latest.capitals.items()
    ]
    return radar(
        axes,
        gettext("Five capitals of the household"),
        gettext("Scores from 1 to 4; the same figures stand in the table beside it."),
        before=[before.capitals[capital].score for capital in CAPITALS] if before else None,
    )


def _groups(reasons: list[IndicatorReason]) -> list[dict[str, Any]]:
    """The indicators by capital, with how many of those that apply have a score."""
    groups = []
    for capital, some in groupby(reasons, key=lambda reason: reason.capital):
        indicators = list(some)
        groups.append(
            {
                "aspect": capital,
                "indicators": indicators,
                "scored": sum(reason.score is not None for reason in indicators),
                "applies": sum(reason.applies for reason in indicators),
            }
        )
    return groups
