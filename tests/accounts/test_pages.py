"""Who may open what, and that each page works: by role, by organisation, signed in or not."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from wattana.accounts.actions import members, own
from wattana.accounts.models import AuditEvent, Member, Organization, User
from wattana.accounts.viewer import System

pytestmark = pytest.mark.django_db
PASSWORD = "four calm water buffaloes"

EVERYBODY = {*Member.Role.values, "operator"}
ADMINISTRATORS = {"administrator", "operator"}
PAGES = {
    "account": EVERYBODY,
    "password": EVERYBODY,
    "switch": EVERYBODY,
    "members": ADMINISTRATORS,
    "invite": ADMINISTRATORS,
    "member_add": ADMINISTRATORS,
    "member": ADMINISTRATORS,
    "member_role": ADMINISTRATORS,
    "member_step": ADMINISTRATORS,
    "agreements": EVERYBODY,
    "agreement": EVERYBODY,
    "agreement_new": {"operator"},
    "agreement_renew": {"operator"},
    "agreement_end": {"operator"},
    "organizations": EVERYBODY,
    "organization": EVERYBODY,
    "organization_new": {"operator"},
    "organization_edit": {"operator"},
    "audit": ADMINISTRATORS,
}


@pytest.fixture
def house(operator):
    """An authority with an agreement and a worker, and the same of strangers."""
    own_one = factories.organization()
    other = factories.organization("6330999", areas=("330201",))
    return {
        "own": {
            "organization": own_one,
            "member": factories.member("enumerator", of=own_one, username="worker"),
            "agreement": factories.agreement(own_one, operator.organization),
        },
        "other": {
            "organization": other,
            "member": factories.member("enumerator", of=other, username="stranger"),
            "agreement": factories.agreement(other, areas=("330201",)),
        },
    }


def address(name, rows):
    if name == "member_step":
        return reverse("accounts:member_step", args=[rows["member"].pk, "suspend"])
    subject = name.split("_")[0]
    takes_key = subject in rows and name not in (
        "member_add", "agreement_new", "organization_new",
    )  # fmt: skip
    return reverse(f"accounts:{name}", args=[rows[subject].pk] if takes_key else [])


def somebody(role, operator, house):
    if role == "operator":
        return operator
    return factories.member(role, of=house["own"]["organization"], username="me")


@pytest.mark.parametrize("role", sorted(EVERYBODY))
@pytest.mark.parametrize("name", PAGES)
def test_the_page_opens_for_the_roles_that_it_is_for(name, role, house, operator, signed_in):
    client = signed_in(somebody(role, operator, house))
    answer = client.get(address(name, house["own"]))
    assert answer.status_code == (200 if role in PAGES[name] else 403)


@pytest.mark.parametrize("name", PAGES)
def test_whoever_is_not_signed_in_is_led_to_the_door(name, house, client):
    for send in (client.get, client.post):
        answer = send(address(name, house["own"]))
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/sign-in/")


OF_OTHERS = ["member", "member_role", "member_step", "agreement"]


@pytest.mark.parametrize("name", OF_OTHERS)
def test_an_administrator_does_not_find_what_belongs_to_others(
    name, house, administrator, signed_in
):
    client = signed_in(administrator)
    assert client.get(address(name, house["other"])).status_code == 404
    assert client.post(address(name, house["other"])).status_code in (403, 404)
    assert User.objects.get(username="stranger").status == "active"


@pytest.mark.parametrize("name", OF_OTHERS)
def test_the_operators_administrator_finds_all(name, house, operator, signed_in):
    assert signed_in(operator).get(address(name, house["other"])).status_code == 200


@pytest.mark.parametrize("name", [name for name in PAGES if name != "audit"])
def test_a_person_without_any_role_opens_only_her_account(name, house, signed_in):
    member = house["own"]["member"]
    member.ended_at = timezone.now()
    member.save()
    answer = signed_in(member).get(address(name, house["own"]))
    assert answer.status_code == (200 if name in {"account", "password", "switch"} else 403)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_each_page_has_one_heading_and_labels_for_its_inputs(name, house, operator, signed_in):
    text = signed_in(operator).get(address(name, house["own"])).content.decode()
    assert text.count("<h1") == 1
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    inputs = re.findall(r"<(?:input|select|textarea)\b[^>]*>", text)
    shown = [one for one in inputs if 'type="hidden"' not in one]
    ids = {re.search(r'\bid="([^"]+)"', one)[1] for one in shown}
    assert ids <= labelled
    assert " style=" not in text and "onclick" not in text


def test_the_list_of_members_shows_only_ones_own(house, administrator, operator, signed_in):
    own_list = signed_in(administrator).get(reverse("accounts:members")).content.decode()
    assert "worker" in own_list and "stranger" not in own_list
    whole = signed_in(operator).get(reverse("accounts:members")).content.decode()
    assert "worker" in whole and "stranger" in whole


def test_members_are_filtered_and_paged(administrator, signed_in, django_assert_max_num_queries):
    for number in range(60):
        factories.member("enumerator", of=administrator.organization, username=f"e{number:02}")
    User.objects.filter(username="e07").update(status="suspended")
    client = signed_in(administrator)
    client.get(reverse("accounts:members"))
    with django_assert_max_num_queries(7):
        first = client.get(reverse("accounts:members")).content.decode()
    assert "e48" in first and "e59" not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert "e59" in client.get(reverse("accounts:members") + following).content.decode()
    stopped = client.get(reverse("accounts:members"), {"status": "suspended"}).content.decode()
    assert "e07" in stopped and "e08" not in stopped
    found = client.get(reverse("accounts:members"), {"name": "E1"}).content.decode()
    assert "e11" in found and "e21" not in found


def test_from_invitation_to_sign_in(administrator, operator, signed_in, client):
    signed_in(administrator)
    given = {"username": "somsri", "role": "enumerator", "areas": "",
             "organization": administrator.organization_id}  # fmt: skip
    page = client.post(reverse("accounts:invite"), given)
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    link = re.search(r'value="http://testserver([^"]+)"', page.content.decode())[1]
    member = Member.objects.get(user__username="somsri")
    assert link not in client.get(reverse("accounts:member", args=[member.pk])).content.decode()

    client.logout()
    page = client.get(link)
    assert page.status_code == 200 and "somsri" in page.content.decode()
    given = {"display_name": "สมศรี ดีงาม", "password": PASSWORD, "again": PASSWORD}
    assert client.post(link, given).url == reverse("accounts:sign_in")
    assert client.get(link).status_code == 404
    assert client.post(link, given).status_code == 404

    door = {"username": "somsri", "password": PASSWORD}
    client.cookies["django_language"] = "en"
    assert "approval" in client.post(reverse("accounts:sign_in"), door).content.decode()
    signed_in(operator)
    approve = reverse("accounts:member_step", args=[member.pk, "approve"])
    assert User.objects.get(username="somsri").status == "pending"
    client.post(approve)
    client.logout()
    assert client.post(reverse("accounts:sign_in"), door).status_code == 302
    assert client.get(reverse("accounts:account")).status_code == 200


def test_weak_passwords_do_not_use_the_link_up(client, administrator):
    made = members.invite(
        username="somsri", role="enumerator", organization_id=administrator.organization_id,
        by=System(),
    )  # fmt: skip
    link = reverse("accounts:invitation", args=[made.secret])
    for password, again in (("short", "short"), ("สมศรี ดีงามใจ", "สมศรี ดีงามใจ"), (PASSWORD, "x")):
        given = {"display_name": "สมศรี ดีงามใจ", "password": password, "again": again}
        assert client.post(link, given).status_code == 200
    assert own.invited(made.secret).pk == made.member.pk


def test_a_link_that_ran_out_says_so(client, administrator):
    made = members.invite(
        username="somsri", role="enumerator", organization_id=administrator.organization_id,
        by=System(),
    )  # fmt: skip
    User.objects.filter(username="somsri").update(
        invitation_expires=timezone.now() - dt.timedelta(seconds=1)
    )
    client.cookies["django_language"] = "en"
    answer = client.get(reverse("accounts:invitation", args=[made.secret]))
    assert answer.status_code == 400 and "run out" in answer.content.decode()


def test_a_step_is_asked_first_and_done_by_post(administrator, signed_in):
    worker = factories.member("enumerator", username="worker")
    client = signed_in(administrator)
    step = reverse("accounts:member_step", args=[worker.pk, "suspend"])
    assert "signed out at once" in client.get(step).content.decode()
    assert User.objects.get(username="worker").status == "active"
    page = client.post(step, follow=True).content.decode()
    assert "The account is suspended." in page
    assert User.objects.get(username="worker").status == "suspended"
    assert client.get(step.replace("suspend", "promote")).status_code == 404


@pytest.mark.parametrize(
    ("approved", "said", "status"),
    [(True, "The account is open again.", "active"),
     (False, "The account waits for approval before it can be used.", "pending")],
)  # fmt: skip
def test_reinstating_says_whether_the_account_can_be_used(
    administrator, signed_in, approved, said, status
):
    worker = factories.member("enumerator", username="worker")
    User.objects.filter(username="worker").update(
        status="suspended", approved_at=timezone.now() if approved else None
    )
    step = reverse("accounts:member_step", args=[worker.pk, "reinstate"])
    page = signed_in(administrator).post(step, follow=True).content.decode()
    assert said in page
    assert User.objects.get(username="worker").status == status


def test_ones_own_page_offers_no_step(administrator, signed_in):
    page = signed_in(administrator).get(reverse("accounts:member", args=[administrator.pk]))
    assert "/suspend/" not in page.content.decode()


def test_a_step_that_is_refused_is_told(administrator, signed_in):
    client = signed_in(administrator)
    step = reverse("accounts:member_step", args=[administrator.pk, "suspend"])
    assert "You cannot do this to yourself" in client.post(step, follow=True).content.decode()


def test_a_role_is_changed_with_areas_in_rows(administrator, signed_in):
    worker = factories.member("enumerator", username="worker")
    factories.area("33010301")
    client = signed_in(administrator)
    page = reverse("accounts:member_role", args=[worker.pk])
    wrong = client.post(page, {"role": "tambon_officer", "areas": "33010301 หมู่ 1\n339999\nจาน"})
    text = wrong.content.decode()
    assert "Row 2: There is no area with the code 339999." in text
    assert "Row 3:" in text and "Row 1:" not in text
    client.post(page, {"role": "tambon_officer", "areas": "๓๓๐๑๐๓๐๑ หมู่ ๑"})
    worker.refresh_from_db()
    assert worker.role == "tambon_officer"
    assert "33010301 Moo 1" in client.get(page).content.decode()


def options(page):
    return re.findall(r'<option value="([a-z_]+)"', page.content.decode().split('name="role"')[1])


def test_only_roles_that_fit_the_organisation_are_offered_and_others_refused_in_words(
    administrator, signed_in
):
    client, there = signed_in(administrator), reverse("accounts:invite")
    offered = options(client.get(there))
    assert offered == ["enumerator", "tambon_officer", "administrator"]
    given = {"username": "somsri", "role": "agency_caseworker", "areas": "",
             "organization": administrator.organization_id}  # fmt: skip
    for language, words in (
        ("en", "The role “agency caseworker” does not fit an organisation of this kind: tambon"),
        ("th", "บทบาท “เจ้าหน้าที่หน่วยงานรับส่งต่อ” ไม่ตรงกับประเภทของหน่วยงานนี้"),
    ):
        client.cookies["django_language"] = language
        assert words in client.post(there, given).content.decode()
    assert not User.objects.filter(username="somsri").exists()


def test_who_manages_organisations_of_several_kinds_is_told_which_role_fits_which(
    operator, signed_in
):
    factories.organization()
    page = signed_in(operator).get(reverse("accounts:invite"))
    assert "researcher: university" in page.content.decode()


def test_a_role_that_never_fitted_stays_until_it_is_changed(administrator, signed_in):
    worker = factories.member("researcher", username="worker")
    client = signed_in(administrator)
    page = reverse("accounts:member_role", args=[worker.pk])
    assert options(client.get(page))[-2:] == ["researcher", "administrator"]
    client.post(page, {"role": "tambon_officer", "areas": ""})
    assert "researcher" not in options(client.get(page))


def test_an_organization_is_recorded_and_changed_on_the_page(operator, signed_in):
    factories.area("330122")
    client = signed_in(operator)
    given = {"code": "5330122", "kind": "municipality", "name_th": "เทศบาลตำบลน้ำคำ",
             "name_en": "Nam Kham", "areas": "330122 น้ำคำ (บางส่วน)"}  # fmt: skip
    wrong = client.post(
        reverse("accounts:organization_new"), given | {"areas": "330122 น้ำคำ part\n9"}
    )
    assert "Row 2" in wrong.content.decode()
    answer = client.post(reverse("accounts:organization_new"), given)
    made = Organization.objects.get(code="5330122")
    assert answer.url == reverse("accounts:organization", args=[made.pk])
    assert "in part" in client.get(answer.url).content.decode()
    edit = reverse("accounts:organization_edit", args=[made.pk])
    assert "(part)" in client.get(edit).content.decode()
    client.post(edit, given | {"name_en": "Nam Kham Town", "code": "changed", "areas": "330122"})
    made.refresh_from_db()
    assert made.name_en == "Nam Kham Town" and made.code == "5330122"
    assert made.organizationarea_set.get().coverage == "whole"
    again = client.post(reverse("accounts:organization_new"), given)
    assert "already" in again.content.decode()


def test_the_audit_page_is_filtered_by_person_action_and_day(administrator, signed_in):
    worker = factories.member("enumerator", username="worker")
    mine = administrator.organization_id
    AuditEvent.objects.create(
        user_id=worker.user_id, organization_id=mine, role="enumerator",
        action="zebra.view", kind="household", object_id=5, area_code="330103",
        detail={"persons": 4},
    )  # fmt: skip
    AuditEvent.objects.create(
        user_id=administrator.user_id, organization_id=mine, action="member.suspend"
    )
    AuditEvent.objects.create(user_id=1, organization_id=99, action="secret.deed")
    client = signed_in(administrator)

    def shown(**filters):
        return client.get(reverse("accounts:audit"), filters).content.decode()

    everything = shown()
    assert "zebra.view" in everything and "account suspended" in everything
    assert "persons: 4" in everything and "secret.deed" not in everything
    assert "zebra.view" in shown(who="WORKER")
    assert "zebra.view" not in shown(who="nobody")
    assert "zebra.view" not in shown(action="member.suspend")
    assert "zebra.view" in shown(day=timezone.localdate().isoformat())
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    assert "zebra.view" not in shown(day=yesterday.isoformat())
    assert "zebra.view" in shown(day="not a day")


def test_the_operator_reads_the_whole_trail(operator, signed_in):
    AuditEvent.objects.create(user_id=1, organization_id=99, action="their.deed")
    AuditEvent.objects.create(user_id=None, action="command.deed", role="system")
    page = signed_in(operator).get(reverse("accounts:audit")).content.decode()
    assert "their.deed" in page and "command on the machine" in page


def test_a_cursor_that_nobody_made_is_refused(administrator, signed_in):
    answer = signed_in(administrator).get(reverse("accounts:members"), {"page": "forged"})
    assert answer.status_code == 400


def test_my_account_tells_what_i_may_see(signed_in):
    member = factories.member()
    page = reverse("accounts:account")
    assert "only records that your own organisation" in signed_in(member).get(page).content.decode()
    factories.agreement(member.organization)
    assert "330103" in signed_in(member).get(page).content.decode()


def test_whoever_invited_is_told_why_she_cannot_approve(administrator, signed_in):
    theirs = factories.member("enumerator", of=administrator.organization, username="somsri")
    theirs.user.status, theirs.user.invited_by = "pending", administrator.user_id
    theirs.user.save()
    approving = reverse("accounts:member_step", args=[theirs.pk, "approve"])
    address = reverse("accounts:member", args=[theirs.pk])
    page = signed_in(administrator).get(address).content.decode()
    assert approving not in page
    assert "another administrator has to approve" in page
    second = factories.member("administrator", of=administrator.organization, username="second")
    page = signed_in(second).get(address).content.decode()
    assert approving in page
    assert "another administrator has to approve" not in page
