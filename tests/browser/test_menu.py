"""The menu of a phone."""

from __future__ import annotations


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
