"""The draft of a case: to whom, how urgent, in which words, on what ground."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel import keys
from wattana.kernel.problems import Conflict
from wattana.kit.middleware import told
from wattana.kit.words import said
from wattana.methods.referral.machine import Side
from wattana.referrals import access, fields, receivers, words
from wattana.referrals.actions import bases, drafts
from wattana.referrals.forms import Draft, renew
from wattana.referrals.models import Referral
from wattana.referrals.queries import cases as reads
from wattana.referrals.views.cases import seen
from wattana.registry.views.steps import data


@policy(Permission.REFERRAL_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, referral: int) -> HttpResponse:
    """Kept as a draft, or kept and on to the last look.

    What was typed into a draft that a colleague changed or sent meanwhile is shown again beside
    what stands now; the next press is decided on that.
    """
    found = access.referral(request.viewer, referral)
    if Side.SENDER not in access.sides(request.viewer, found):
        return redirect("referrals:case", found.pk)
    if found.state not in drafts.EDITED and request.method != "POST":
        return redirect("referrals:case", found.pk)
    sends = request.POST.get("then") == "send"
    form = Draft(data(request), sends=sends, initial=_typed(found))
    form.fields["receiver"].offer(receivers.candidates(found.need, found.sender_id))
    if request.method == "POST" and form.is_valid():
        done = form.attempt(
            drafts.save, referral=found.pk, by=request.viewer, **form.cleaned_data
        )  # fmt: skip
        if done is not None:
            messages.success(request, gettext("The draft is saved."))
            if sends:
                return redirect("referrals:step", found.pk, "send")
            return redirect("referrals:draft", found.pk)
    facts = fields.facts(found, found.shared)
    seen(request, found, facts)
    changed = renew(form, found.version)
    if changed and form.problem is None:
        form.add_error(None, told(Conflict(drafts.CHANGED)))
    context = {
        "referral": found,
        "title": said(words.service(found.service)),
        "form": form,
        "facts": facts,
        "consent": bases.consent_of(found),
        "edits": found.state in drafts.EDITED,
        "changed": reads.last_change(found) if changed else None,
    }
    return render(request, "referrals/draft.html", context, status=422 if form.errors else 200)


def _typed(found: Referral) -> dict[str, Any]:
    receiver = keys.to_text(found.receiver_id) if found.receiver_id else ""
    return {
        "receiver": receiver, "urgency": found.urgency, "summary": found.summary,
        "basis": found.basis or None, "note": found.basis_note, "version": found.version,
    }  # fmt: skip
