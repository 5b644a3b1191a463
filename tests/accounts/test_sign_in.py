from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from wattana.accounts import signing_in
from wattana.accounts.actions import members, own
from wattana.accounts.models import AuditEvent, User

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-phrase"
DOOR = "/accounts/sign-in/"


@pytest.fixture
def worker():
    return factories.member("enumerator", username="worker", password=PASSWORD)


@pytest.fixture
def try_in(client):
    """Type a user name and a password at the door, in English."""
    client.cookies["django_language"] = "en"

    def send(username="worker", password=PASSWORD, forwarded="", **more):
        given = {"username": username, "password": password} | more
        return client.post(DOOR, given, headers={"X-Forwarded-For": forwarded})

    return send


def is_in(client) -> bool:
    return client.get(reverse("accounts:account")).status_code == 200


def test_a_member_signs_in_and_it_is_audited(client, worker, try_in):
    answer = try_in()
    assert answer.status_code == 302 and answer.url == reverse("accounts:account")
    assert is_in(client)
    assert client.session["member"] == worker.pk
    event = AuditEvent.objects.get()
    assert (event.action, event.user_id, event.role) == (
        "account.sign_in", worker.user_id, "enumerator",
    )  # fmt: skip


def test_the_case_of_the_user_name_does_not_matter(client, worker, try_in):
    try_in("  WorKer ")
    assert is_in(client)


def test_she_comes_back_to_the_page_that_she_asked_for(worker, try_in):
    assert try_in(next="/accounts/me/password/?a=1").url == "/accounts/me/password/?a=1"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_nobody_is_sent_to_another_site(worker, try_in, elsewhere):
    assert try_in(next=elsewhere).url == reverse("accounts:account")


def test_her_language_comes_with_her(client, worker, try_in):
    User.objects.update(language="th")
    assert try_in().cookies["django_language"].value == "th"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(worker, try_in):
    wrong, unknown = try_in(password="wrong"), try_in(username="nobody")
    text = "The user name or the password is not right."
    for answer in (wrong, unknown):
        assert answer.status_code == 200
        assert text in answer.content.decode()


@pytest.mark.parametrize("status", ["pending", "suspended", "invited"])
def test_an_account_that_is_not_open_is_not_betrayed_by_a_wrong_password(client, try_in, status):
    member = factories.member(username="worker", password=PASSWORD)
    User.objects.filter(pk=member.user_id).update(status=status)
    text = try_in(password="wrong").content.decode()
    assert "The user name or the password is not right." in text
    assert "suspended" not in text and "approval" not in text
    assert not is_in(client)


@pytest.mark.parametrize(
    ("status", "text"),
    [("pending", "waits for the approval"), ("suspended", "Your account is suspended")],
)
def test_its_owner_is_told_with_the_right_password(client, worker, try_in, status, text):
    User.objects.update(status=status)
    assert text in try_in().content.decode()
    assert not is_in(client)


def test_after_five_wrong_passwords_the_door_is_shut_and_says_for_how_long(client, worker, try_in):
    answers = [try_in(password="wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "Wait 15 minutes" in answers[-1].content.decode()
    assert answers[-1]["Retry-After"] == "900"
    right = try_in()
    assert right.status_code == 429 and not is_in(client)


def test_the_case_of_the_name_does_not_give_more_tries(worker, try_in):
    names = ["worker", "WORKER", "Worker", "wOrker", "woRker"]
    assert try_in(names[0], "wrong").status_code == 200
    assert [try_in(name, "wrong").status_code for name in names[1:]] == [200, 200, 200, 429]


def test_an_unknown_name_is_shut_out_in_the_same_way(try_in):
    assert [try_in("ghost", "wrong").status_code for _ in range(5)][-1] == 429


def test_others_at_the_same_address_are_not_shut_out(client, worker, try_in):
    factories.member("tambon_officer", username="colleague", password=PASSWORD)
    for _ in range(5):
        try_in(password="wrong")
    try_in(username="colleague")
    assert is_in(client)


def test_behind_a_proxy_nobody_shuts_out_a_colleague_elsewhere(client, worker, try_in, settings):
    settings.SECURE = True
    for _ in range(5):
        answer = try_in(password="wrong", forwarded="203.0.113.9")
    assert answer.status_code == 429
    assert try_in(forwarded="198.51.100.7").status_code == 302


@pytest.mark.parametrize(
    ("secure", "forged"),
    [(True, "10.0.0.%s, 203.0.113.9"), (False, "203.0.113.%s"), (True, "2001:db8::%s")],
)
def test_a_made_up_address_gives_no_more_tries(worker, try_in, settings, secure, forged):
    settings.SECURE = secure
    answers = [try_in(password="wrong", forwarded=forged % n) for n in range(1, 6)]
    assert answers[-1].status_code == 429


@pytest.mark.parametrize(
    ("told", "taken"),
    [("", "127.0.0.1"), ("junk", "127.0.0.1"), ("::ffff:203.0.113.9", "203.0.113.9")],
)
def test_an_address_that_says_nothing_is_that_of_the_connection(rf, settings, told, taken):
    settings.SECURE = True
    assert signing_in.address(rf.get("/", headers={"X-Forwarded-For": told})) == taken


def test_after_the_wait_the_door_opens_and_trying_meanwhile_does_not_lengthen_it(
    client, worker, try_in, monkeypatch
):
    for _ in range(6):
        try_in(password="wrong")
    start = timezone.now()

    def after(minutes):
        for place in ("django.utils.timezone.now", "axes.handlers.proxy.now"):
            monkeypatch.setattr(place, lambda: start + dt.timedelta(minutes=minutes))

    for minutes, left in ((5, 10), (14, 1)):
        after(minutes)
        answer = try_in()
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) // 60 == left
    after(16)
    try_in()
    assert is_in(client)


def test_a_new_link_for_a_forgotten_password_opens_the_door_at_once(
    client, worker, try_in, operator, viewer_of
):
    for _ in range(5):
        try_in(password="forgotten")
    made = members.new_link(worker.pk, by=viewer_of(operator))
    own.accept_invitation(made.secret, display_name="สมศรี", password=PASSWORD)
    User.objects.filter(pk=worker.user_id).update(status=User.Status.ACTIVE)
    try_in()
    assert is_in(client)


def test_the_door_in_thai_tells_the_wait(client, worker):
    for _ in range(5):
        answer = client.post(DOOR, {"username": "worker", "password": "wrong"})
    assert "15 นาที" in answer.content.decode()


def test_the_password_of_an_unknown_name_is_hashed_as_well(monkeypatch, rf):
    hashed = []
    monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append(raw))
    assert signing_in.AccountBackend().authenticate(rf.get("/"), "ghost", "secret") is None
    assert hashed == ["secret"]


def test_signing_out_needs_a_post_and_is_audited(client, worker):
    client.force_login(worker.user)
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    client.post(reverse("accounts:sign_out"))
    assert not is_in(client)
    assert AuditEvent.objects.get().action == "account.sign_out"


def test_whoever_is_in_does_not_see_the_door(client, worker):
    client.force_login(worker.user)
    assert client.get(DOOR).status_code == 302


def test_a_suspended_member_is_out_with_her_next_request(client, worker, operator, viewer_of):
    client.force_login(worker.user)
    assert is_in(client)
    members.suspend(worker.pk, by=viewer_of(operator))
    assert not is_in(client)


def test_outside_a_demo_no_account_is_listed_or_filled_in(client, worker, settings):
    User.objects.update(is_demo=True)
    settings.DEMO = False
    page = client.get(DOOR, {"account": "worker"}).content.decode()
    assert 'value="worker"' not in page and settings.DEMO_PASSWORD not in page


def test_in_a_demo_a_link_fills_in_a_demo_account_and_no_other(client, worker, settings):
    settings.DEMO = True
    factories.member("researcher", username="somebody", password=PASSWORD)
    User.objects.filter(username="worker").update(is_demo=True)
    page = client.get(DOOR, {"account": "worker"}).content.decode()
    assert f'value="{settings.DEMO_PASSWORD}"' in page and 'value="worker"' in page
    page = client.get(DOOR, {"account": "somebody"}).content.decode()
    assert settings.DEMO_PASSWORD not in page and 'value="somebody"' not in page
    assert not is_in(client)
