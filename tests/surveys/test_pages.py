"""The questionnaire on screen: every question can be answered, and its answer is found again."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import translation

from tests import factories
from wattana.accounts.queries import viewer_of
from wattana.kernel import keys
from wattana.registry.models import Household, Person
from wattana.rules import codebook as codebooks
from wattana.surveys import documents, pages, queries, questions, relevance
from wattana.surveys.actions import visits
from wattana.surveys.models import Visit, VisitPerson

SECTIONS = [section.key for section in pages.sections()]


def address_of(house, section):
    if codebooks.load().section(section).level == "person":
        return house.address("person_section", section, house.head.pk)
    return house.address("section", section)


def document_of(house, section):
    if codebooks.load().section(section).level == "person":
        return VisitPerson.objects.get(visit=house.visit, person=house.head)
    return Visit.objects.get(pk=house.visit.pk)


def something(variable, number):
    """What somebody could type for a question: not always the first choice."""
    if variable.kind == "boolean":
        return ["false" if number % 3 == 0 else "true"]
    if variable.kind == "choice":
        return [variable.codes[number % len(variable.codes)]]
    if variable.kind == "multi":
        return [code for code in variable.codes if code not in variable.exclusive]
    if variable.kind in ("integer", "number"):
        return [str(int(variable.minimum or 0) + number % 7)]
    return ["0812345678"] if variable.format == "phone" else [f"ข้อความ {number}"]


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


def test_a_question_is_passed_over_and_taken_up_again(house, enumerating, page_of):
    address = house.address("skip", "tap_water")
    answer = enumerating.post(address, {"skip:tap_water": "refused"})
    page = page_of(answer)
    assert page.typed("skip:tap_water") == ["refused"]
    house.visit.refresh_from_db()
    assert house.visit.skips == {"tap_water": "refused"}
    enumerating.post(address, {"skip:tap_water": "clear"})
    house.visit.refresh_from_db()
    assert house.visit.skips == {}


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
    steps = pages.chapters(house.visit, _asked(house))
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
        assert enumerating.get(address).status_code in (400, 404), address


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


def test_start_offers_the_current_round_and_goes_on_with_a_draft(house, enumerating):
    address = reverse("surveys:start", args=[house.household.pk])
    assert enumerating.get(address).status_code == 200
    refused = enumerating.post(address, {"year": "2026", "round": "1", "surveyed_on": "31/31/2569"})
    assert refused.status_code == 422
    begun = enumerating.post(address, {"year": "2026", "round": "1", "surveyed_on": "1/3/2569"})
    assert begun.url == house.address("visit")
    assert Visit.objects.count() == 1


def test_people_without_a_house_are_named_by_their_place_as_it_was_described(house, enumerating):
    Household.objects.filter(pk=house.household.pk).update(house_no="", road="ใต้สะพานข้างวัด")
    for page in (reverse("surveys:start", args=[house.household.pk]), house.address("visit")):
        assert ">ใต้สะพานข้างวัด, " in enumerating.get(page).content.decode()


def test_start_proposes_the_round_in_work_and_leads_to_it(house, enumerating):
    Visit.objects.filter(pk=house.visit.pk).update(round=3)
    html = enumerating.get(reverse("surveys:start", args=[house.household.pk])).content.decode()
    assert '<option value="3" selected>3 (2026: draft)</option>' in html
    assert f'href="{house.address("visit")}">Go on with 2026, round 3' in html


def test_start_proposes_the_first_round_without_a_visit_and_marks_the_others(house, enumerating):
    Visit.objects.filter(pk=house.visit.pk).update(status="approved")
    factories.visit(house.household, year=2026, round=2, status="not_surveyed", not_surveyed="away")
    html = enumerating.get(reverse("surveys:start", args=[house.household.pk])).content.decode()
    assert '<option value="1">1 (2026: approved)</option>' in html
    assert '<option value="2">2 (2026: could not be surveyed)</option>' in html
    assert '<option value="3" selected>3</option>' in html


def test_a_round_that_was_surveyed_keeps_the_form_and_leads_to_its_visit(house, enumerating):
    Visit.objects.filter(pk=house.visit.pk).update(status="approved")
    address = reverse("surveys:start", args=[house.household.pk])
    again = {"year": "2026", "round": "1", "surveyed_on": "2/3/2569"}
    refused = enumerating.post(address, again)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "has a visit in this round already" in html and 'value="2/3/2569"' in html
    assert f'<a href="{house.address("visit")}">Open that visit</a>' in html
    ahead = enumerating.post(address, again | {"round": "2", "surveyed_on": "1/1/2600"})
    assert ahead.status_code == 422 and "in the future" in ahead.content.decode()


def test_handing_in_names_what_is_open_and_asks_why(house, enumerating):
    address = house.address("submit")
    visits.answer(
        visit=house.visit.pk, variable="tap_water", value="true",
        by=viewer_behind(house.enumerator),
    )  # fmt: skip
    html = enumerating.get(address).content.decode()
    assert "questions are still open" in html and "Part 2: Physical capital" in html
    assert enumerating.post(address, {}).status_code == 422
    assert enumerating.post(address, {"open_reason": "absent"}).url == house.address("visit")
    house.visit.refresh_from_db()
    assert house.visit.status == "submitted"


def test_after_handing_in_the_page_leads_to_the_scores_and_to_the_next_household(
    house, enumerating
):
    before = enumerating.get(house.address("visit")).content.decode()
    recorder = viewer_behind(house.enumerator)
    visits.answer(visit=house.visit.pk, variable="tap_water", value="true", by=recorder)
    visits.submit(visit=house.visit.pk, open_reason="unknown", by=recorder)
    after = enumerating.get(house.address("visit")).content.decode()
    home = reverse("registry:household", args=[house.visit.household_id])
    for way in (
        f'href="{home}?open=capitals#capitals"',
        '<a class="btn btn-outline-primary" href="/">',
    ):
        assert way not in before
        assert way in after
    assert Visit.objects.get(pk=house.visit.pk).status == "submitted"
    assert "Its answers count from handing in on, also before approval" in after
    assert Household.objects.get(pk=house.visit.household_id).surveyed_on == house.visit.surveyed_on


def test_an_answer_that_hardly_can_be_is_asked_about_and_kept(house, enumerating):
    Person.objects.filter(pk=house.head.pk).update(birth_year=1955)  # 71 on the day of the visit
    asked = "60 or older, and at school. Is that right? (proposed check)"
    key = keys.to_text(house.head.pk)
    page = reverse("surveys:person_section", args=[house.visit.pk, "members", house.head.pk])
    assert "Is that right?" not in enumerating.get(page).content.decode()
    saved = enumerating.post(
        house.address("answer", "studying_level"), {"studying_level": "diploma", "person": key}
    )
    assert saved.status_code == 200 and f'<p class="doubt">{asked}</p>' in saved.content.decode()
    assert asked in enumerating.get(page).content.decode()
    for address in (house.address("visit"), house.address("submit")):
        shown = enumerating.get(address).content.decode()
        assert asked in shown and f"{page}#q-studying_level" in shown
    enumerating.post(house.address("submit"), {"open_reason": "unknown"})
    house.visit.refresh_from_db()
    assert house.visit.status == "submitted"


def test_doubts_stand_a_line_each_and_stay_to_be_read_once_the_visit_is_approved(house, sign_in):
    Person.objects.filter(pk=house.head.pk).update(birth_year=1955)
    visits.answer(
        visit=house.visit.pk, variable="studying_level", value="primary", person=house.head.pk,
        by=viewer_behind(house.enumerator),
    )  # fmt: skip
    lines = [
        "<li>60 or older, and at school. Is that right? (proposed check)</li>",
        "<li>20 or older, in pre-school or primary school. Is that right? (proposed check)</li>",
    ]
    officer = sign_in(house.officer)
    for status, said in (
        ("submitted", "Please look at these answers again."),
        ("approved", "They were left as they are."),
    ):
        Visit.objects.filter(pk=house.visit.pk).update(status=status)
        shown = officer.get(house.address("visit")).content.decode()
        assert "".join(lines) in shown and said in shown


def test_a_page_with_a_doubtful_answer_is_shown_once_more_before_it_goes_on(house, enumerating):
    Person.objects.filter(pk=house.head.pk).update(birth_year=1955)
    page = reverse("surveys:person_section", args=[house.visit.pk, "members", house.head.pk])
    asked = "60 or older, and at school. Is that right? (proposed check)"

    def press(level: str, **more: str) -> str:
        html = enumerating.get(page).content.decode()
        shown = unescape(re.search(r'name="shown" value="([^"]*)"', html)[1])
        sent = {"shown": shown, "go": "next", "studying_level": level, **more}
        return enumerating.post(page, sent).url

    assert press("diploma") == f"{page}#q-studying_level"
    again = enumerating.get(page).content.decode()
    assert asked in again and "if it is right, go on" in again
    assert press("diploma") != f"{page}#q-studying_level"
    assert press("primary") == f"{page}#q-studying_level"  # another doubt
    assert page not in press("primary")


def test_the_head_of_fifty_is_not_asked_about(house, enumerating):
    key = keys.to_text(house.head.pk)
    there = house.address("answer", "studying_level")
    saved = enumerating.post(there, {"studying_level": "bachelor", "person": key})
    assert saved.status_code == 200 and "doubt" not in saved.content.decode()


def test_who_recorded_is_told_that_another_approves_or_that_nobody_else_can(house, sign_in):
    Visit.objects.filter(pk=house.visit.pk).update(
        status="submitted", submitted_by=house.officer.user_id
    )
    officer = sign_in(house.officer)
    alone = officer.get(house.address("visit")).content.decode()
    assert "nobody else of your organisation can approve it" in alone
    assert house.address("approve") in alone
    factories.member("tambon_officer", of=house.officer.organization, username="colleague")
    page = officer.get(house.address("visit")).content.decode()
    assert "Another member of your organisation has to approve it" in page
    assert house.address("approve") not in page and house.address("return") in page
    assert officer.post(house.address("approve")).status_code == 403
    thai = sign_in(house.officer, "th").get(house.address("visit")).content.decode()
    assert "ต้องให้สมาชิกคนอื่นในหน่วยงานของท่านเป็นผู้รับรอง" in thai


def test_the_officer_returns_and_approves_on_screen(house, sign_in):
    Visit.objects.filter(pk=house.visit.pk).update(status="submitted")
    officer = sign_in(house.officer)
    html = officer.get(house.address("visit")).content.decode()
    assert house.address("approve") in html and house.address("return") in html
    assert officer.post(house.address("return"), {"reason": ""}).status_code == 422
    officer.post(house.address("return"), {"reason": "ตรวจอีกครั้ง"})
    assert "ตรวจอีกครั้ง" in officer.get(house.address("visit")).content.decode()
    Visit.objects.filter(pk=house.visit.pk).update(status="submitted")
    officer.post(house.address("approve"))
    house.visit.refresh_from_db()
    assert house.visit.status == "approved"


def test_could_not_be_surveyed_asks_for_the_reason(house, enumerating):
    address = house.address("not_surveyed")
    assert enumerating.post(address, {}).status_code == 422
    enumerating.post(address, {"why": "moved"})
    assert "moved away" in enumerating.get(house.address("visit")).content.decode()
    enumerating.post(house.address("reopen"))
    house.visit.refresh_from_db()
    assert house.visit.status == "draft"


def test_a_table_s_row_is_passed_over_by_itself(house, enumerating, page_of):
    sent = {"skip:group_member__finance": "unknown", "revision": "0"}
    answer = enumerating.post(house.address("skip_row", "group_member__finance"), sent)
    assert answer["X-Question"] == "group_member__finance"
    assert 'id="m-group_help__finance"' in answer.content.decode()
    house.visit.refresh_from_db()
    row = {"group_member__finance": "unknown", "group_help__finance": "unknown"}
    assert house.visit.skips == row
    page = page_of(enumerating.get(house.address("section", "social")))
    assert page.typed("skip:group_member__finance") == ["unknown"]


def test_without_javascript_a_row_s_reason_is_for_its_open_questions(house, enumerating, page_of):
    address = house.address("section", "social")
    opened = page_of(enumerating.get(address)).values
    sent = {
        "group_member__welfare": ["true"],
        "skip:group_member__welfare": ["absent"],
        "skip:activity_level__religion": ["refused"],
    }
    enumerating.post(address, opened | sent)
    house.visit.refresh_from_db()
    assert house.visit.answers == {"group_member__welfare": True}
    assert house.visit.skips == {
        "group_help__welfare": "absent",
        "activity_level__religion": "refused",
        "activity_frequency__religion": "refused",
    }


def test_a_page_is_passed_over_as_a_whole(house, enumerating):
    answer = enumerating.post(house.address("skip_section", "social"), {"reason": "refused"})
    assert answer.url == house.address("section", "social")
    house.visit.refresh_from_db()
    assert set(house.visit.skips.values()) == {"refused"}


def test_replaced_answers_are_listed(house, enumerating):
    by = viewer_behind(house.enumerator)
    for value in ("rented", "own"):
        visits.answer(visit=house.visit.pk, variable="home_tenure", value=value, by=by)
    html = enumerating.get(house.address("changes")).content.decode()
    assert "rented" in html and "own house and land" in html and "enumerator-" in html


def viewer_behind(member):
    return viewer_of(member.user, member.pk)


def _asked(house):
    return relevance.of_one(documents.load(house.visit))


def test_the_panel_lists_rounds_and_offers_the_next(house, enumerating):
    rounds = queries.visits(viewer_behind(house.enumerator), house.household.pk)
    assert [(one.year, one.round, one.in_work) for one in rounds] == [(2026, 1, True)]
    assert rounds[0].who == house.enumerator.user.display_name


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
