"""Every list answers a filter that it does not offer with 400 and the way to the whole list."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.once import once
from wattana.accounts.viewer import System
from wattana.grievances.actions import handlers
from wattana.kernel.problems import Invalid
from wattana.kit import filters

pytestmark = pytest.mark.django_db
AREA = ("area", "xxx")
LISTS = {
    "registry:list": ("tambon_officer", [AREA, ("level", "9"), ("sort", "xxx"), ("page", "@@@")]),
    "referrals:list": (
        "tambon_officer",
        [AREA, ("box", "xxx"), ("state", "xxx"), ("clock", "xxx"), ("service", "xxx"),
         ("turn", "xxx"), ("page", "@@@")],
    ),
    "referrals:needs": ("tambon_officer", [AREA, ("state", "xxx"), ("page", "@@@")]),
    "referrals:board": ("province_officer", [AREA, ("area", "33010301xxx")]),
    "entitlements:missing": ("tambon_officer", [AREA, ("programme", "xxx"), ("agency", "xxx")]),
    "assessment:visit_next": ("tambon_officer", [AREA, ("kind", "xxx")]),
    "grievances:list": ("province_officer", [("box", "zzz"), ("page", "@@@")]),
    "accounts:members": ("administrator", [("status", "xxx"), ("page", "@@@")]),
    "accounts:organizations": ("administrator", [("kind", "xxx"), ("page", "@@@")]),
    "accounts:agreements": ("administrator", [("state", "xxx"), ("page", "@@@")]),
    "accounts:audit": ("administrator", [("action", "xxx"), ("page", "@@@")]),
}  # fmt: skip


@once
def clients() -> dict[str, Client]:
    """Signed in, one of each role, in a province with an agreement."""
    of = factories.organization("SSK", areas=("3301",))
    factories.agreement(of, areas=("3301",))
    found = {}
    for role in {role for role, _asked in LISTS.values()}:
        member = factories.member(role, of=of)
        found[role] = Client()
        found[role].force_login(member.user)
        if role == "province_officer":
            handlers.name(member=member.pk, by=System())
    return found


@pytest.mark.parametrize("name", LISTS)
def test_a_list_refuses_a_filter_that_it_does_not_offer(clients: dict[str, Client], name: str):
    role, asked = LISTS[name]
    client, address = clients[role], reverse(name)
    assert client.get(address).status_code == 200
    assert client.get(address, {one: "" for one, _given in asked}).status_code == 200
    for one, given in asked:
        answer = client.get(address, {one: given})
        assert (answer.status_code, one, given) == (400, one, given)
        assert f'href="{address}"' in answer.content.decode()


def test_a_choice_is_one_of_those_offered_or_the_usual_one():
    assert filters.chosen(" b ", ("a", "b"), "a") == "b"
    assert [filters.chosen(given, ("a", "b"), "a") for given in (None, "", " ")] == ["a"] * 3
    with pytest.raises(Invalid):
        filters.chosen("c", ("a", "b"), "a")


@pytest.mark.parametrize("given", ["3", "330", "٣٣", "330103011", "33 01"])
def test_what_is_no_code_of_an_area_is_refused(given: str):
    assert filters.area("33010301") == "33010301" and filters.area(None) == ""
    with pytest.raises(Invalid):
        filters.area(given)


class Filter(forms.Form):
    state = forms.ChoiceField(required=False, choices=[("", ""), ("open", "")])
    day = forms.DateField(required=False)


def test_what_is_typed_beside_choices_is_told_at_its_field():
    given: dict[str, Any] = {"state": "open", "day": "soon"}
    form = Filter(given)
    assert filters.cleaned(form) == {"state": "open"} and "day" in form.errors
    with pytest.raises(Invalid):
        filters.cleaned(Filter(given | {"state": "xxx"}))
