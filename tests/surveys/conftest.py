from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from wattana.accounts.models import Member
from wattana.registry.models import Household, Person
from wattana.surveys.models import Visit


@dataclass
class House:
    """A local authority at work: its people, a household with two members, a visit of it."""

    enumerator: Member
    officer: Member
    household: Household
    head: Person
    child: Person
    visit: Visit

    def address(self, name: str, *more: Any) -> str:
        return reverse(f"surveys:{name}", args=[self.visit.pk, *more])


@pytest.fixture
def house(db) -> House:
    authority = factories.organization()
    factories.agreement(authority)
    enumerator = factories.member("enumerator", of=authority)
    officer = factories.member("tambon_officer", of=authority)
    home = factories.household(owner=authority, house_no="25/2")
    head = factories.person(home, relation="head", sex="female", birth_year=1975)
    child = factories.person(home, relation="child", sex="male", birth_year=2015, first_name="ปิติ")
    visit = factories.visit(
        home, year=2026, surveyed_on=dt.date(2026, 3, 1), created_by=enumerator.user_id
    )
    return House(enumerator, officer, home, head, child, visit)


@pytest.fixture
def sign_in():
    """A client signed in as a member, in English."""

    def signed_in(member: Member, language: str = "en") -> Client:
        client = Client()
        client.force_login(member.user)
        client.cookies["django_language"] = language
        return client

    return signed_in


@pytest.fixture
def enumerating(house, sign_in) -> Client:
    return sign_in(house.enumerator)


@dataclass
class Page(HTMLParser):
    """A page as a browser without JavaScript sees it: its inputs, what they hold, what hides."""

    html: str
    values: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)  # every value that may be chosen
    questions: dict[str, bool] = field(default_factory=dict)  # name: is it hidden?
    kinds: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._select = self._area = ""
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: "" if value is None else value for name, value in attrs}
        if "data-question" in given:
            self.questions[given["data-question"]] = "hidden" in given
        if tag == "option" and self._select:
            self._offer(self._select, given.get("value", ""), "selected" in given)
        if given.get("form") != "answers" and given.get("name") != "shown":
            return
        name, kind = given.get("name", ""), given.get("type", tag)
        self.kinds[name] = kind
        if kind in ("radio", "checkbox"):
            self._offer(name, given["value"], "checked" in given)
        elif tag == "input":
            self.values[name] = [given.get("value", "")]
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area, self.values[name] = name, [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][0] += data

    def _offer(self, name: str, value: str, chosen: bool) -> None:
        self.offered.setdefault(name, []).append(value)
        if chosen:
            self.values.setdefault(name, []).append(value)

    def typed(self, name: str) -> list[str]:
        return self.values.get(name, [])


@pytest.fixture
def page_of():
    return lambda answer: Page(answer.content.decode())
