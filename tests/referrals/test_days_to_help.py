"""How long help took is noted at each case; what pages say of an area is what a recount says."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from tests import factories
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import NotFound
from wattana.kit import moments
from wattana.referrals.actions import helped
from wattana.referrals.models import Need, Referral
from wattana.referrals.queries import board

pytestmark = pytest.mark.django_db
VILLAGES = ["33010301", "33010302", "33010501", "33020101", "33020102", "40010101"]
AREAS = ["", "33", "3301", "3302", "330103", "330105", "33010302", "33020102"]
DAY = dt.timedelta(days=1)


@pytest.fixture
def bodies():
    return [factories.organization(f"BODY{n}", areas=("33",)) for n in range(4)]


@pytest.fixture
def viewers(bodies) -> list[Viewer]:
    seen = [("33",), ("3301",), ("3302", "330105"), ("330103", "330201"), ("33010302",), ()]
    return [
        factories.viewer("province_officer", areas=areas, organization_id=bodies[n % 4].pk)
        for n, areas in enumerate(seen)
    ]


class Chance(random.Random):
    """Needs that were referred up to four times; their help comes, is undone, and comes again."""

    def need(self, bodies) -> None:
        home = factories.household(self.choice(VILLAGES), owner=bodies[0])
        need = Need.objects.create(
            household=home, owner=bodies[0], service="housing", dimension="living",
            source="survey", state="confirmed", created_at=timezone.now(),
            found_on=moments.today() - self.randrange(600) * DAY,
        )  # fmt: skip
        closed = [True] * self.choice((0, 0, 0, 1, 3)) + [self.random() < 0.4]
        cases = [self.case(need, bodies, closed=ended) for ended in closed]
        for case in self.choices(cases, k=2 * len(cases)):
            came = self.random() < 0.7 and case.state != "draft"
            on = moments.today() - self.randrange(500) * DAY
            case.refresh_from_db()
            helped.mark(case, on if came else None)
            case.save()

    def case(self, need: Need, bodies, *, closed: bool) -> Referral:
        now, today = timezone.now(), moments.today()
        draft = not closed and self.random() < 0.2
        sender, receiver = self.sample(bodies, 2)
        elsewhere = self.random() < 0.2  # its household moved since
        due = None if closed else today + self.randint(-9, 9) * DAY
        return Referral.objects.create(
            number=f"N-{Referral.objects.count()}", need=need, household=need.household,
            area_code=self.choice(VILLAGES) if elsewhere else need.household.area_id,
            sender=sender, receiver=receiver, service="housing", dimension="living",
            sensitive=self.random() < 0.2, basis="" if draft else "vital",
            state="closed" if closed else "draft" if draft else "helped",
            created_at=now, entered_at=now, entered_on=today, due_on=due,
            sent_at=None if draft else now, closed_at=now if closed else None,
            risk_on=due and due - 4 * DAY,
        )  # fmt: skip


def recount(viewer: Viewer, area: str) -> board.Standing:
    """By a look at every case there is."""
    today, firsts = moments.today(), defaultdict(list)
    rows = [
        one
        for one in Referral.objects.select_related("household", "need")
        if one.area_code.startswith(area) and is_seen(viewer, one)
    ]
    for one in rows:
        if one.helped_on is not None and today - 365 * DAY <= one.helped_on <= today:
            firsts[one.need].append(one.helped_on)
    waits = sorted((min(days) - need.found_on).days for need, days in firsts.items())
    due = [(one.due_on, one.risk_on) for one in rows if one.closed_at is None]
    return board.Standing(
        open=len(due),
        late=sum(day < today for day, _ in due),
        at_risk=sum(risk <= today <= day for day, risk in due),
        days=waits[(len(waits) - 1) // 2] if waits else None,
    )


def is_seen(viewer: Viewer, one: Referral) -> bool:
    """The sender's, the receiver's once it is sent, and not confidential ones of the areas."""
    unsent = one.state == "draft" and one.sent_at is None
    scope = one.household.area_id.startswith(viewer.areas) and not one.sensitive
    own = one.receiver_id == viewer.organization_id
    return one.sender_id == viewer.organization_id or (not unsent and (own or scope))


def assert_noted() -> None:
    """Each case says how long its help took, and whether its need was helped by another one."""
    by_need = defaultdict(list)
    for one in Referral.objects.select_related("need").exclude(helped_on=None):
        assert one.helped_after == (one.helped_on - one.need.found_on).days
        by_need[one.need_id].append(one.helped_again)
    assert all(again == [len(again) > 1] * len(again) for again in by_need.values())
    assert not Referral.objects.filter(helped_on=None, helped_again=True).exists()


@pytest.mark.parametrize("seed", range(6))
def test_an_area_in_short_is_as_a_recount_of_random_cases_has_it(bodies, viewers, seed):
    chance, several = Chance(seed), 0
    for _ in range(60):
        chance.need(bodies)
    assert_noted()
    for viewer in viewers:
        for area in AREAS:
            if area and not viewer.touches(area):
                continue
            wanted = recount(viewer, area)
            assert board.standing(viewer, area) == wanted, (viewer.areas, area)
            today = moments.today()
            reached = board.figures(viewer, today - 365 * DAY, today, area)
            assert reached.days == wanted.days
            several += wanted.days is not None
    assert several > 10


def test_cases_that_were_helped_before_are_filled_in(bodies):
    chance = Chance(7)
    for _ in range(60):
        chance.need(bodies)
    rows = Referral.objects.exclude(helped_on=None)
    assert rows.filter(helped_again=True).exists()
    rows.update(helped_after=12_345, helped_again=False)
    import_module("wattana.referrals.migrations.0006_days_to_help").fill_in(apps, None)
    assert_noted()


@pytest.mark.parametrize(
    ("steps", "comes"),
    [
        (("did_not_come",), False),
        (("did_not_come", "came_after_all"), True),
        (("confirm", "did_not_come", "came_after_all", "close"), True),
        (("did_not_come", "help", "confirm", "close"), True),
        (("did_not_come", "cancel"), False),
    ],
)
def test_steps_note_it_and_take_it_back(world, steps, comes):
    start = timezone.now() - 40 * DAY
    with moments.at(start):
        case = world.at("approved")
    with moments.at(start + 9 * DAY):
        case = world.step(case, "help")
    assert case.helped_after == 9
    for step in steps:
        with moments.at(start + 20 * DAY):
            case = world.step(case, step)
    assert_noted()
    on = start + (20 if "help" in steps else 9) * DAY
    assert case.helped_on == (timezone.localdate(on) if comes else None)
    assert board.standing(world.sender).days == case.helped_after


@pytest.mark.parametrize("area", ["33x", "3301๐๓", "33²"])
def test_what_is_no_area_is_not_open(area):
    viewer = factories.viewer("province_officer", areas=("33",))
    with pytest.raises(NotFound):
        board.standing(viewer, area)
