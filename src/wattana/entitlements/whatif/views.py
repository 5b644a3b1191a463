"""Pages of trials: the list, a new one from a programme, what it would do, as CSV, its removal."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.accounts.queries import people
from wattana.assessment import queries as assessment
from wattana.assessment.models import Status
from wattana.entitlements import words
from wattana.entitlements.views.programmes import BYTE_ORDER_MARK, known
from wattana.entitlements.whatif import actions, asking, queries
from wattana.entitlements.whatif.queries import Row, Trial
from wattana.kernel import keys
from wattana.kernel.problems import Conflict, Problem
from wattana.kit import charts
from wattana.kit.cells import harmless
from wattana.kit.charts.palette import LEVELS
from wattana.kit.middleware import told
from wattana.rules import programmes as rulebook
from wattana.rules.files import Words

ASSESS = Permission.ASSESS
COLUMNS = (
    (gettext_lazy("Households"), "households"), (gettext_lazy("Households concerned"), "concerned"),
    (gettext_lazy("Gained"), "gained"), (gettext_lazy("Lost"), "lost"),
    (gettext_lazy("May newly apply"), "opened"), (gettext_lazy("More"), "more"),
    (gettext_lazy("Less"), "less"), (gettext_lazy("Becomes unknown"), "unsettled"),
    (gettext_lazy("Satang a year before"), "before"),
    (gettext_lazy("Satang a year after"), "after"),
    (gettext_lazy("People whose income is known"), "population"),
    (gettext_lazy("Poor before"), "poor_before"), (gettext_lazy("Poor after"), "poor_after"),
    (gettext_lazy("Poverty gap before, baht a year"), "gap_before"),
    (gettext_lazy("Poverty gap after, baht a year"), "gap_after"),
)  # fmt: skip


@policy(ASSESS)
@require_safe
def trials(request: HttpRequest) -> HttpResponse:
    """All trials, the newest first."""
    found = list(queries.trials(request.viewer))
    context = {
        "trials": found,
        "people": people(one.started_by for one in found),
        "work": assessment.work_in_progress(request.viewer),
        "programmes": [one for one in rulebook.load().values() if one.is_on],
        "may_see_rights": request.viewer.can(Permission.RIGHTS_VIEW),
    }
    return render(request, "entitlements/whatif/trials.html", context)


@policy(ASSESS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what would be different, and begin."""
    if "programme" not in request.GET:
        return redirect("entitlements:what_if")
    programme = known(request.GET["programme"])
    problem = ""
    if request.method == "POST":
        try:
            change = asking.asked_change(programme, request.POST)
            work = actions.begin(change, by=request.viewer)
        except Conflict:
            raise
        except Problem as refused:
            problem = told(asking.placed(refused, programme))
        else:
            work.finish_in_background()
            messages.info(request, gettext("The trial has begun. You may leave this page."))
            return redirect("entitlements:what_if")
    typed = request.POST if request.method == "POST" else {}
    context = {
        "programme": programme,
        "title": typed.get("title", ""),
        "questions": [(one, typed.get(one.key, one.now)) for one in asking.questions(programme)],
        "problem": problem,
        "may_see_rights": request.viewer.can(Permission.RIGHTS_VIEW),
    }
    status = 422 if problem else 200
    return render(request, "entitlements/whatif/new.html", context, status=status)


@policy(ASSESS)
@require_safe
def trial(request: HttpRequest, trial: int) -> HttpResponse:
    """What one trial would do; `?area=` goes down."""
    run = queries.trial(request.viewer, trial)
    if run.status != Status.READY:
        return render(request, "entitlements/whatif/unfinished.html", {"run": run})
    found = queries.outcome(request.viewer, run, request.GET.get("area", ""))
    context = {
        "found": found,
        "changes": list(_changes(found)),
        "chart": _bars(found),
        "programmes": [(rulebook.load().get(one["programme"]), one) for one in found.programmes],
    }
    return render(request, "entitlements/whatif/trial.html", context)


@policy(ASSESS)
@require_safe
def trial_csv(request: HttpRequest, trial: int) -> HttpResponse:
    """The table by area as CSV; what is withheld on the page is empty here."""
    run = queries.trial(request.viewer, trial)
    code = request.GET.get("area", "")
    found = queries.outcome(request.viewer, run, code)
    audit.record(
        request.viewer, "what_if.export", kind="run", object_id=run.pk, area=code[:8],
        rows=len(found.parts),
    )  # fmt: skip
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    name = f"what-if-{keys.to_text(run.pk)}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow([gettext("Code"), gettext("Area"), *(str(head) for head, _ in COLUMNS)])
    for row in found.parts:
        cells = [round(getattr(row.effect, name)) if row.effect else "" for _, name in COLUMNS]
        writer.writerow([row.code, harmless(row.name), *cells])
    return response


@policy(ASSESS)
@require_POST
def remove(request: HttpRequest, trial: int) -> HttpResponse:
    """Remove a trial with its files."""
    actions.remove(trial=trial, by=request.viewer)
    messages.success(request, gettext("The trial is removed."))
    return redirect("entitlements:what_if")


def _changes(found: Trial) -> Iterable[tuple[str, str]]:
    """What was changed, and to what, in words."""
    change = found.change
    for name, value in change.parameters.items():
        parameter = rulebook.desk().parameters[name]
        label = words.said(Words(parameter.label_th, parameter.label_en))
        yield label, f"{value:,.10g} {words.unit(parameter.unit)}"
    for (programme, item), satang in change.amounts.items():
        amount = next(a for a in rulebook.load()[programme].amounts if a.item == item)
        yield words.said(amount.label), words.paid(satang, amount.period)
    for (programme, name), text in change.conditions.items():
        condition = next(c for c in rulebook.load()[programme].conditions if c.name == name)
        yield words.said(condition.label), text


def _bars(found: Trial) -> str:
    """Cost a year by area as bars, the largest first."""
    shown = [one for one in found.parts if one.effect and one.effect.cost]
    shown.sort(key=lambda one: -abs(one.effect.cost))
    if not shown:
        return ""
    most = max(abs(one.effect.cost) for one in shown)
    rows = [_bar(one) for one in shown[:12]]
    title = gettext("Baht a year more or less, by area")
    return charts.bars(rows, title, title, start=0, end=most)


def _bar(row: Row) -> charts.Bar:
    cost = row.effect.cost
    sign, tone = ("+", LEVELS[3]) if cost > 0 else ("−", LEVELS[0])
    return charts.Bar(row.name, abs(cost), f"{sign}{words.baht(abs(cost))}", tone)
