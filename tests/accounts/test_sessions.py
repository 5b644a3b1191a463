from __future__ import annotations

import time

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from wattana.accounts.actions import members
from wattana.accounts.models import User
from wattana.accounts.viewer import System

pytestmark = pytest.mark.django_db
PAGE = "/accounts/me/?page=2"


@pytest.fixture
def clock(monkeypatch):
    """Let time pass for the sessions."""
    start = time.time()

    def after(minutes):
        monkeypatch.setattr("wattana.accounts.sessions.time.time", lambda: start + minutes * 60)

    return after


@pytest.fixture
def member():
    return factories.member("enumerator")


def test_29_minutes_without_a_request_do_not_matter(member, signed_in, clock):
    client = signed_in(member)
    client.get(PAGE)
    clock(29)
    assert client.get(PAGE).status_code == 200
    clock(58)
    assert client.get(PAGE).status_code == 200


def test_after_31_minutes_the_door_says_why_and_leads_back(member, signed_in, clock):
    client = signed_in(member)
    client.get(PAGE)
    clock(31)
    answer = client.get(PAGE)
    assert answer.status_code == 302
    assert answer.url == "/accounts/sign-in/?next=%2Faccounts%2Fme%2F%3Fpage%3D2&why=idle"
    page = client.get(answer.url).content.decode()
    assert "after 30 minutes without activity" in page
    assert 'name="next" value="/accounts/me/?page=2"' in page


def test_eight_hours_are_the_most_however_busy(member, signed_in, clock):
    client = signed_in(member)
    for minutes in range(0, 481, 20):
        clock(minutes)
        assert client.get(PAGE).status_code == 200
    clock(482)
    answer = client.get(PAGE)
    assert answer.status_code == 302 and answer.url.endswith("why=long")
    assert "after 8 hours" in client.get(answer.url).content.decode()


def test_a_form_sent_too_late_leads_back_to_the_page_of_the_form(member, signed_in, clock):
    client = signed_in(member)
    client.get(PAGE)
    clock(31)
    answer = client.post(
        reverse("accounts:switch"), headers={"referer": "http://testserver/accounts/me/?a=b"}
    )
    assert "next=%2Faccounts%2Fme%2F%3Fa%3Db" in answer.url


def test_a_form_sent_from_elsewhere_leads_to_the_start(client):
    answer = client.post(
        reverse("accounts:switch"), headers={"referer": "https://evil.example/page"}
    )
    assert "evil" not in answer.url


def test_htmx_is_told_to_load_the_door_as_a_page(client):
    answer = client.get(
        reverse("accounts:members"),
        headers={"hx-request": "true", "hx-current-url": "http://testserver/accounts/me/"},
    )
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/accounts/sign-in/?next=%2Faccounts%2Fme%2F"


def test_a_made_up_reason_is_not_shown(client):
    page = client.get("/accounts/sign-in/", {"why": "<b>pay here</b>"}).content.decode()
    assert "pay here" not in page


def test_pages_of_a_member_are_kept_in_no_cache(member, signed_in):
    assert signed_in(member).get(PAGE)["Cache-Control"] == "no-store"


def test_a_changed_password_ends_the_other_sessions(member, signed_in, client_class):
    here, elsewhere = signed_in(member), client_class()
    elsewhere.force_login(member.user)
    answer = here.post(
        reverse("accounts:password"),
        {
            "present": "a-long-enough-phrase",
            "password": "seven quiet rice fields",
            "again": "seven quiet rice fields",
        },
    )
    assert answer.status_code == 302
    assert here.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE).status_code == 302


def test_a_session_from_before_a_suspension_is_over_also_when_the_account_is_reinstated(
    member, signed_in
):
    User.objects.update(approved_at=timezone.now())
    client = signed_in(member)
    assert client.get(PAGE).status_code == 200
    members.suspend(member.pk, by=System())
    assert client.get(PAGE).status_code == 302
    members.reinstate(member.pk, by=System())
    answer = client.get(PAGE)
    assert answer.status_code == 302 and answer.url.endswith("why=suspended")
    assert "your account was suspended meanwhile" in client.get(answer.url).content.decode()
    given = {"username": member.user.username, "password": "a-long-enough-phrase"}
    client.post(reverse("accounts:sign_in"), given)
    assert client.get(PAGE).status_code == 200


@pytest.fixture
def client_class(client):
    return type(client)


@pytest.mark.parametrize(
    ("password", "text"),
    [
        ("short", "Use at least 10 characters"),
        ("1234567890123", "Use letters too"),
        ("enumerator-6330113", "too much like your name"),
        ("passwordpassword", ""),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(member, signed_in, password, text):
    client = signed_in(member)
    answer = client.post(
        reverse("accounts:password"),
        {"present": "a-long-enough-phrase", "password": password, "again": password},
    )
    if text:
        assert answer.status_code == 200 and text in answer.content.decode()
        assert User.objects.get().check_password("a-long-enough-phrase")


def test_the_present_password_is_needed_and_the_new_one_twice(member, signed_in):
    client = signed_in(member)
    new = "seven quiet rice fields"
    for given, text in (
        ({"present": "wrong", "password": new, "again": new}, "not your present password"),
        ({"present": "a-long-enough-phrase", "password": new, "again": "x"}, "not the same"),
    ):
        page = client.post(reverse("accounts:password"), given).content.decode()
        assert text in page


def test_a_person_with_two_roles_changes_between_them(member, signed_in):
    other = factories.organization("SSKRU", kind="university", areas=("33",))
    second = member.user.members.create(organization=other, role="researcher")
    client = signed_in(member)
    page = client.get(reverse("accounts:switch")).content.decode()
    assert "researcher" in page
    text = page.split('name="member" value="')[2][:13]
    client.post(reverse("accounts:switch"), {"member": text})
    assert client.session["member"] == second.pk


def test_a_role_of_somebody_else_cannot_be_taken(member, administrator, signed_in):
    client = signed_in(member)
    before = client.session.get("member")
    key = reverse("accounts:member", args=[administrator.pk]).split("/")[-2]
    assert client.post(reverse("accounts:switch"), {"member": key}).status_code == 404
    assert client.post(reverse("accounts:switch"), {"member": "x"}).status_code == 400
    assert client.session.get("member") == before


def test_the_language_is_remembered_for_the_person_and_in_the_browser(member, signed_in):
    client = signed_in(member)
    answer = client.post(reverse("accounts:language"), {"language": "th", "next": PAGE})
    assert answer.url == PAGE
    assert answer.cookies["django_language"].value == "th"
    assert User.objects.get().language == "th"


def test_anybody_may_choose_a_language_that_there_is(client):
    answer = client.post(
        reverse("accounts:language"), {"language": "en", "next": "/accounts/sign-in/"}
    )
    assert answer.url == "/accounts/sign-in/"
    assert '<html lang="en">' in client.get(answer.url).content.decode()
    answer = client.post(reverse("accounts:language"), {"language": "xx"})
    assert "django_language" not in answer.cookies
    assert client.get(reverse("accounts:language")).status_code == 405
