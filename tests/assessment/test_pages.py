from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.assessment.conftest import assessed, scored, visit
from tests.assessment.poverty.people import Home, counted
from wattana.accounts.viewer import System
from wattana.assessment import actions, storage
from wattana.assessment.models import Run, Snapshot
from wattana.assessment.work import Work
from wattana.kernel import keys
from wattana.rules.measures import load_measure

pytestmark = pytest.mark.usefixtures("installation", "plain")
ROLES_THAT_ASSESS = {"province_officer", "researcher", "administrator"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Work that pages leave to the background is done before they answer."""
    monkeypatch.setattr(Work, "finish_in_background", lambda work: work._finish_quietly())
    monkeypatch.setattr("wattana.assessment.work.connections.close_all", lambda: None)


def signed_in(role: str = "province_officer", *, areas: tuple[str, ...] = ("33",)) -> Client:
    """A browser in which a member with an agreement over `areas` has signed in."""
    office = factories.organization(f"o-{role}", areas=areas, kind="province")
    if areas:
        factories.agreement(office, areas=areas)
    client = Client()
    client.force_login(factories.member(role, of=office).user)
    client.cookies["django_language"] = "en"
    return client


def addresses() -> list[tuple[str, str]]:
    run = Run.objects.first() or assessed()
    return [
        ("get", reverse("assessment:runs")),
        ("get", reverse("assessment:run", args=[run.pk])),
        ("get", reverse("assessment:scheme", args=["five_capitals"])),
        ("post", reverse("assessment:snapshot_new")),
        ("post", reverse("assessment:run_new")),
    ]


def test_only_those_who_may_assess_come_in():
    scored("33010301", 2.0)
    for role in ("enumerator", "tambon_officer", "district_officer", "agency_caseworker"):
        client = signed_in(role)
        for verb, address in addresses():
            assert getattr(client, verb)(address).status_code == 403, (role, address)
    for verb, address in addresses():
        assert getattr(Client(), verb)(address).status_code == 302, "to the sign-in page"
    for role in ROLES_THAT_ASSESS:
        client = signed_in(role)
        for _, address in addresses()[:3]:
            assert client.get(address).status_code == 200


def test_reading_the_address_of_a_deed_does_nothing():
    scored("33010301", 2.0)
    client = signed_in()
    for name in ("snapshot_new", "run_new"):
        assert client.get(reverse(f"assessment:{name}")).status_code == 405
    assert not Snapshot.objects.exists()


def test_a_snapshot_and_a_run_are_made_from_the_page():
    scored("33010301", 2.0)
    client = signed_in()
    shown = client.post(reverse("assessment:snapshot_new"), follow=True)
    snapshot = Snapshot.objects.get()
    assert snapshot.status == "ready" and snapshot.manifest_hash[:10] in shown.text
    told = {"snapshot": keys.to_text(snapshot.pk), "measure": "five_capitals"}
    shown = client.post(reverse("assessment:run_new"), told, follow=True)
    run = Run.objects.get()
    assert run.current and run.definitions_hash[:10] in shown.text


def test_a_measure_of_poverty_is_run_from_the_page_and_its_figures_are_elsewhere():
    run = counted([Home("33010301")])
    client = signed_in()
    page = client.get(reverse("assessment:run", args=[run.pk])).text
    assert reverse("reports:measure", args=[run.measure]) in page
    assert "The definitions have changed since this run" in page
    told = {"snapshot": keys.to_text(run.snapshot_id), "measure": run.measure}
    client.post(reverse("assessment:run_new"), told)
    assert Run.objects.filter(measure=run.measure).count() == 2


def test_a_role_without_figures_of_areas_is_not_led_to_the_page_of_a_measure():
    run = counted([Home("33010301")])
    page = signed_in("administrator").get(reverse("assessment:run", args=[run.pk])).text
    assert reverse("reports:measure", args=[run.measure]) not in page
    assert "Your role does not see these figures" in page


def test_the_page_of_runs_says_who_and_what_was_left_out():
    scored("33010301", 2.0)
    visit(factories.household("33010301"), status="draft")
    client = signed_in()
    client.post(reverse("assessment:snapshot_new"))
    shown = client.get(reverse("assessment:runs")).text
    assert "province_officer-o-province_officer" in shown and "draft: 1" in shown


def test_work_that_failed_says_why_in_the_viewers_language():
    client = signed_in()
    client.post(reverse("assessment:snapshot_new"))
    shown = client.get(reverse("assessment:runs")).text
    assert "There is no submitted visit to freeze" in shown


def test_while_others_work_a_deed_is_refused_and_the_page_shows_how_far_it_is():
    scored("33010301", 2.0)
    client = signed_in()
    work = actions.begin_snapshot(by=System())
    storage.tell_progress(keys.to_text(work.row.pk), 0.42)
    assert client.post(reverse("assessment:snapshot_new")).status_code == 409
    shown = client.get(reverse("assessment:runs")).text
    assert 'value="0.420"' in shown and "disabled" in shown
    work.finish()
    assert "<progress" not in client.get(reverse("assessment:runs")).text


def test_a_run_shows_figures_of_the_viewers_areas_only():
    scored("33010301", 1.5)
    scored("33020101", 3.5)
    address = reverse("assessment:run", args=[assessed().pk])
    assert ">2.50<" in signed_in("province_officer").get(address).text
    of_district = signed_in("researcher", areas=("3302",)).get(address).text
    assert ">3.50<" in of_district and ">2.50<" not in of_district
    of_nobody = signed_in("administrator", areas=()).get(address).text
    assert ">2.50<" not in of_nobody and ">3.50<" not in of_nobody


def test_a_run_shows_no_figure_of_too_few_households(settings):
    settings.SMALL_GROUP = 10
    scored("33010301", 3.99)
    run = assessed()
    page = signed_in().get(reverse("assessment:run", args=[run.pk])).text
    assert "withheld" in page and "3.99" not in page


def test_a_run_whose_definitions_have_changed_shows_them_as_they_were():
    scored("33010301", 1.5)
    run = assessed()
    address, client = reverse("assessment:run", args=[run.pk]), signed_in()
    assert 'id="definitions"' not in client.get(address).text
    run.definitions_hash = "0" * 64
    run.definitions["capitals"][0]["indicators"][0]["expression"] = "an older rule"
    run.save()
    assert "an older rule" in client.get(address).text


def test_the_scheme_shows_all_indicators_with_their_exact_names_and_that_it_is_not_official():
    shown = signed_in().get(reverse("assessment:scheme", args=["five_capitals"])).text
    measure = load_measure("five_capitals")
    assert len(measure.indicators) == 37
    for indicator in measure.indicators:
        assert indicator.title.th in shown and indicator.code in shown
    assert "badge-proposed" in shown


@pytest.mark.parametrize("name", ["../../secret", "nothing", "five_capitals.yaml"])
def test_an_unknown_measure_is_not_found(name):
    assert signed_in().get(f"/assessment/scheme/{name}/").status_code == 404


def test_an_unknown_run_or_snapshot_is_not_found():
    client = signed_in()
    assert client.get(reverse("assessment:run", args=[12345])).status_code == 404
    told = {"snapshot": keys.to_text(12345)}
    assert client.post(reverse("assessment:run_new"), told).status_code == 404
    assert client.post(reverse("assessment:run_new"), {"snapshot": "nonsense"}).status_code == 400


@pytest.mark.parametrize("measure", ["nothing", "../codebook/cover", ""])
def test_an_unknown_measure_is_not_run(measure):
    scored("33010301", 2.0)
    snapshot = actions.take_snapshot(by=System())
    told = {"snapshot": keys.to_text(snapshot.pk), "measure": measure}
    assert signed_in().post(reverse("assessment:run_new"), told).status_code == 404
    assert not Run.objects.exists()


def test_the_page_of_runs_asks_the_database_little(django_assert_max_num_queries):
    scored("33010301", 2.0)
    for _ in range(3):
        assessed()
    client = signed_in()
    with django_assert_max_num_queries(13):
        client.get(reverse("assessment:runs"))
