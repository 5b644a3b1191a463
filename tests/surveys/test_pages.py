"""The questionnaire on screen: every question can be answered, and its answer is found again."""

from __future__ import annotations

import pytest
from django.utils import translation

from tests import factories
from tests.surveys.screens import (
    SECTIONS,
    address_of,
    asked_of,
    document_of,
    something,
    viewer_behind,
)
from wattana.kernel import keys
from wattana.rules import codebook as codebooks
from wattana.surveys import documents, pages, questions, relevance
from wattana.surveys.actions import visits
from wattana.surveys.models import Visit, VisitPerson


def test_the_sections_are_those_of_the_codebook_that_ask_something():
    assert len(SECTIONS) >= 6
    every = [one for level in ("household", "person") for one in codebooks.load().answers(level)]
    assert set(SECTIONS) == {one.section for one in every if not one.on_request}
    assert "rights_household" not in SECTIONS, "what is asked on request has no page in a survey"


@pytest.mark.parametrize("section", SECTIONS)
def test_every_question_is_sent_saved_and_shown_again(house, enumerating, page_of, section):
    address, codebook = address_of(house, section), codebooks.load()
    page = page_of(enumerating.get(address))
    kept = pages.kept(codebook.section(section))
    assert list(page.questions) == [variable.name for variable in kept]
    sent = page.values | {"go": ["stay"]}
    for number, variable in enumerate(kept):
        sent[variable.name] = something(variable, number)
        for value in sent[variable.name]:
            assert variable.name not in page.offered or value in page.offered[variable.name]
    assert enumerating.post(address, sent).status_code == 302
    document = document_of(house, section)
    stored = document.answers | document.set_aside
    expected = {v.name: codebook.parse(v.name, _raw(v, sent[v.name])) for v in kept}
    assert stored == expected
    again = page_of(enumerating.get(address))
    for variable in kept:
        assert again.typed(variable.name) == sent[variable.name], variable.name
    hidden = {name for name, unasked in again.questions.items() if unasked}
    assert hidden == set(document.set_aside)


def _raw(variable, sent):
    return sent if variable.kind == "multi" else sent[0]


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_names_each_input(house, sign_in, section, language):
    html = sign_in(house.enumerator, language).get(address_of(house, section)).content.decode()
    for variable in pages.kept(codebooks.load().section(section)):
        label = variable.label_th if language == "th" else variable.label_en
        assert label.replace("'", "&#x27;") in html or variable.item, variable.name
    assert html.count("<h1") == 1


def test_one_answer_is_saved_by_itself(house, enumerating):
    answer = enumerating.post(
        house.address("answer", "tap_water"), {"tap_water": "true", "revision": "0"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer["X-Question"] == "tap_water"
    html = answer.content.decode()
    assert "Saved " in html and 'id="revision"' in html and "1 of " in html
    house.visit.refresh_from_db()
    assert house.visit.answers == {"tap_water": True}


def test_one_answer_about_a_member_is_saved_with_her(house, enumerating):
    enumerating.post(
        house.address("answer", "skills"),
        {"skills": ["craft", "food"], "person": keys.to_text(house.head.pk)},
    )
    assert VisitPerson.objects.get(person=house.head).answers == {"skills": ["craft", "food"]}


def test_a_saved_answer_says_which_questions_are_asked_now(house, enumerating):
    answer = enumerating.post(house.address("answer", "home_tenure"), {"home_tenure": "rented"})
    assert '"home_mortgage"' in answer["HX-Trigger"]
    assert '"home_rent"' not in answer["HX-Trigger"]


@pytest.mark.parametrize(("language", "words"), [("en", "Not saved."), ("th", "ยังไม่ได้บันทึก")])
def test_a_wrong_answer_is_told_beside_its_question_in_both_languages(
    house, sign_in, language, words
):
    client = sign_in(house.enumerator, language)
    answer = client.post(house.address("answer", "members_living"), {"members_living": "สี่"})
    variable = codebooks.load().variable("members_living")
    label = variable.label_th if language == "th" else variable.label_en
    assert answer.status_code == 422
    assert words in answer.content.decode() and label in answer.content.decode()
    house.visit.refresh_from_db()
    assert house.visit.answers == {}


def test_a_whole_page_without_javascript_saves_what_can_be_and_names_what_cannot(
    house, enumerating, page_of
):
    address = house.address("section", "physical")
    sent = page_of(enumerating.get(address)).values
    sent |= {"tap_water": ["true"], "home_tenure": ["rented"], "home_rent": ["หนึ่งพัน"]}
    answer = enumerating.post(address, sent)
    assert answer.status_code == 422
    page = page_of(answer)
    assert page.typed("home_rent") == ["หนึ่งพัน"], "what was typed stays to be corrected"
    assert 'href="#q-home_rent"' in answer.content.decode()
    house.visit.refresh_from_db()
    assert house.visit.answers == {"tap_water": True, "home_tenure": "rented"}
    corrected = page.values | {"home_rent": ["1000"], "go": ["next"]}
    assert enumerating.post(address, corrected).url == house.address("section", "financial")
    house.visit.refresh_from_db()
    assert house.visit.answers["home_rent"] == 1000


def test_a_page_saved_with_nothing_typed_says_how_many_questions_are_open(
    house, enumerating, page_of
):
    address = house.address("section", "physical")
    sent = page_of(enumerating.get(address)).values | {"go": ["stay"]}
    asked = relevance.of_one(documents.load(house.visit)).of_section("physical").asked
    told = enumerating.post(address, sent, follow=True).content.decode()
    assert (
        "Nothing is answered yet on page 6, “Part 2: Physical capital”: "
        f"{asked} questions are open."
    ) in told
    assert "Saved." not in told
    told = enumerating.post(address, sent | {"tap_water": ["true"]}, follow=True).content.decode()
    assert "Saved." in told and "Nothing is answered" not in told


@pytest.mark.parametrize("section", ["physical", SECTIONS[-1]])
def test_who_goes_on_from_a_page_without_any_answer_is_told_so_on_the_page_that_follows(
    house, enumerating, page_of, section
):
    address = address_of(house, section)
    sent = page_of(enumerating.get(address)).values
    told = enumerating.post(address, sent | {"go": ["next"]}, follow=True).content.decode()
    assert "Nothing is answered yet on page " in told
    told = enumerating.post(address, sent | {"go": ["previous"]}, follow=True).content.decode()
    assert "Nothing is answered" not in told, "who goes back looks something up"


def test_who_goes_on_from_an_answered_page_is_told_nothing(house, enumerating, page_of):
    address = house.address("section", "physical")
    sent = page_of(enumerating.get(address)).values | {"tap_water": ["true"], "go": ["next"]}
    told = enumerating.post(address, sent, follow=True).content.decode()
    assert "Nothing is answered" not in told and "Saved." not in told


def test_a_page_that_stood_open_for_long_takes_nothing_back(house, enumerating, page_of):
    """Somebody else answered meanwhile; the page still shows those questions empty."""
    address = house.address("section", "physical")
    opened = page_of(enumerating.get(address)).values
    visits.answer(
        visit=house.visit.pk, variable="electricity", value="metered",
        by=viewer_behind(house.officer),
    )  # fmt: skip
    enumerating.post(address, opened | {"tap_water": ["true"]})
    house.visit.refresh_from_db()
    assert house.visit.answers == {"electricity": "metered", "tap_water": True}


def test_answers_that_open_new_questions_stay_on_the_page(house, enumerating, page_of):
    address = house.address("section", "physical")
    opened = page_of(enumerating.get(address)).values
    sent = opened | {"home_tenure": ["rented"], "go": ["next"]}
    assert enumerating.post(address, sent).url == address


def test_going_on_leads_through_all_pages_and_back_to_the_visit(house, enumerating, page_of):
    steps = pages.chapters(house.visit, asked_of(house))
    addresses = [step.url for chapter in steps for step in chapter.steps]
    assert len(addresses) == len(SECTIONS) + 2, "two sections have a page for each of two members"
    for here, after in zip(addresses, [*addresses[1:], house.address("visit")], strict=True):
        sent = page_of(enumerating.get(here)).values | {"go": ["next"]}
        assert enumerating.post(here, sent).url == after


def test_the_overview_shows_sections_members_and_progress(house, enumerating):
    visits.answer(
        visit=house.visit.pk, variable="tap_water", value="true",
        by=viewer_behind(house.enumerator),
    )  # fmt: skip
    html = enumerating.get(house.address("visit")).content.decode()
    assert "ปิติ" in html and "สมหญิง" in html
    assert "Part 2: Physical capital" in html
    assert "Part 6 (unrest) is asked in the three southern border provinces only" in html
    assert "1 of " in html
    assert house.address("person_section", "members", house.child.pk) in html


def test_the_child_is_not_asked_what_only_grown_ups_are(house, enumerating, page_of):
    page = page_of(enumerating.get(house.address("person_section", "members", house.child.pk)))
    assert page.questions["income_month"] is True
    assert page.questions["education_status"] is False


def test_sections_have_no_page_for_the_wrong_level(house, enumerating):
    for address in (
        house.address("section", "members"),
        house.address("person_section", "physical", house.head.pk),
        house.address("section", "nowhere"),
        house.address("section", "derived"),
    ):
        assert enumerating.get(address).status_code == 404, address


def test_a_section_that_the_questionnaire_does_not_have_takes_nothing(house, enumerating):
    skipped = house.address("skip_section", "nothing"), {"reason": "refused"}
    assert enumerating.post(house.address("section", "nothing")).status_code == 404
    assert enumerating.post(*skipped).status_code == 404


def test_a_visit_that_was_handed_in_is_read_not_filled_in(house, enumerating, page_of):
    by = viewer_behind(house.enumerator)
    for name, value in (("home_tenure", "rented"), ("home_rent", "1500")):
        visits.answer(visit=house.visit.pk, variable=name, value=value, by=by)
    Visit.objects.filter(pk=house.visit.pk).update(status="submitted")
    address = house.address("section", "physical")
    answer = enumerating.get(address)
    assert page_of(answer).questions == {}
    assert "<dd>rented</dd>" in answer.content.decode()
    assert "<dd>1,500 baht a month</dd>" in answer.content.decode()
    assert enumerating.post(address, {"tap_water": "true"}).status_code == 409


def test_who_may_not_see_sensitive_answers_is_not_shown_them(house, sign_in):
    visits.answer(
        visit=house.visit.pk, variable="health", value="bedridden", person=house.head.pk,
        by=viewer_behind(house.enumerator),
    )  # fmt: skip
    district = factories.organization("DISTRICT", kind="district", areas=("3301",))
    factories.agreement(district, areas=("3301",))
    client = sign_in(factories.member("district_officer", of=district))
    html = client.get(house.address("person_section", "members", house.head.pk)).content.decode()
    assert "bedridden" not in html and "State of health" not in html
    assert "Work" in html


@pytest.mark.parametrize("language", ["th", "en"])
def test_no_column_of_a_table_has_a_gap_in_its_title(language):
    book = codebooks.load()
    for level in ("household", "person"):
        variables = [one for one in book.answers(level) if one.family]
        with translation.override(language):
            listed = [questions.question_of(one, documents.Part(), set()) for one in variables]
            blocks = questions.blocks_of(book, listed)
            titles = [title for block in blocks for title in block.columns]
        assert titles
        assert not [title for title in titles if "…" in title or not title.strip()]


def test_a_column_asks_without_its_rows_name():
    book = codebooks.load()
    with translation.override("en"):
        asked = {
            name: questions._column(
                questions.question_of(book.variable(name), documents.Part(), set())
            )
            for name in ("farm_income__crops", "income_season__first")
        }
    assert asked["farm_income__crops"].startswith("Yearly income from each")
    assert asked["income_season__first"] == "season (income)"
