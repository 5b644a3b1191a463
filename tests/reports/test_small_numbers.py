"""Numbers of a few households: told to those who may list these households, and to nobody else."""

from __future__ import annotations

import csv
import re

import pytest
from django.test import Client

from tests import factories
from tests.reports import rows
from tests.reports.test_area_page import text_of
from wattana.entitlements.models import TakeUp

pytestmark = pytest.mark.django_db
TAMBON, VILLAGE = "/areas/330103/", "/areas/33010301/"


@pytest.fixture
def places():
    for code in ("33010301", "33010302", "33010303", "330105"):
        factories.area(code)
    run = rows.run(waves=((2024, 1), (2025, 1)))
    for wave in ((0, 0), (2024, 1), (2025, 1)):
        rows.figures(run, "33010301", levels=(307, 403, 11, 3), wave=wave, change=(306, 41, 4))
        rows.figures(run, "33010302", levels=(312, 415, 22, 51), wave=wave, change=(313, 42, 43))
        rows.figures(run, "33010303", levels=(421, 425, 82, 61), wave=wave, change=(423, 52, 53))
        rows.figures(
            run, "330103", levels=(1040, 1243, 115, 115), wave=wave, change=(1042, 135, 100)
        )
        rows.figures(run, "330105", levels=(2041, 2242, 243, 244), wave=wave)
        rows.figures(run, "3301", levels=(3081, 3485, 358, 359), wave=wave, change=(1042, 135, 100))
        rows.figures(run, "33", levels=(3081, 3485, 358, 359), wave=wave, change=(1042, 135, 100))
    return run


def reader(role: str, of) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(factories.member(role, of=of).user)
    return client


def whole(client: Client, address: str) -> str:
    """All that is told, titles and labels of charts included, without tokens and names of files."""
    page = client.get(address)
    assert page.status_code == 200
    told = re.search("<main.*</main>", page.content.decode(), re.DOTALL)
    assert told
    return re.sub('name="csrfmiddlewaretoken" value="[^"]*"', "", told[0])


@pytest.mark.parametrize("role", ["researcher", "agency_caseworker"])
def test_a_distribution_with_a_small_number_is_shown_nowhere(tambon_office, places, role):
    shown = whole(reader(role, tambon_office), VILLAGE)
    for number in ("403", ">11<", "level 1 307", ">306<", ">41<", ">4<"):
        assert number not in shown
    assert "chart-stacked" not in shown
    assert "fewer than 10 households" in shown
    assert "2.00" in shown, "the mean is of households enough"
    assert ">307<" in shown and "42.4%" in shown, (
        "level 1 is large, and no small one follows from it"
    )


@pytest.mark.parametrize("role", ["researcher", "agency_caseworker"])
@pytest.mark.parametrize("query", ["", "?show=level1", "?sort=-change&show=change"])
def test_what_would_follow_from_the_others_is_withheld_with_it(tambon_office, places, role, query):
    """Of the tambon all is told; so of one further village no more than level 1 may be."""
    client = reader(role, tambon_office)
    shown = whole(client, TAMBON + query)
    assert "1,040" in shown, "of the tambon there are enough"
    table = shown.split('class="table table-areas"')[1].split("</table>")[0]
    assert ">43%<" in table, "421 of 989 of the largest village"
    assert ">42%<" in table and ">39%<" in table, "307 of 724, 312 of 800: none is small"
    assert "withheld" in shown
    further = whole(client, "/areas/33010302/")
    assert ">312<" in further and ">415<" not in further and ">51<" not in further
    assert ">421<" in whole(client, "/areas/33010303/")


def test_the_file_of_the_table_has_none_of_them(tambon_office, places):
    page = reader("researcher", tambon_office).get(TAMBON + "table.csv")
    head, *lines = csv.reader(page.content.decode("utf-8-sig").splitlines())
    told = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    for code, share, few in (
        ("33010301", "0.424", "1"),
        ("33010302", "0.39", "1"),
        ("33010303", "0.4257", ""),
    ):
        assert (told[code]["At level 1"], told[code]["Withheld"]) == (share, few)
        assert told[code]["Score"] == "2.0"


def test_who_may_list_the_households_sees_every_number(tambon_office, places):
    researcher, officer = (reader(role, tambon_office) for role in ("researcher", "tambon_officer"))
    assert "chart-stacked" not in whole(researcher, VILLAGE)
    shown = whole(officer, VILLAGE)
    assert "chart-stacked" in shown and ">403<" in shown and ">306<" in shown
    assert ">403<" not in whole(researcher, VILLAGE), "what one was shown is not kept for others"


@pytest.mark.parametrize("role", ["researcher", "agency_caseworker"])
def test_the_first_page_tells_no_small_number(places, role):
    office = factories.organization("v", areas=("33010301",))
    factories.agreement(office, areas=("33",))
    shown = whole(reader(role, office), "/")
    assert "how many stand at each level" in shown
    assert "307" not in shown


@pytest.mark.parametrize("role", ["researcher", "agency_caseworker", "tambon_officer"])
def test_take_up_with_a_small_number_is_for_those_who_may_list(tambon_office, places, role):
    run = rows.run(measure="rights", snapshot=places.snapshot, summary={"on": "2025-11-01"})
    for code, missing in (("33010301", 3), ("33010302", 87), ("33010303", 161), ("330103", 251)):
        take_up(run, code, due=missing + 514, missing=missing)
    client = reader(role, tambon_office)
    may = role == "tambon_officer"
    village = text_of(client.get(VILLAGE)).split("Rights and welfare")[1]
    assert ("517" in village) == may and ("21,600" in village) == may
    other = text_of(client.get("/areas/33010302/")).split("Rights and welfare")[1]
    assert ("601" in other) == may, "the tambon less the others would tell the small one"
    tambon = text_of(client.get(TAMBON)).split("Rights and welfare")[1]
    assert "251" in tambon, "of the tambon there are enough"
    programme = whole(client, "/rights/programme/old_age_allowance/?area=330103")
    assert ("517" in programme) == may and ("601" in programme) == may
    assert "675" in programme


def take_up(run, code: str, *, due: int, missing: int) -> None:
    TakeUp.objects.create(
        run=run, code=code, parent=code[:-2], programme="old_age_allowance", due=due,
        received=due - missing, missing=missing, receipt_unknown=0, may_apply=0, unknown=0,
        not_due=0, received_not_due=0, due_year=0, received_year=0, missing_year=missing * 720_000,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["researcher", "agency_caseworker"])
def test_a_small_lowest_level_and_its_company_are_withheld(tambon_office, role):
    """Level 1 of one village is small: its own is not told, nor that of the one beside it."""
    for code in ("33010301", "33010302", "33010303"):
        factories.area(code)
    run = rows.run(waves=((2024, 1),))
    for wave in ((0, 0), (2024, 1)):
        rows.figures(run, "33010301", levels=(7, 403, 211, 103), wave=wave)
        rows.figures(run, "33010302", levels=(212, 415, 222, 151), wave=wave)
        rows.figures(run, "33010303", levels=(421, 425, 282, 261), wave=wave)
        for code in ("330103", "3301", "33"):
            rows.figures(run, code, levels=(640, 1243, 715, 515), wave=wave)
    client = reader(role, tambon_office)
    for code, number in (("33010301", ">7<"), ("33010302", ">212<")):
        page = client.get(f"/areas/{code}/")
        assert number not in page.content.decode()
        assert "withheld, so that no group of fewer than 10 households" in text_of(page)
    assert ">421<" in whole(client, "/areas/33010303/")
    table = text_of(client.get("/areas/330103/"))
    assert "Withheld: a number here" in table


def test_without_an_earlier_round_nobody_improved_or_declined(tambon_office):
    factories.area("33010301")
    run = rows.run(waves=((2024, 1),))
    for wave in ((0, 0), (2024, 1)):
        rows.figures(run, "33010301", levels=(307, 403, 111, 103), wave=wave)
    page = text_of(reader("tambon_officer", tambon_office).get(VILLAGE))
    assert "no earlier round" in page
