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
