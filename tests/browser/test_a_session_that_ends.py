"""Half an hour away from an open form: nothing that was typed is lost."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.test_questionnaire import begin


def test_a_form_that_stood_open_is_kept_and_goes_in_after_signing_in_elsewhere(desk):
    one = desk("tambon", language="en")
    page = one.page
    page.clock.install()
    one.open("/households/new/")
    page.fill("[name=house_no]", "77/7")
    one.context.clear_cookies(name="sessionid")  # the session has ended
    page.clock.fast_forward("40:00")
    page.locator("main form button.btn-primary").click()
    page.locator(".signed-out").wait_for()
    assert "What you typed stays here" in page.inner_text(".signed-out")
    assert page.input_value("[name=house_no]") == "77/7"

    window = one.context.new_page()
    one.page = window
    one.sign_in("tambon")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/households/*/people/new/")
    assert page.locator(".signed-out").count() == 0


def test_an_answer_of_a_survey_goes_in_after_signing_in_elsewhere(desk):
    seat = desk("tambon", language="en")
    page = begin(seat, 9)
    seat.context.clear_cookies(name="sessionid")
    page.locator("[name=tap_water][value=true]").check()
    expect(page.locator("#m-tap_water .problem")).to_contain_text("you are signed out")
    expect(page.locator("[name=tap_water][value=true]")).to_be_checked()

    seat.page = seat.context.new_page()
    seat.sign_in("tambon")
    page.locator("#m-tap_water button").click()
    expect(page.locator("#m-tap_water .problem")).to_have_count(0)
    page.reload()
    expect(page.locator("[name=tap_water][value=true]")).to_be_checked()
