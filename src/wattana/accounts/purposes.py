"""What an agreement may share data for, and what each permission serves (PDPA s. 21)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wattana.accounts.permissions import Permission


class Purpose(models.TextChoices):
    """What the parties share data for; other uses are not allowed."""

    COLLECT = "collect", _("collect and record household data")
    ANALYSE = "analyse", _("analyse, and give the results back to the area")
    REFER = "refer", _("refer households to rights and welfare")
    INNOVATE = "innovate", _("develop poverty-solving projects (OM)")
    REPORT = "report", _("follow up, summarise and report")
    RESEARCH = "research", _("research with pseudonymous data")


P, U = Permission, Purpose
_HOUSEHOLDS = frozenset(U) - {U.RESEARCH}  # research knows no names

SERVES: dict[Permission, frozenset[Purpose]] = {
    P.AREA_VIEW: frozenset({U.ANALYSE, U.REPORT, U.RESEARCH}),
    P.HOUSEHOLD_LIST: _HOUSEHOLDS,
    P.HOUSEHOLD_VIEW: _HOUSEHOLDS,
    P.SENSITIVE_VIEW: _HOUSEHOLDS,
    P.HOUSEHOLD_EDIT: frozenset({U.COLLECT}),
    P.HOUSEHOLD_MERGE: frozenset({U.COLLECT}),
    P.HOUSEHOLD_EXPORT: frozenset({U.ANALYSE, U.REFER, U.REPORT}),
    P.NATIONAL_ID_VIEW: frozenset({U.COLLECT, U.REFER}),
    P.SURVEY_RECORD: frozenset({U.COLLECT}),
    P.SURVEY_APPROVE: frozenset({U.COLLECT}),
    P.IMPORT: frozenset({U.COLLECT}),
    P.VISIT_SUGGEST: frozenset({U.COLLECT}),
    P.ASSESS: frozenset({U.ANALYSE, U.RESEARCH}),
    P.SCHEME_EDIT: frozenset({U.ANALYSE, U.RESEARCH}),
    P.RIGHTS_VIEW: frozenset({U.REFER, U.RESEARCH}),
    P.NEED_REPORT: frozenset({U.REFER}),
    P.REFERRAL_SEND: frozenset({U.REFER}),
    P.REFERRAL_BOARD: frozenset({U.REFER, U.REPORT}),
}
"""Any one of its purposes is enough for a permission; one that does not stand here needs none.

Cases under way (`REFERRAL_VIEW`, `REFERRAL_DECIDE`) come to their end whatever has ended since.
"""
