"""The menu of a phone."""

from __future__ import annotations

import pytest


def test_the_menu_of_a_phone_needs_no_script_and_no_mouse(desk):
    page = desk("tambon", language="en", width=360, scripts=False).open("/")
    households = page.locator("#site-menu").get_by_role("link", name="Households")
    assert not households.is_visible()
    assert page.locator(".site-header").bounding_box()["height"] < 110
    page.locator("button.menu-button[popovertarget]").last.focus()
    page.keyboard.press("Enter")
    households.wait_for(state="visible")
    page.keyboard.press("Escape")
    households.wait_for(state="hidden")


def test_on_a_desk_the_places_stand_in_the_header(desk):
    page = desk("tambon", language="en").open("/")
    assert page.get_by_role("link", name="Households", exact=True).first.is_visible()
    assert not page.locator(".menu-button").last.is_visible()


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("username", ["admin", "tambon"])
def test_the_header_of_a_desk_is_one_row(desk, username, language):
    page = desk(username, language=language).open("/")
    tops = (
        page.locator(".site-header")
        .locator("a:visible, button:visible")
        .evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().bottom / 20))")
    )
    assert len(set(tops)) == 1


def test_a_long_name_and_news_leave_the_header_of_an_administrator_one_row(desk):
    page = desk("admin", language="th").open("/")
    page.evaluate(
        """() => {
          document.querySelector(".site-header .name").textContent = "ชื่อยาว ".repeat(20);
          document.querySelector(".site-header .who a").insertAdjacentHTML(
            "beforeend", ' <span class="badge badge-proposed">12</span>');
        }"""
    )
    assert page.locator(".site-header .inner").bounding_box()["height"] < 70
