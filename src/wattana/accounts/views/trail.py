"""The page of the audit trail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wattana.accounts import audit as trail
from wattana.accounts import audit_details, queries
from wattana.accounts.forms import AuditFilter
from wattana.accounts.models import Member
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kit.filters import cleaned


@policy(Permission.AUDIT_VIEW)
def audit(request: HttpRequest) -> HttpResponse:
    actions = sorted(
        ((code, label) for code, label in trail.labels().items() if "." in code),
        key=lambda pair: str(pair[1]),
    )
    form = AuditFilter(actions, request.GET)
    given = cleaned(form)
    who = given.get("who", "")
    page = queries.audit_events(
        request.viewer,
        user_id=queries.user_id_of(who) if who else None,
        action=given.get("action", ""),
        day=given.get("day"),
        cursor=request.GET.get("page"),
    )
    for row in page.rows:
        row["told"] = audit_details.told(row["detail"])
    context = {
        "form": form,
        "page": page,
        "labels": trail.labels(),
        "roles": dict(Member.Role.choices),
        "people": queries.people(row["user_id"] for row in page.rows),
    }
    return render(request, "accounts/audit.html", context)
