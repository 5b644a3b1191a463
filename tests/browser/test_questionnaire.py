"""The questionnaire in a browser: saved as it is given, kept when the line is down."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


def begin(seat, round_: int) -> Page:
    """A new visit of some household, at the page of the physical capital."""
    page = seat.open("/households/")
    page.locator("main table a[href^='/households/0']").first.click()
    page.locator(".actions a[href^='/visits/start/']").click()  # before any section is unfolded
    page.select_option("[name=round]", str(round_))
    page.locator("main form .btn-primary").click()
    page.locator(".steps a[href$='/physical/']").click()
    return page


def test_an_answer_is_saved_as_it_is_given_and_asks_what_follows(desk):
    page = begin(desk("tambon", language="en"), 5)
    expect(page.locator("#q-home_rent")).to_be_hidden()
    page.locator("[name=home_tenure][value=rented]").check()
    expect(page.locator("#saved")).not_to_be_empty()
    expect(page.locator("#q-home_rent")).to_be_visible()
    page.fill("#i-home_rent", "much")
    page.keyboard.press("Tab")
    expect(page.locator("#m-home_rent .problem")).to_be_visible()
    page.fill("#i-home_rent", "1500")
    page.keyboard.press("Enter")
    expect(page.locator("#m-home_rent .problem")).to_have_count(0)
    assert page.evaluate("document.activeElement.name") == "home_condition"
    page.reload()
    expect(page.locator("#i-home_rent")).to_have_value("1500")


def test_an_answer_without_connection_stays_and_is_sent_when_it_is_back(desk):
    seat = desk("tambon", language="th")
    page = begin(seat, 6)
    seat.context.set_offline(True)
    page.locator("[name=tap_water][value=true]").check()
    expect(page.locator("#m-tap_water .problem")).to_be_visible()
    expect(page.locator("[name=tap_water][value=true]")).to_be_checked()
    seat.context.set_offline(False)
    expect(page.locator("#m-tap_water .problem")).to_have_count(0)
    page.reload()
    expect(page.locator("[name=tap_water][value=true]")).to_be_checked()


@pytest.mark.parametrize("width", [360, 1280])
def test_without_scripts_the_button_saves_the_page(desk, width):
    seat = desk("tambon", language="en", scripts=False, width=width)
    page = begin(seat, 7 + (width > 360))
    page.locator("[name=tap_water][value=true]").check()
    page.locator("[name=electricity][value=metered]").check()
    page.locator("button[value=stay]").click()
    expect(page.locator("[name=tap_water][value=true]")).to_be_checked()
    expect(page.locator("#progress")).to_contain_text("2")


def test_a_table_opens_the_chosen_lines_only(desk):
    page = begin(desk("tambon", language="en"), 9)
    page.locator("button[value=next]").click()
    page.locator("[name=debt_sources][value=baac]").check()
    expect(page.locator("#q-debt_outstanding__baac")).to_be_visible()
    expect(page.locator("#q-debt_outstanding__informal")).to_be_hidden()


def saves(page: Page, kind: str) -> list[str]:
    """The questions that are sent from now on, one entry for each request."""
    sent: list[str] = []
    page.on(
        "request",
        lambda asked: (
            sent.append(asked.url.rstrip("/").split("/")[-2 if kind == "skip" else -1])
            if asked.method == "POST" and f"/{kind}/" in asked.url
            else None
        ),
    )
    return sent


def choose_reason_by_keys(page: Page, question: str, steps: int) -> None:
    page.locator(f"#q-{question} summary").click()
    page.locator(f"#s-{question}").focus()
    for _ in range(steps):
        page.keyboard.press("ArrowDown")


def test_of_reasons_that_arrow_keys_walk_through_only_the_last_is_sent(desk):
    page = begin(desk("tambon", language="en"), 5)
    sent = saves(page, "skip")
    choose_reason_by_keys(page, "tap_water", 3)
    chosen = page.locator("#s-tap_water").input_value()
    expect(page.locator("#saved")).not_to_be_empty()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.wait_for_load_state("networkidle")
    assert len(sent) == 2, sent
    page.reload()
    expect(page.locator("#s-tap_water")).to_have_value(chosen)


def test_of_answers_that_arrow_keys_walk_through_only_the_last_is_sent(desk):
    page = begin(desk("tambon", language="en"), 5)
    sent = saves(page, "answer")
    page.locator("[name=home_condition]").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    chosen = page.evaluate("document.activeElement.value")
    expect(page.locator("#saved")).not_to_be_empty()
    assert len(sent) == 1, sent
    page.reload()
    expect(page.locator(f"[name=home_condition][value={chosen}]")).to_be_checked()


def test_a_choice_by_keys_is_not_lost_when_the_page_is_left_at_once(desk):
    page = begin(desk("tambon", language="en"), 5)
    here = page.url
    choose_reason_by_keys(page, "electricity", 2)
    chosen = page.locator("#s-electricity").input_value()
    page.evaluate("location.assign('/households/')")
    page.wait_for_url("**/households/")
    page.goto(here)
    expect(page.locator("#s-electricity")).to_have_value(chosen)


def test_without_scripts_a_reason_is_saved_with_the_page(desk):
    page = begin(desk("tambon", language="en", scripts=False), 6)
    choose_reason_by_keys(page, "electricity", 2)
    chosen = page.locator("#s-electricity").input_value()
    page.locator("button[value=stay]").click()
    expect(page.locator("#s-electricity")).to_have_value(chosen)
