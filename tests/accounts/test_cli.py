from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from tests import factories
from wattana.accounts import queries
from wattana.accounts.actions import own
from wattana.accounts.cli import members
from wattana.accounts.models import AuditEvent, Organization, User
from wattana.accounts.permissions import Permission
from wattana.kernel.problems import Conflict, Invalid, NotFound

pytestmark = pytest.mark.django_db


def run(*words):
    result = CliRunner().invoke(members, words, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.output


def test_from_nothing_to_the_first_administrator():
    factories.area("33")
    run("operator", "SSKRU", "--name-th", "มหาวิทยาลัย", "--kind", "university", "--area", "33")
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


def test_the_operator_is_made_only_with_its_kind_and_an_area_where_that_kind_serves_one():
    factories.area("33")
    with pytest.raises(click.MissingParameter, match="kind"):
        run("operator", "SSK", "--name-th", "จังหวัด", "--area", "33")
    with pytest.raises(Invalid, match="--area"):
        run("operator", "SSK", "--name-th", "จังหวัด", "--kind", "province")
    assert not Organization.objects.exists()
    run("operator", "SSK", "--name-th", "จังหวัด", "--kind", "province", "--area", "33")
    run("operator", "U", "--name-th", "มหาวิทยาลัย", "--kind", "university")
    assert Organization.objects.get(code="SSK").areas.get().code == "33"


@pytest.mark.parametrize("name", ["operator", "invite"])
def test_the_help_tells_what_is_required_and_what_is_taken_otherwise(name):
    told = run(name, "--help")
    expected = {"operator": "[required]", "invite": "[default: administrator]"}
    assert expected[name] in " ".join(told.split())
