"""Work without a mouse: what has the focus is seen, and nothing lies over it."""

from __future__ import annotations

import pytest

from tests.browser.test_questionnaire import begin

_OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"
_UNDER_THE_BAR = """() => {
  const focused = document.activeElement;
  const bar = document.querySelector(".save-bar").getBoundingClientRect();
  const own = focused.closest(".questionnaire") && focused.getBoundingClientRect();
  return own && own.bottom > bar.top + 1 ? focused.name || focused.innerText : "";
}"""


def test_fields_and_buttons_show_the_focus(desk):
    page = desk(language="en").open("/accounts/sign-in/")
    for name in ("username", "password"):
        page.focus(f"[name={name}]")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == name
        assert page.evaluate(_OUTLINE) == "solid"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    assert page.evaluate(_OUTLINE) == "solid"


def test_a_refused_sign_in_takes_the_focus_to_what_it_says(desk):
    page = desk(language="en").open("/accounts/sign-in/")
    page.fill("[name=username]", "tambon")
    page.fill("[name=password]", "not the password")
    page.press("[name=password]", "Enter")
    page.locator("[role=alert]").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"


@pytest.mark.parametrize("width", [360, 1280])
def test_no_question_that_has_the_focus_lies_under_the_bar(desk, width):
    page = begin(desk("tambon", language="en", width=width), 3 + (width > 360))
    page.emulate_media(reduced_motion="reduce")  # the page scrolls at once
    page.focus("[name=home_tenure]")
    for _ in range(25):
        page.keyboard.press("Tab")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
        assert page.evaluate(_UNDER_THE_BAR) == ""
