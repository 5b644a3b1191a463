"""The organisations, agreements and accounts of the demo province (`province.yaml`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from wattana.accounts.actions import agreements, members, organizations, own
from wattana.accounts.models import Organization
from wattana.accounts.viewer import Actor
from wattana.areas.actions import ensure_villages
from wattana.areas.models import Area

EVERYBODY = "authorities"


@cache
def province() -> Mapping[str, Any]:
    """The file that says who takes part."""
    return yaml.safe_load((Path(__file__).parent / "province.yaml").read_text(encoding="utf-8"))


def villages(*, whole_province: bool) -> list[tuple[str, str]]:
    """Village codes with the code of the authority that records them."""
    pilot = [
        (f"{one['tambon']}{moo:02}", one["code"])
        for one in province()["authorities"]
        for moo in range(1, one["villages"] + 1)
    ]
    if not whole_province:
        return pilot
    covered = {one["tambon"] for one in province()["authorities"]}
    return pilot + [
        (f"{tambon}{moo:02}", invented_code(tambon))
        for tambon in _tambons()
        if tambon not in covered
        for moo in range(1, 13)
    ]


def invented_code(tambon: str) -> str:
    """The code of the authority that a demo of the whole province assumes for a tambon."""
    return f"DEMO-{tambon}"


def _tambons() -> list[str]:
    found = Area.objects.filter(level=Area.Level.TAMBON, code__startswith="33")
    return list(found.values_list("code", flat=True))


def set_up(*, whole_province: bool, today: dt.date, by: Actor) -> dict[str, Organization]:
    """Make villages, organisations, agreements and accounts; return organisations by code."""
    ensure_villages((code for code, _ in villages(whole_province=whole_province)), listed=True)
    made = dict(_authorities(by)) | dict(_partners(by))
    if whole_province:
        made |= dict(_invented(by))
    _agreements(made, today, by)
    for account in province()["accounts"]:
        _account(account, made, by)
    own.open_demo_accounts(settings.DEMO_PASSWORD, by=by)
    return made


def _authorities(by: Actor) -> Iterable[tuple[str, Organization]]:
    for one in province()["authorities"]:
        yield (
            one["code"],
            organizations.create(
                code=one["code"],
                kind=one["kind"],
                name_th=one["name_th"],
                name_en=one["name_en"],
                areas={one["tambon"]: one.get("coverage", "whole")},
                by=by,
            ),
        )


def _partners(by: Actor) -> Iterable[tuple[str, Organization]]:
    for one in province()["partners"]:
        yield (
            one["code"],
            organizations.create(
                code=one["code"],
                kind=one["kind"],
                name_th=one["name_th"],
                name_en=one["name_en"],
                areas=dict.fromkeys(_areas(one["areas"]), "whole"),
                is_operator=one["kind"] == Organization.Kind.PROVINCE,
                agency=one.get("agency", ""),
                by=by,
            ),
        )


def _invented(by: Actor) -> Iterable[tuple[str, Organization]]:
    covered = {one["tambon"] for one in province()["authorities"]}
    for area in Area.objects.filter(code__in=set(_tambons()) - covered).order_by("code"):
        code = invented_code(area.code)
        yield (
            code,
            organizations.create(
                code=code,
                kind=Organization.Kind.TAO,
                name_th=f"อบต.{area.name_th} (สมมติ)",
                name_en=f"{area.name_en} TAO (assumed)",
                areas={area.code: "whole"},
                by=by,
            ),
        )


def _areas(named: str | list[str]) -> list[str]:
    if named == "pilot":
        return [one["tambon"] for one in province()["authorities"]]
    return list(named)


def _agreements(made: Mapping[str, Organization], today: dt.date, by: Actor) -> None:
    keys: dict[str, int] = {}
    for one in province()["agreements"]:
        terms = agreements.Terms(
            title_th=one["title_th"],
            title_en=one["title_en"],
            purposes=one["purposes"],
            **_days(one, today),
            parties=_parties(one["parties"], made),
            areas=_areas(one["areas"]),
        )
        if "renews" in one:
            agreement = agreements.renew(
                keys[one["renews"]], terms=terms, is_demo=one["demo"], by=by
            )
        else:
            agreement = agreements.create(terms=terms, is_demo=one["demo"], by=by)
        keys[one["key"]] = agreement.pk


def _days(one: Mapping[str, Any], today: dt.date) -> dict[str, dt.date]:
    if "starts" in one:
        return {"starts": one["starts"], "ends": one["ends"]}
    before, after = one["years_around_today"]
    starts = today - dt.timedelta(days=365 * before)
    return {"starts": starts, "ends": today + dt.timedelta(days=365 * after)}


def _parties(named: list[str], made: Mapping[str, Organization]) -> list[int]:
    local = (Organization.Kind.TAO, Organization.Kind.MUNICIPALITY)
    everybody = [one.pk for one in made.values() if one.kind in local]
    return [key for name in named for key in (everybody if name == EVERYBODY else [made[name].pk])]


def _account(account: Mapping[str, Any], made: Mapping[str, Organization], by: Actor) -> None:
    invitation = members.invite(
        username=account["username"],
        role=account["role"],
        organization_id=made[account["organization"]].pk,
        areas=account.get("villages", ()),
        is_demo=True,
        by=by,
    )
    own.accept_invitation(invitation.secret, display_name=account["name_th"], password=None)
    members.approve(invitation.member.pk, by=by)
