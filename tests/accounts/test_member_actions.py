from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from tests import factories
from tests.rules import rulebooks
from wattana.accounts import audit, roles
from wattana.accounts.actions import members, own
from wattana.accounts.models import AuditEvent, Member, Organization, User
from wattana.accounts.viewer import System
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db
PASSWORD = "four calm water buffaloes"


@pytest.fixture
def by(administrator, viewer_of):
    return viewer_of(administrator)


def invite(by, **more):
    given = {
        "username": "somsri",
        "role": "enumerator",
        "organization_id": by.organization_id,
        "by": by,
    }
    return members.invite(**given | more)


def pending(by, **more):
    made = invite(by, **more)
    return own.accept_invitation(made.secret, display_name="สมศรี", password=PASSWORD)


def status(member):
    return User.objects.get(pk=member.user_id).status


def last_event():
    return AuditEvent.objects.order_by("id").last()


@pytest.mark.parametrize(
    ("role", "kind"),
    [("agency_caseworker", "tao"), ("tambon_officer", "university"), ("province_officer", "tao"),
     ("district_officer", "municipality"), ("researcher", "agency")],
)  # fmt: skip
def test_a_role_that_does_not_fit_the_organisation_is_refused_and_the_fitting_named(by, role, kind):
    Organization.objects.filter(pk=by.organization_id).update(kind=kind)
    worker = factories.member("enumerator", username="worker")
    for act in (
        lambda: invite(by, role=role),
        lambda: members.add_role(
            username="worker", role=role, organization_id=by.organization_id, by=by
        ),
        lambda: members.change_role(worker.pk, role=role, by=by),
    ):
        with pytest.raises(Invalid, match="Roles that fit: enumerator"):
            act()


def test_the_table_of_roles_names_what_is_wrong_in_it(tmp_path):
    root = rulebooks.copy(tmp_path)
    assert roles.read_table(root) == roles.table()
    rulebooks.change(root, "roles.yaml", "[district]", "[amphoe]")
    with pytest.raises(Invalid, match=r"roles.yaml.*amphoe"):
        roles.read_table(root)


def test_an_invited_person_has_no_password_and_only_a_digest_of_the_link_is_kept(by):
    made = invite(by)
    user = made.member.user
    assert status(made.member) == "invited"
    assert not user.has_usable_password()
    assert made.secret not in user.invitation_digest
    assert user.invitation_digest == members.digest(made.secret)
    assert user.invitation_expires - timezone.now() > dt.timedelta(days=6, hours=23)


def test_inviting_is_audited_without_a_name(by):
    made = invite(by)
    event = last_event()
    assert (event.action, event.kind, event.object_id) == (
        "member.invite", "member", made.member.pk,
    )  # fmt: skip
    assert event.user_id == by.user_id
    assert "somsri" not in str(event.detail)


def test_a_deed_and_its_audit_row_stand_or_fall_together(by, monkeypatch):
    def fails(*arguments, **more):
        raise RuntimeError("disk full")

    monkeypatch.setattr(audit, "record", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        invite(by)
    assert not User.objects.filter(username="somsri").exists()


def test_a_user_name_is_taken_in_any_case(by):
    invite(by)
    with pytest.raises(Conflict):
        invite(by, username="SomSri")


@pytest.mark.parametrize("name", ["so", "สมศรี", "a b c", "-abc", "x" * 151])
def test_a_user_name_that_cannot_be_is_refused(by, name):
    with pytest.raises(Invalid):
        invite(by, username=name)


def test_an_unknown_role_is_refused(by):
    with pytest.raises(Invalid):
        invite(by, role="king")


def test_areas_of_a_member_lie_inside_those_of_the_organization(by):
    factories.area("33010301")
    factories.area("330105")
    made = invite(by, areas=["33010301"])
    assert [area.code for area in made.member.areas.all()] == ["33010301"]
    with pytest.raises(Invalid):
        invite(by, username="somchai", areas=["330105"])


def test_an_administrator_invites_into_her_own_organization_only(by, operator, viewer_of):
    other = factories.organization("6330999", areas=("330201",))
    with pytest.raises(NotFound):
        invite(by, organization_id=other.pk)
    made = invite(viewer_of(operator), organization_id=other.pk)
    assert made.member.organization == other


def test_a_link_works_once(by):
    made = invite(by)
    member = own.accept_invitation(made.secret, display_name="สมศรี", password=PASSWORD)
    assert status(member) == "pending"
    assert User.objects.get(pk=member.user_id).check_password(PASSWORD)
    assert last_event().action == "member.accept"
    with pytest.raises(NotFound):
        own.accept_invitation(made.secret, display_name="อื่น", password="something else 1")


def test_a_link_runs_out_after_seven_days(by, monkeypatch):
    made = invite(by)
    later = timezone.now() + dt.timedelta(days=7, seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(Invalid):
        own.invited(made.secret)


def test_a_link_that_nobody_made_opens_nothing(by):
    invite(by)
    for secret in ("", "x", "' or 1=1 --"):
        with pytest.raises(NotFound):
            own.invited(secret)


def test_a_link_dies_with_the_membership(by):
    made = invite(by)
    members.end(made.member.pk, by=by)
    with pytest.raises(NotFound):
        own.invited(made.secret)


def test_whoever_made_the_link_does_not_approve(by, viewer_of):
    member = pending(by)
    with pytest.raises(Forbidden):
        members.approve(member.pk, by=by)
    second = factories.member("administrator", of=member.organization, username="second")
    members.approve(member.pk, by=viewer_of(second))
    assert status(member) == "active"
    user = User.objects.get(pk=member.user_id)
    assert user.approved_by == second.user_id
    assert last_event().action == "member.approve"


def test_the_operator_or_a_command_on_the_machine_may_approve(by, operator, viewer_of):
    members.approve(pending(by).pk, by=viewer_of(operator))
    member = pending(by, username="somchai")
    members.approve(member.pk, by=System())
    assert User.objects.get(pk=member.user_id).approved_by is None


def test_only_a_waiting_account_is_approved(by, operator, viewer_of):
    made = invite(by)
    with pytest.raises(Conflict):
        members.approve(made.member.pk, by=viewer_of(operator))


def test_suspend_and_reinstate(by):
    member = factories.member("enumerator", username="worker")
    user = member.user
    user.approved_at = timezone.now()
    user.save()
    members.suspend(member.pk, by=by)
    assert status(member) == "suspended"
    with pytest.raises(Conflict):
        members.suspend(member.pk, by=by)
    members.reinstate(member.pk, by=by)
    assert status(member) == "active"
    with pytest.raises(Conflict):
        members.reinstate(member.pk, by=by)
    assert list(AuditEvent.objects.values_list("action", flat=True)) == [
        "member.reinstate", "member.suspend",
    ]  # fmt: skip


def test_an_account_that_was_never_approved_goes_back_to_waiting(by):
    member = pending(by)
    members.suspend(member.pk, by=by)
    members.reinstate(member.pk, by=by)
    assert status(member) == "pending"


def test_change_role(by):
    member = factories.member("enumerator", username="worker")
    factories.area("33010301")
    members.change_role(member.pk, role="tambon_officer", areas=["33010301"], by=by)
    member.refresh_from_db()
    assert member.role == "tambon_officer"
    assert [area.code for area in member.areas.all()] == ["33010301"]
    event = last_event()
    assert event.detail["before"] == "enumerator" and event.detail["after"] == "tambon_officer"


def test_who_has_a_role_that_never_fitted_may_be_narrowed_to_some_areas_in_it(by):
    member = factories.member("researcher", username="worker")
    factories.area("33010301")
    members.change_role(member.pk, role="researcher", areas=["33010301"], by=by)
    assert [area.code for area in member.areas.all()] == ["33010301"]


def test_the_same_role_is_not_given_twice(by):
    member = factories.member("enumerator", username="worker")
    with pytest.raises(Conflict):
        members.add_role(
            username="worker", role="enumerator", organization_id=by.organization_id, by=by
        )
    other = members.add_role(
        username="WORKER", role="tambon_officer", organization_id=by.organization_id, by=by
    )
    with pytest.raises(Conflict):
        members.change_role(other.pk, role="enumerator", by=by)
    members.end(member.pk, by=by)
    members.change_role(other.pk, role="enumerator", by=by)


def test_a_role_is_added_to_active_accounts_only(by):
    invite(by)
    for name in ("somsri", "nobody"):
        with pytest.raises(NotFound):
            members.add_role(
                username=name, role="tambon_officer", organization_id=by.organization_id, by=by
            )


def test_a_new_link_replaces_the_old_one_and_the_password(by, viewer_of):
    first = invite(by)
    again = members.new_link(first.member.pk, by=by)
    with pytest.raises(NotFound):
        own.invited(first.secret)
    assert own.invited(again.secret).pk == first.member.pk

    worker = factories.member("enumerator", username="worker", password=PASSWORD)
    members.new_link(worker.pk, by=by)
    user = User.objects.get(pk=worker.user_id)
    assert user.status == "invited" and not user.check_password(PASSWORD)


def test_who_makes_a_new_link_cannot_take_the_account_over(by, operator, viewer_of):
    worker = factories.member("enumerator", username="worker")
    made = members.new_link(worker.pk, by=by)
    own.accept_invitation(made.secret, display_name="ผู้อื่น", password=PASSWORD)
    with pytest.raises(Forbidden):
        members.approve(worker.pk, by=by)


@pytest.mark.parametrize("deed", ["suspend", "reinstate", "approve", "end", "new_link"])
def test_nobody_acts_on_herself(administrator, by, deed):
    with pytest.raises(Forbidden):
        getattr(members, deed)(administrator.pk, by=by)


def test_nobody_changes_or_adds_her_own_role(administrator, by):
    with pytest.raises(Forbidden):
        members.change_role(administrator.pk, role="tambon_officer", by=by)
    with pytest.raises(Forbidden):
        members.add_role(
            username=administrator.user.username,
            role="tambon_officer",
            organization_id=by.organization_id,
            by=by,
        )


DEEDS = {
    "approve": {},
    "suspend": {},
    "reinstate": {},
    "end": {},
    "new_link": {},
    "change_role": {"role": "tambon_officer"},
}


@pytest.mark.parametrize("deed", DEEDS)
def test_an_administrator_of_another_organization_finds_nobody(by, deed):
    other = factories.organization("6330999", areas=("330201",))
    stranger = factories.member("enumerator", of=other)
    with pytest.raises(NotFound):
        getattr(members, deed)(stranger.pk, **DEEDS[deed], by=by)
    assert status(stranger) == "active"


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("role", [role for role in Member.Role.values if role != "administrator"])
def test_no_other_role_manages_members(role, deed, viewer_of):
    worker = factories.member("enumerator", username="worker")
    by = viewer_of(factories.member(role, username="other"))
    with pytest.raises(Forbidden):
        getattr(members, deed)(worker.pk, **DEEDS[deed], by=by)
    with pytest.raises(Forbidden):
        invite(by)


def test_an_account_with_a_role_elsewhere_is_not_shut_from_here(by, operator, viewer_of):
    worker = factories.member("enumerator", username="worker")
    other = factories.organization("6330999", areas=("330201",))
    Member.objects.create(user=worker.user, organization=other, role="researcher")
    for deed in ("suspend", "new_link"):
        with pytest.raises(Forbidden):
            getattr(members, deed)(worker.pk, by=by)
    members.end(worker.pk, by=by)
    elsewhere = Member.objects.get(user=worker.user, organization=other)
    members.suspend(elsewhere.pk, by=viewer_of(operator))
    assert status(worker) == "suspended"
