"""One case: its page, its steps, notes, files, and what the household says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel.problems import Conflict, Forbidden
from wattana.kit import attached, moments
from wattana.kit.middleware import told
from wattana.methods.referral.machine import ANSWERS, BY_ACTION, Side
from wattana.referrals import access, fields, receivers, words
from wattana.referrals.actions import attachments, cases, confirmations, drafts, steps
from wattana.referrals.actions.assistance import stands
from wattana.referrals.forms import Answer, Attach, StepForm, renew
from wattana.referrals.models import Referral
from wattana.referrals.queries import cases as reads
from wattana.registry.forms.base import Form
from wattana.registry.views.steps import data

VIEW, SEND = Permission.REFERRAL_VIEW, Permission.REFERRAL_SEND
_PRIMARY = {"send", "receive", "approve", "help", "close", "give_documents"}


@policy(VIEW)
@require_safe
def case(request: HttpRequest, referral: int) -> HttpResponse:
    """Everything of the case that the viewer may see; confidential ones ask to be taken first."""
    try:
        found = reads.case(request.viewer, referral)
    except Forbidden:
        row = access.visible(request.viewer).get(pk=referral)
        context = {"referral": row, "sides": access.sides(request.viewer, row)}
        return render(request, "referrals/confidential.html", context, status=403)
    row = found.referral
    seen(request, row, found.facts)
    context = {
        "case": found,
        "referral": row,
        "steps": [
            (one, words.DO[one.action], one.action in _PRIMARY)
            for one in found.steps
            if one.action not in ANSWERS
        ],
        "clock": words.CLOCKS[found.clock],
        "tier": row.get_tier_display(),
        "attach": Attach() if found.sides else None,
        "colleagues": reads.colleagues(request.viewer, row) if row.sensitive else [],
        "asks": Side.SENDER in found.sides and row.state == "helped",
        "corrects": Side.SENDER in found.sides and _may_correct(found),
        "phone": confirmations.phone_of(row) if Side.SENDER in found.sides else "",
        "edits": Side.SENDER in found.sides and row.state in drafts.EDITED,
    }
    return render(request, "referrals/case.html", context)


@policy(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, referral: int, action: str) -> HttpResponse:
    """What a step needs, then the step.

    What was typed for a case that somebody led on meanwhile is shown again beside where it stands
    now; the next press is decided on that.
    """
    found = access.referral(request.viewer, referral)
    offered = _follows(request, found, action)
    if not offered and request.method != "POST":
        messages.info(request, gettext("This step does not follow from where the case stands now."))
        return redirect("referrals:case", found.pk)
    known = BY_ACTION.get(action)
    if known is None:
        return redirect("referrals:case", found.pk)
    ready = found.receiver_id and found.basis
    if action == "send" and not ready and request.method != "POST":
        messages.info(request, gettext("Choose receiver and ground first; then it can be sent."))
        return redirect("referrals:draft", found.pk)
    form = StepForm(
        known,
        data(request),
        organizations=_others(found),
        helped=stands(found),
        initial={"version": found.version, "on": moments.today()},
    )
    if request.method == "POST" and form.is_valid():
        done = form.attempt(
            partial(steps.take, action=action), referral=found.pk, told=form.told(),
            version=form.cleaned_data["version"], by=request.viewer,
        )  # fmt: skip
        if done is not None:
            messages.success(request, _said_of(done, action))
            return redirect("referrals:case", done.pk)
    found, moved = _moved(request, found, form)
    follows = _follows(request, found, action)
    facts = fields.facts(found, found.shared) if action == "send" and follows else None
    return _form(
        request, found, form, title=words.DO[action], submit=words.DO[action], facts=facts,
        moved=moved, follows=follows or moved is None,
    )  # fmt: skip


@policy(VIEW)
@require_POST
def note(request: HttpRequest, referral: int) -> HttpResponse:
    """Write to the other side."""
    cases.note(referral=referral, text=request.POST.get("text", "")[:2000], by=request.viewer)
    messages.success(request, gettext("The note is added."))
    return redirect("referrals:case", referral)


@policy(VIEW)
@require_POST
def attach(request: HttpRequest, referral: int) -> HttpResponse:
    """Attach a file; what is refused is told with what to do."""
    found = access.referral(request.viewer, referral)
    form = Attach(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        content = sent.read(attached.LARGEST + 1)
        kind = form.cleaned_data["kind"] or attachments.OTHER
        made = form.attempt(
            attachments.add, referral=found.pk, name=sent.name, content=content, kind=kind,
            by=request.viewer,
        )  # fmt: skip
        if made is not None:
            messages.success(request, gettext("The file is attached."))
            return redirect("referrals:case", found.pk)
    return _form(
        request, found, form, title=gettext("Attach a file"), submit=gettext("Attach the file")
    )


@policy(VIEW)
@require_safe
def attachment(request: HttpRequest, attachment: int) -> HttpResponse:
    """The file itself, as a download; browsers never run it."""
    row, content = attachments.open_file(request.viewer, attachment)
    return attached.download(row.pk, row.content_type, content)


@policy(VIEW)
@require_POST
def remove_attachment(request: HttpRequest, attachment: int) -> HttpResponse:
    """Take a file back."""
    done = attachments.remove(attachment=attachment, by=request.viewer)
    messages.success(request, gettext("The file is removed."))
    return redirect("referrals:case", done.referral_id)


@policy(VIEW)
@require_POST
def take_charge(request: HttpRequest, referral: int) -> HttpResponse:
    """Become the named member of a confidential case."""
    cases.take_charge(referral=referral, by=request.viewer)
    messages.success(request, gettext("You are a named member of this case now."))
    return redirect("referrals:case", referral)


@policy(VIEW)
@require_POST
def name_member(request: HttpRequest, referral: int) -> HttpResponse:
    """Let a colleague into a confidential case."""
    chosen = request.POST.get("user", "")
    user = int(chosen) if chosen.isdigit() else 0
    cases.name_member(referral=referral, user=user, by=request.viewer)
    messages.success(request, gettext("The colleague may open this case now."))
    return redirect("referrals:case", referral)


@policy(SEND)
@require_POST
def ask(request: HttpRequest, referral: int) -> HttpResponse:
    """Make the household's link; it is shown once."""
    channel, sends = request.POST.get("channel", ""), "send" in request.POST
    row, code = confirmations.ask(referral=referral, channel=channel, by=request.viewer)
    address = request.build_absolute_uri(reverse("referrals:answer", args=[code]))
    sent = sends and confirmations.send(confirmation=row, address=address, by=request.viewer)
    context = {
        "referral": row.referral, "address": address, "until": row.expires_at,
        "sends": sends, "sent": sent,
    }  # fmt: skip
    return render(request, "referrals/link.html", context)


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_for(request: HttpRequest, referral: int) -> HttpResponse:
    """Write down what the household said on the telephone or at the door."""
    found = access.referral(request.viewer, referral)
    form = Answer(data(request), initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        done = form.attempt(
            confirmations.answer_for, referral=found.pk, by=request.viewer, **form.cleaned_data
        )
        if done is not None:
            messages.success(request, gettext("The answer of the household is recorded."))
            return redirect("referrals:case", found.pk)
    found, moved = _moved(request, found, form)
    follows = any(_follows(request, found, one) for one in ANSWERS)
    return _form(
        request, found, form, title=gettext("What the household says"),
        submit=gettext("Record the answer"), moved=moved, follows=follows or moved is None,
    )  # fmt: skip


def seen(request: HttpRequest, row: Referral, facts: Sequence[fields.Fact]) -> None:
    """Who reads the facts of a case is in the audit trail."""
    audit.record(
        request.viewer, "referral.view", kind="referral", object_id=row.pk, area=row.area_code,
        fields=len(facts),
    )  # fmt: skip


def _follows(request: HttpRequest, found: Referral, action: str) -> bool:
    """Whether the viewer may take a step from where the case stands."""
    return any(one.action == action for one in access.possible(request.viewer, found))


def _moved(request: HttpRequest, found: Referral, form: Form) -> tuple[Referral, reads.Told | None]:
    """The case as it stands, and what moved it since what was typed was looked at, if anything."""
    if not form.is_bound:
        return found, None
    found = access.referral(request.viewer, found.pk)
    if not access.sides(request.viewer, found) or not renew(form, found.version):
        return found, None
    if form.problem is None:
        form.add_error(None, told(Conflict(cases.FASTER)))
    return found, reads.last_change(found)


def _may_correct(found: reads.Case) -> bool:
    """Whether an answer stands that the household may still change."""
    offered = {one.action for one in found.steps}
    return found.referral.state != "helped" and bool(offered & ANSWERS)


def _others(found: Referral) -> list[Any]:
    offered = receivers.candidates(found.need, found.sender_id)
    return [one for one in offered if one.pk != found.receiver_id]


def _said_of(done: Referral, action: str) -> str:
    return gettext("Case %(number)s: %(what)s.") % {
        "number": done.number,
        "what": words.STEPS[action],
    }


def _form(
    request: HttpRequest, found: Referral, form: Form, *, title: Any, submit: Any,
    facts: Sequence[fields.Fact] | None = None, moved: reads.Told | None = None,
    follows: bool = True,
) -> HttpResponse:  # fmt: skip
    """`facts`: of a case about to be sent, what the agency will be shown.

    `moved`: what somebody did meanwhile; `follows`: whether this may still be done after that.
    """
    about = reads.gist(request.viewer, found)
    if read := facts or about.facts:
        seen(request, found, read)
    context = {
        "referral": found, "form": form, "title": title, "submit": submit, "facts": facts,
        "moved": moved, "follows": follows,
        "about": about, "tier": found.get_tier_display(),
        "files": 0 if facts is None else found.attachments.filter(removed_at__isnull=True).count(),
    }  # fmt: skip
    return render(request, "referrals/step.html", context, status=422 if form.errors else 200)
