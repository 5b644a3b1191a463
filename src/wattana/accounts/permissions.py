"""What a member may do: permissions, and the roles that hold them. Default deny."""

from __future__ import annotations

from enum import StrEnum

from wattana.accounts.models import Member

Role = Member.Role


class Permission(StrEnum):
    """One thing that may be done; where it may be done is the viewer's scope."""

    AREA_VIEW = "area.view"  # figures of areas
    HOUSEHOLD_LIST = "household.list"  # household lists with names of heads
    HOUSEHOLD_VIEW = "household.view"  # one household and its people
    HOUSEHOLD_EDIT = "household.edit"
    HOUSEHOLD_MERGE = "household.merge"
    HOUSEHOLD_EXPORT = "household.export"
    NATIONAL_ID_VIEW = "national_id.view"  # the 13 digits in clear, each time audited
    SENSITIVE_VIEW = "sensitive.view"  # health, disability and the like
    SURVEY_RECORD = "survey.record"
    SURVEY_APPROVE = "survey.approve"  # approve, return or reopen what was submitted
    IMPORT = "import"
    ASSESS = "assess"  # freeze a snapshot, run a measure
    SCHEME_EDIT = "scheme.edit"  # change and publish schemes of a measure
    VISIT_SUGGEST = "visit.suggest"  # whom to visit next; never who is due what
    RIGHTS_VIEW = "rights.view"  # programmes, take-up; of households as the others allow
    NEED_REPORT = "need.report"  # say what a household lacks
    REFERRAL_VIEW = "referral.view"  # cases of the own organisation and of households in scope
    REFERRAL_SEND = "referral.send"  # confirm needs; open, send, appeal, close, cancel
    REFERRAL_DECIDE = "referral.decide"  # act for the organisation that a case was sent to
    REFERRAL_BOARD = "referral.board"  # where cases wait, how long, whose turn
    REFERRAL_SETTINGS = "referral.settings"  # clocks and closed days of the own organisation
    GRIEVANCE_HANDLE = "grievance.handle"  # and only who is named for it by the administrators
    MEMBERS_MANAGE = "members.manage"
    AGREEMENTS_VIEW = "agreements.view"
    AGREEMENTS_MANAGE = "agreements.manage"  # and organisations; the operator only
    AUDIT_VIEW = "audit.view"


P = Permission

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ENUMERATOR: frozenset(
        {P.AREA_VIEW, P.HOUSEHOLD_LIST, P.HOUSEHOLD_VIEW, P.HOUSEHOLD_EDIT, P.SENSITIVE_VIEW,
         P.SURVEY_RECORD, P.RIGHTS_VIEW, P.NEED_REPORT, P.AGREEMENTS_VIEW}
    ),
    Role.TAMBON_OFFICER: frozenset(
        {P.AREA_VIEW, P.HOUSEHOLD_LIST, P.HOUSEHOLD_VIEW, P.HOUSEHOLD_EDIT, P.HOUSEHOLD_MERGE,
         P.HOUSEHOLD_EXPORT, P.NATIONAL_ID_VIEW, P.SENSITIVE_VIEW, P.SURVEY_RECORD,
         P.SURVEY_APPROVE, P.IMPORT, P.VISIT_SUGGEST, P.RIGHTS_VIEW, P.NEED_REPORT,
         P.REFERRAL_VIEW, P.REFERRAL_SEND, P.REFERRAL_DECIDE, P.REFERRAL_BOARD,
         P.REFERRAL_SETTINGS, P.AGREEMENTS_VIEW}
    ),
    Role.DISTRICT_OFFICER: frozenset(
        {P.AREA_VIEW, P.HOUSEHOLD_LIST, P.HOUSEHOLD_VIEW, P.HOUSEHOLD_EXPORT, P.VISIT_SUGGEST,
         P.RIGHTS_VIEW, P.NEED_REPORT, P.REFERRAL_VIEW, P.REFERRAL_SEND, P.REFERRAL_DECIDE,
         P.REFERRAL_BOARD, P.REFERRAL_SETTINGS, P.GRIEVANCE_HANDLE, P.AGREEMENTS_VIEW}
    ),
    Role.PROVINCE_OFFICER: frozenset(
        {P.AREA_VIEW, P.HOUSEHOLD_LIST, P.HOUSEHOLD_VIEW, P.HOUSEHOLD_EXPORT, P.ASSESS,
         P.VISIT_SUGGEST, P.RIGHTS_VIEW, P.REFERRAL_VIEW, P.REFERRAL_DECIDE, P.REFERRAL_BOARD,
         P.REFERRAL_SETTINGS, P.GRIEVANCE_HANDLE, P.AGREEMENTS_VIEW}
    ),
    Role.AGENCY_CASEWORKER: frozenset(
        {P.AREA_VIEW, P.RIGHTS_VIEW, P.REFERRAL_VIEW, P.REFERRAL_DECIDE, P.REFERRAL_SETTINGS,
         P.AGREEMENTS_VIEW}
    ),
    Role.RESEARCHER: frozenset(
        {P.AREA_VIEW, P.ASSESS, P.SCHEME_EDIT, P.RIGHTS_VIEW, P.AGREEMENTS_VIEW}
    ),
    Role.ADMINISTRATOR: frozenset(
        {P.MEMBERS_MANAGE, P.AGREEMENTS_VIEW, P.AGREEMENTS_MANAGE, P.AUDIT_VIEW, P.ASSESS,
         P.SCHEME_EDIT, P.GRIEVANCE_HANDLE}
    ),
}  # fmt: skip

_OPERATOR_ONLY = frozenset({P.AGREEMENTS_MANAGE})


def roles_with(permission: Permission) -> list[str]:
    """The roles that hold a permission."""
    return [role for role, held in ROLE_PERMISSIONS.items() if permission in held]


def permissions_of(role: str, *, is_operator: bool) -> frozenset[Permission]:
    """What a role may do in its organisation.

    Organisations and agreements decide how far everybody sees, so only administrators of the
    organisation that runs the installation (the operator) change them.
    """
    held = ROLE_PERMISSIONS.get(role, frozenset())
    return held if is_operator else held - _OPERATOR_ONLY
