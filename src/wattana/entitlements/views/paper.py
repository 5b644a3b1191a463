"""The family's page as PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.entitlements.paper import family
from wattana.registry import queries


@policy(Permission.HOUSEHOLD_VIEW)
@require_safe
def family_page(request: HttpRequest, household: int) -> HttpResponse:
    """One page that the family keeps; `?sensitive=1` adds what tells of health or disability."""
    sensitive = request.GET.get("sensitive") == "1"
    home = queries.household(request.viewer, household)
    paper = family.family_page(request.viewer, home, sensitive=sensitive)
    audit.record(
        request.viewer, "rights.print", kind="household", object_id=home.pk, area=home.area_id,
        sensitive=sensitive,
    )  # fmt: skip
    name = family.file_name(home.pk)
    return HttpResponse(
        paper,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
