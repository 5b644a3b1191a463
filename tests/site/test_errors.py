from __future__ import annotations

import errno
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


def officer() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(factories.member("tambon_officer").user)
    return client


def test_an_unknown_address_is_a_page_in_both_languages():
    for language, words in (("th", "ไม่มีหน้าตามที่อยู่นี้"), ("en", "There is no page")):
        answer = Client(headers={"accept-language": language}).get("/nowhere/")
        assert answer.status_code == 404
        assert words in answer.content.decode()


def test_a_full_disk_is_told_as_such_and_not_as_a_crash():
    client = officer()
    full = OperationalError("disk I/O error")
    with mock.patch("wattana.accounts.queries.viewer_of", side_effect=full):
        answer = client.get("/accounts/account/", headers={"accept-language": "en"})
    assert answer.status_code == 503
    assert "disk" in answer.content.decode()


def test_a_file_that_finds_no_room_is_told_as_such():
    client = officer()
    full = OSError(errno.ENOSPC, "No space left on device")
    with mock.patch("wattana.accounts.queries.viewer_of", side_effect=full):
        answer = client.get("/accounts/account/", headers={"accept-language": "en"})
    assert answer.status_code == 503
    assert "The disk is full" in answer.content.decode()


def test_a_form_from_elsewhere_is_refused_with_words():
    answer = Client(enforce_csrf_checks=True).post("/accounts/sign-in/", {"username": "a"})
    assert answer.status_code == 403
    assert "<h1>" in answer.content.decode()


def test_every_page_forbids_inline_script_and_style_and_frames():
    policy = Client().get("/accounts/sign-in/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
