from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from tests import factories
from wattana.accounts import queries
from wattana.accounts.actions import own
from wattana.accounts.cli import members
from wattana.accounts.models import AuditEvent, User
from wattana.accounts.permissions import Permission
from wattana.kernel.problems import Conflict, NotFound

pytestmark = pytest.mark.django_db


def run(*words):
    result = CliRunner().invoke(members, words)
    if result.exception:
        raise result.exception
    return result.output


def test_from_nothing_to_the_first_administrator():
    factories.area("33")
    run("operator", "SSKRU", "--name-th", "มหาวิทยาลัย", "--area", "33")
    printed = run("invite", "Admin", "SSKRU", "--address", "https://data.example/")
    secret = re.search(r"https://data\.example/accounts/invitation/([^/]+)/", printed)[1]
    own.accept_invitation(secret, display_name="ผู้ดูแล", password="four calm water buffaloes")
    run("approve", "admin")
    user = User.objects.get(username="admin")
    viewer = queries.viewer_of(user, None)
    assert viewer.can(Permission.AGREEMENTS_MANAGE) and viewer.is_operator
    assert set(AuditEvent.objects.filter(user_id=None).values_list("action", "role")) == {
        ("organization.create", "system"),
        ("member.invite", "system"),
        ("member.approve", "system"),
    }
    run("suspend", "admin")
    assert queries.viewer_of(User.objects.get(), None).member_id == 0


def test_mistakes_are_told():
    factories.organization()
    with pytest.raises(NotFound):
        run("invite", "somsri", "nowhere")
    run("invite", "somsri", "6330113", "--role", "enumerator")
    with pytest.raises(Conflict):
        run("invite", "somsri", "6330113")
    with pytest.raises(Conflict):
        run("approve", "somsri")
    with pytest.raises(NotFound):
        run("suspend", "nobody")
