"""Which agencies meet which kind of need."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kit import filters
from wattana.referrals.actions import routes as actions
from wattana.referrals.forms import RouteForm
from wattana.referrals.queries import routes as reads
from wattana.registry.views.steps import data


@policy(Permission.AGREEMENTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def routes(request: HttpRequest) -> HttpResponse:
    """The table, and with `?service=` the form of one kind of need."""
    rows = reads.table(request.viewer)
    known = {one.service: one for one in rows}
    row = known.get(filters.chosen(request.GET.get("service"), known))
    form = RouteForm(data(request), initial=RouteForm.typed(row.chosen)) if row else None
    if request.method == "POST" and row and form and form.is_valid():
        wanted = [] if "usual" in request.POST else form.agencies()
        form.attempt(actions.set_route, service=row.service, agencies=wanted, by=request.viewer)
        if not form.errors:
            messages.success(request, gettext("The agencies are set, for cases from now on."))
            return redirect("referrals:routes")
    context = {
        "rows": rows,
        "form": form,
        "title": row.title if row else "",
        "service": row.service if row else "",
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "referrals/routes.html", context, status=status)
