"""Answers that hardly can be are asked about and kept."""

from __future__ import annotations

import re
from html import unescape

from django.urls import reverse

from tests.surveys.screens import viewer_behind
from wattana.kernel import keys
from wattana.registry.models import Person
from wattana.surveys.actions import visits
from wattana.surveys.models import Visit


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
