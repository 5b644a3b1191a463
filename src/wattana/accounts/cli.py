"""`wattana members`: the first administrators of an installation, and their approval."""

from __future__ import annotations

import json

import click
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from wattana.accounts.actions import members as actions
from wattana.accounts.actions import organizations
from wattana.accounts.models import Member, Organization, User
from wattana.accounts.viewer import System
from wattana.kernel.problems import N_, Invalid, NotFound
from wattana.kit.dates import format_date
from wattana.kit.templatetags.wattana import in_language

_WITHOUT_AREA = (Organization.Kind.AGENCY, Organization.Kind.UNIVERSITY)
_NO_AREA = N_(
    "An organisation of this kind serves an area. Say which: --area and its code, such as 33 for "
    "the province of Sisaket; 4 digits are a district, 6 a tambon."
)


@click.group()
def members() -> None:
    """Accounts from the machine itself: the operator, invitations, approvals."""


@members.command("organizations")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def list_organizations(as_json: bool) -> None:
    """List the organisations with their codes, kinds and areas."""
    found = [
        {"code": one.code, "kind": one.kind, "name_th": one.name_th, "name_en": one.name_en,
         "areas": sorted(area.code for area in one.areas.all())}
        for one in Organization.objects.prefetch_related("areas").order_by("code")
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    if not found:
        nobody = _(
            "No organisation is recorded in this installation. The data lies in the folder that "
            "WATTANA_DATA names (var/ of the present folder by default); begin anew with: wattana "
            "members operator"
        )
        click.echo(nobody, err=True)
    for one in found:
        areas = ", ".join(one["areas"][:4]) + (" …" if len(one["areas"]) > 4 else "")
        click.echo(f"{one['code']:<10} {one['kind']:<12} {in_language(one)} ({areas or '-'})")


@members.command()
@click.argument("code")
@click.option("--name-th", required=True, help="Its name in Thai.")
@click.option("--name-en", default="", help="Its name in English.")
@click.option(
    "--kind",
    required=True,
    type=click.Choice(Organization.Kind.values),
    help="What it is; all but an agency or a university serve an area.",
)
@click.option("--area", "areas", multiple=True, help="Code of an area that it serves; repeatable.")
def operator(code: str, name_th: str, name_en: str, kind: str, areas: tuple[str, ...]) -> None:
    """Record the organisation that runs this installation, under a CODE of its own."""
    if kind not in _WITHOUT_AREA and not areas:
        raise Invalid(_NO_AREA)
    made = organizations.create(
        code=code,
        kind=kind,
        name_th=name_th,
        name_en=name_en,
        areas=dict.fromkeys(areas, "whole"),
        is_operator=True,
        by=System(),
    )
    told = _("%(code)s: operator. Next: wattana members invite USERNAME %(code)s")
    click.echo(told % {"code": made.code})


@members.command()
@click.argument("username")
@click.argument("organization")
@click.option(
    "--role",
    default="administrator",
    show_default=True,
    type=click.Choice(Member.Role.values),
    help="What the account may do.",
)
@click.option("--area", "areas", multiple=True, help="Only this area; repeatable.")
@click.option(
    "--address",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="Where people open the pages.",
)
def invite(
    username: str, organization: str, role: str, areas: tuple[str, ...], address: str
) -> None:
    """Invite USERNAME into the ORGANIZATION (its code); print the link, once."""
    made = actions.invite(
        username=username,
        role=role,
        organization_id=_organization(organization).pk,
        areas=areas,
        is_demo=settings.DEMO,
        by=System(),
    )
    link = address.rstrip("/") + reverse("accounts:invitation", args=[made.secret])
    until = format_date(made.member.user.invitation_expires)
    click.echo(_("Works once, until %(day)s:") % {"day": until} + f"\n{link}")
    click.echo(_("Then: wattana members approve %(user)s") % {"user": made.member.user.username})


@members.command()
@click.argument("username")
def approve(username: str) -> None:
    """Let USERNAME in, who has taken up an invitation."""
    actions.approve(_member(username).pk, by=System())
    click.echo(f"{username}: {User.Status.ACTIVE.label}")


@members.command()
@click.argument("username")
def suspend(username: str) -> None:
    """Shut the account of USERNAME at once."""
    actions.suspend(_member(username).pk, by=System())
    click.echo(f"{username}: {User.Status.SUSPENDED.label}")


def _organization(code: str) -> Organization:
    found = Organization.objects.filter(code=code).first()
    if found is None:
        raise NotFound(N_("There is no such organisation."))
    return found


def _member(username: str) -> Member:
    rows = Member.objects.filter(user__username__iexact=username, ended_at=None)
    found = rows.order_by("id").first()
    if found is None:
        raise NotFound(N_("No account has this user name."))
    return found
