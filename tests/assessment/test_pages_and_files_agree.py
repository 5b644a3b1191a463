"""A survey typed on the pages and the same survey from a file: one set of answers, one score."""

from __future__ import annotations

from django.urls import reverse

from tests import factories
from tests.assessment.conftest import assessed
from tests.registry.imports.tables import bring, table
from tests.surveys.conftest import enumerating, house, page_of, sign_in
from tests.surveys.screens import something
from wattana.assessment import queries
from wattana.rules import codebook as codebooks
from wattana.surveys import pages
from wattana.surveys.actions import visits
from wattana.surveys.models import Visit, VisitPerson

__all__ = ["enumerating", "house", "page_of", "sign_in"]
_DOCUMENT = ("answers", "skips", "set_aside")
_VISIT = (*_DOCUMENT, "asked", "answered", "year", "round", "surveyed_on")


def asked_of(level: str) -> dict[str, list[str]]:
    """What is answered to each question of a level, as a page sends it."""
    codebook = codebooks.load()
    variables = [
        variable
        for section in pages.sections()
        if codebook.section(section.key).level == level
        for variable in pages.kept(codebook.section(section.key))
    ]
    return {one.name: something(one, number) for number, one in enumerate(variables)}


def typed(house, enumerating, page_of) -> None:
    """Every page of the visit, for the household and for each of its people."""
    given = asked_of("household") | asked_of("person")
    for section in pages.sections():
        key = section.key
        if codebooks.load().section(key).level == "person":
            everywhere = [
                house.address("person_section", key, one.pk) for one in (house.head, house.child)
            ]
        else:
            everywhere = [house.address("section", key)]
        for address in everywhere:
            page = page_of(enumerating.get(address))
            sent = {name: given[name] for name in page.questions}
            answer = enumerating.post(address, page.values | sent | {"go": ["stay"]})
            assert answer.status_code == 302


def filed(house) -> int:
    """The same answers as two lines of a file, about a household like the first."""
    home = factories.household(owner=house.household.owner, house_no="26", household_code="HC-FILE")
    of_home, of_person = asked_of("household"), asked_of("person")
    header = ["HC", "ครั้งที่สำรวจ", "วันที่สำรวจ", "ชื่อ", "สกุล", *of_home, *of_person]
    rows = []
    for number, one in enumerate((house.head, house.child)):
        twin = factories.person(
            home, relation=one.relation, sex=one.sex, birth_year=one.birth_year,
            first_name=one.first_name,
        )  # fmt: skip
        household = ["; ".join(sent) if number == 0 else "" for sent in of_home.values()]
        person = ["; ".join(sent) for sent in of_person.values()]
        rows.append(
            ["HC-FILE", "1", "1/3/2569", twin.first_name, twin.last_name, *household, *person]
        )
    _, report = bring(
        table(header, *rows), "five_capitals", year=2026, organization=house.household.owner
    )
    assert (report.totals.rejected, report.counts.created) == (0, 1)
    return home.pk


def test_pages_and_a_file_store_the_same_answers_and_score_the_same(
    installation, house, enumerating, page_of
):
    typed(house, enumerating, page_of)
    from_file = filed(house)
    on_screen = house.household.pk
    one, other = (
        Visit.objects.values(*_VISIT).get(household=key) for key in (on_screen, from_file)
    )
    assert one == other
    assert len(one["answers"]) > 80
    of_people = [
        list(
            VisitPerson.objects.filter(visit__household=key)
            .order_by("person__birth_year")
            .values(*_DOCUMENT)
        )
        for key in (on_screen, from_file)
    ]
    assert of_people[0] == of_people[1] and len(of_people[0]) == 2
    enumerating.post(reverse("surveys:submit", args=[house.visit.pk]))
    visits.approve(visit=house.visit.pk, by=factories.viewer("tambon_officer"))
    assessed()
    viewer = factories.viewer(areas=("330103",))
    scores = [queries.household_results(viewer, key) for key in (on_screen, from_file)]
    assert scores[0] == scores[1] and scores[0][0].overall.score is not None
    reasons = [
        [(two.code, two.score) for two in queries.household_indicators(viewer, key)]
        for key in (on_screen, from_file)
    ]
    assert reasons[0] == reasons[1]
