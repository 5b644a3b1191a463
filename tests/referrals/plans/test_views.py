"""The pages of plans, visits and exits."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.referrals.conftest import member_of
from tests.referrals.plans.test_plans import incomes, levels, run
from wattana.accounts.models import AuditEvent, Member
from wattana.referrals.models import Exit, FollowUp, Goal, Photo, Plan
from wattana.registry import panels

SOON = (timezone.localdate() + dt.timedelta(days=9)).isoformat()


@pytest.fixture
def officer(world) -> Client:
    return client_of(world.sender)


def client_of(viewer) -> Client:
    client = Client()
    client.force_login(Member.objects.get(pk=viewer.member_id).user)
    client.cookies["django_language"] = "en"
    return client


def post(client: Client, name: str, key: int, **sent) -> int:
    return client.post(reverse(f"referrals:{name}", args=[key]), sent).status_code


def test_a_plan_from_its_beginning_to_its_end(world, officer):
    home = world.home.pk
    assert post(officer, "plan_new", home, review_on="1/1/2560") == 422
    assert post(officer, "plan_new", home, review_on=SOON) == 302
    plan = Plan.objects.get()
    goal = {"capital": "human", "text": "back to school", "doer": "the aunt", "next_on": SOON}
    assert post(officer, "goal_new", plan.pk, **goal) == 302
    assert post(officer, "plan_review", plan.pk, review_on=SOON) == 302
    post(officer, "plan_close", plan.pk)
    plan.refresh_from_db()
    assert plan.closed_on is None  # a goal is under way
    assert post(officer, "goal", Goal.objects.get().pk, state="dropped") == 422
    assert post(officer, "goal", Goal.objects.get().pk, state="reached") == 302
    shown = officer.get(panels.address(home, "plan")).content.decode()
    assert "back to school" in shown and "the aunt" in shown
    post(officer, "plan_close", plan.pk)
    plan.refresh_from_db()
    assert plan.closed_on is not None


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def photo(name: str = "roof.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def visit(officer, world, *photos: SimpleUploadedFile):
    sent = {"on": timezone.localdate().isoformat(), "channel": "visit", "findings": "new roof",
            "next_on": "", "photos": list(photos)}  # fmt: skip
    return officer.post(reverse("referrals:follow_up", args=[world.home.pk]), sent)


def test_photos_stay_with_the_visit_sealed_and_are_opened_in_the_own_area_only(
    world, officer, installation
):
    assert visit(officer, world, photo(), photo("door.png")).status_code == 302
    kept = Photo.objects.first()
    address = reverse("referrals:photo", args=[kept.pk])
    answer = officer.get(address)
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert AuditEvent.objects.filter(action="follow_up.photo").count() == 1
    files = list((installation / "attachments").iterdir())
    assert len(files) == 2 and all(b"PNG" not in one.read_bytes() for one in files)
    assert address in officer.get(panels.address(world.home.pk, "plan")).content.decode()
    other = factories.organization("6330105", areas=("330105",))
    assert (
        client_of(member_of(other, "tambon_officer", ("330105",))).get(address).status_code == 404
    )


def test_a_photo_is_taken_back_by_who_recorded_the_visit(world, officer, installation):
    visit(officer, world, photo())
    kept = Photo.objects.get()
    district = client_of(member_of(world.other, "district_officer", ("3301",)))
    assert post(district, "photo_remove", kept.pk) == 403
    assert post(officer, "photo_remove", kept.pk) == 302
    assert officer.get(reverse("referrals:photo", args=[kept.pk])).status_code == 404


@pytest.mark.parametrize(
    ("photos", "says"),
    [
        ([photo(), photo("a.pdf", b"%PDF-1.7 ")], "is no photo"),
        ([photo(), photo("a.png", b"MZ")], "something else"),
        ([photo(f"{number}.png") for number in range(7)], "at most 6"),
    ],
    ids=["paper", "program", "too many"],
)
def test_a_visit_with_something_else_than_photos_is_not_recorded(
    world, officer, installation, photos, says
):
    answer = visit(officer, world, *photos)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert "new roof" in answer.content.decode()  # what was typed is not lost
    assert not FollowUp.objects.exists() and not (installation / "attachments").exists()


def test_a_visit_is_recorded_on_screen(world):
    enumerator = client_of(member_of(world.authority, "enumerator", ("330103",)))
    today = timezone.localdate().isoformat()
    sent = {"on": today, "channel": "visit", "findings": "well", "next_on": ""}
    assert post(enumerator, "follow_up", world.home.pk, **sent | {"findings": ""}) == 422
    assert post(enumerator, "follow_up", world.home.pk, **sent) == 302
    assert FollowUp.objects.get().findings == "well"


def test_a_household_leaves_by_two_members_and_comes_back(world, officer):
    left = {"reason": "moved", "evidence": "register"}
    assert post(officer, "exit_propose", world.home.pk, **left) == 302
    exit_ = Exit.objects.get()
    assert post(officer, "exit_decide", exit_.pk, approve="yes") == 422  # she proposed it
    colleague = client_of(member_of(world.authority, "tambon_officer", ("330103",)))
    assert "moved away" in colleague.get(reverse("referrals:plans")).content.decode()
    assert post(colleague, "exit_decide", exit_.pk, approve="yes") == 302
    assert post(officer, "exit_reenter", exit_.pk, reason="came home") == 302
    exit_.refresh_from_db()
    assert exit_.reentered_on is not None


def test_the_paper_for_a_visit_is_printed_and_audited(world, officer):
    answer = officer.get(reverse("referrals:visit_paper", args=[world.home.pk]))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert AuditEvent.objects.filter(action="follow_up.print", object_id=world.home.pk).exists()


def test_the_list_of_plans_costs_a_fixed_number_of_queries(
    world, officer, django_assert_max_num_queries
):
    this = run()
    for number in range(60):
        home = factories.household(owner=world.authority, house_no=f"7/{number}")
        levels(home, this, 3, 3)
        incomes(home, 900_000, 900_000)
    with django_assert_max_num_queries(18):
        page = officer.get(reverse("referrals:plans")).content.decode()
    assert page.count("House 7/") == page.count("Moo 1, Tambon") == 50 and "Next page" in page
    assert AuditEvent.objects.get(action="plan.list").detail == {"rows": 50}


def test_a_page_on_which_no_income_held_leads_on(world, officer):
    this = run()
    for number in range(51):
        home = factories.household(owner=world.authority, house_no=f"7/{number}")
        levels(home, this, 3, 3)
    page = officer.get(reverse("referrals:plans")).content.decode()
    assert "On this page no household fulfils it" in page and "Next page" in page
    assert officer.get(reverse("referrals:plans"), {"page": "made up"}).status_code == 400
