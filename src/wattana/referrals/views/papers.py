"""The case as a sheet of paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.referrals.paper import sheet as papers
from wattana.referrals.queries import cases


@policy(Permission.REFERRAL_VIEW)
@require_safe
def sheet(request: HttpRequest, referral: int) -> HttpResponse:
    """Facts, history and room for the agency's decision, as PDF."""
    found = cases.case(request.viewer, referral)
    paper = papers.case_sheet(found)
    row = found.referral
    audit.record(
        request.viewer, "referral.print", kind="referral", object_id=row.pk, area=row.area_code
    )
    return HttpResponse(
        paper,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="case-{row.number}.pdf"'},
    )
