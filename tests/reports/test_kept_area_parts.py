"""Parts of an area page are kept for a run; what changes is seen at once, by everybody."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories
from tests.reports import rows
from tests.reports.test_area_page import AREA, table_of, text_of, tiles_of
from wattana.accounts.models import AuditEvent
from wattana.areas.models import Area
from wattana.assessment.models import Run
from wattana.entitlements.models import TakeUp

DISTRICT = "/areas/3301/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(tambon_office, sign_in):
    return sign_in(factories.member("tambon_officer", of=tambon_office))


@pytest.fixture
def surveyed():
    for code in ("33010301", "33010302", "33010501"):
        factories.area(code)
    return rows.surveyed(("33010301", "33010302", "33010501"))


def mean_of(page) -> str:
    return text_of(page).split("Mean score ")[1].split()[0]


def test_the_second_reading_is_the_first_again_and_audited_too(officer, surveyed):
    first = tiles_of(officer.get(AREA))
    assert tiles_of(officer.get(AREA)) == first
    assert AuditEvent.objects.filter(action="area.view", area_code="330103").count() == 2


def test_a_new_run_is_seen_at_once(officer, surveyed):
    assert mean_of(officer.get(AREA)) == "2.00"
    Run.objects.filter(pk=surveyed.pk).update(current=False)
    newer = rows.run(snapshot=surveyed.snapshot)
    rows.figures(newer, "330103", 3.0)
    assert mean_of(officer.get(AREA)) == "3.00"


def test_without_the_run_its_figures_are_gone(officer, surveyed):
    officer.get(AREA)
    Run.objects.filter(pk=surveyed.pk).update(current=False)
    assert "There are no scores yet" in text_of(officer.get(AREA))


def test_an_agreement_that_ended_closes_a_page_that_was_just_read(officer, tambon_office, surveyed):
    assert officer.get(AREA).status_code == 200
    tambon_office.agreements.update(starts="2020-01-01", ends="2020-12-31")
    assert officer.get(AREA).status_code == 404


def test_who_sees_a_part_is_not_shown_what_another_read_of_the_whole(officer, district_office):
    run = rows.run()
    for code, mean in (("3301", 2.5), ("330103", 1.5)):
        factories.area(code)
        rows.figures(run, code, mean)
    whole = Client(headers={"accept-language": "en"})
    whole.force_login(factories.member("district_officer", of=district_office).user)
    assert mean_of(whole.get(DISTRICT)) == "2.50"
    part = officer.get(DISTRICT)
    assert mean_of(part) == "1.50"
    assert "You see a part of this area" in text_of(part)
    assert mean_of(whole.get(DISTRICT)) == "2.50"


def test_what_became_too_few_to_publish_is_withheld_at_once(officer, district_office, settings):
    run = rows.run()
    for code in ("330103", "330105"):
        factories.area(code)
        rows.figures(run, code)
    assert mean_of(officer.get(DISTRICT)) == "2.00"
    settings.SMALL_GROUP = 11  # each part has ten scored households
    assert "Withheld Figures of fewer" in text_of(officer.get(DISTRICT))


def test_a_role_that_may_not_list_is_not_offered_what_another_was(officer, tambon_office, surveyed):
    assert "Household list" in text_of(officer.get(AREA))
    researcher = Client(headers={"accept-language": "en"})
    researcher.force_login(factories.member("researcher", of=tambon_office).user)
    assert "Household list" not in text_of(researcher.get(AREA))


def test_each_language_has_its_own_words(officer, surveyed):
    assert "ทุน" not in text_of(officer.get(AREA))
    officer.cookies["django_language"] = "th"
    assert "ทุน" in text_of(officer.get(AREA))


def test_a_village_that_was_named_anew_is_called_so_at_once(officer, surveyed):
    officer.get(AREA)
    Area.objects.filter(code="33010301").update(name_th="บ้านใหม่", name_en="Ban Mai")
    assert "Ban Mai" in text_of(officer.get(AREA))


def test_every_measure_and_order_is_kept_by_itself(officer, surveyed):
    rows.figures(surveyed, "33010303", 3.5)
    factories.area("33010303")
    assert tiles_of(officer.get(AREA)) != tiles_of(officer.get(f"{AREA}?show=level1"))
    up, down = (table_of(officer.get(f"{AREA}?sort={sort}")) for sort in ("score", "-score"))
    assert up[-1] == down[0] != up[0]
    assert officer.get(f"{AREA}?sort=nothing").status_code == 400


def test_rights_are_told_as_the_newest_run_has_them(officer, surveyed):
    assert "have not been worked out yet" in text_of(officer.get(AREA))
    old = rows.run(measure="rights", snapshot=surveyed.snapshot, summary={"on": "2025-11-01"})
    take_up(old, received=4)
    assert "4" in rights_of(officer.get(AREA))
    Run.objects.filter(pk=old.pk).update(current=False)
    new = rows.run(measure="rights", snapshot=surveyed.snapshot, summary={"on": "2025-11-02"})
    take_up(new, received=17)
    assert "17" in rights_of(officer.get(AREA))


def take_up(run: Run, *, received: int) -> None:
    TakeUp.objects.create(
        run=run, code="330103", parent="3301", programme="old_age_allowance", due=40,
        received=received, missing=40 - received, receipt_unknown=0, may_apply=0, unknown=0,
        not_due=0, received_not_due=0, due_year=0, received_year=0, missing_year=1_000_000,
    )  # fmt: skip


def rights_of(page) -> list[str]:
    return text_of(page).split("Rights and welfare")[1].split()
