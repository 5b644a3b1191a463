"""What people do, on real pages: sign in, look, search, import, record."""

from __future__ import annotations

from playwright.sync_api import expect


def test_an_officer_signs_in_with_the_keyboard_and_lands_on_her_work(desk):
    seat = desk("tambon", language="en")
    assert seat.page.locator("h1").count() == 1
    assert "33" not in seat.page.url.split("/")[-1]
    seat.page.keyboard.press("Tab")
    assert seat.page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_a_wrong_password_says_so_without_telling_who_exists(desk):
    seat = desk(language="en")
    seat.open("/accounts/sign-in/")
    said = []
    for name in ("tambon", "nobody-of-this-name"):
        seat.page.fill("[name=username]", name)
        seat.page.fill("[name=password]", "not the password")
        seat.page.press("[name=password]", "Enter")
        seat.page.wait_for_load_state("load")
        said.append(seat.page.inner_text("main"))
    assert said[0] == said[1].replace("nobody-of-this-name", "tambon")


def test_the_language_changes_on_every_page(desk):
    seat = desk("tambon", language="th")
    seat.open("/households/")
    seat.page.click("button[lang=en]")
    seat.page.wait_for_load_state("load")
    assert seat.page.get_attribute("html", "lang") == "en"
    assert "/households/" in seat.page.url


def test_without_scripts_a_household_is_found_and_read(desk):
    seat = desk("tambon", language="en", scripts=False)
    seat.open("/households/")
    seat.page.locator("main table a[href^='/households/']").first.click()
    seat.page.wait_for_load_state("load")
    assert seat.page.locator("h1").count() == 1
    seat.page.locator("#capitals > details > summary").click()
    seat.page.locator("#capitals [data-part] a").click()
    expect(seat.page.locator("#capitals svg").first).to_be_visible()


def test_the_district_drills_down_from_map_to_household(desk):
    seat = desk("district", language="en")
    seat.open("/areas/3301/")
    seat.page.locator("main a[href='/areas/330103/']").first.click()
    seat.page.wait_for_url("**/areas/330103/**")
    seat.page.locator("main a[href^='/areas/33010']").last.click()
    seat.page.wait_for_load_state("load")
    assert seat.page.locator("h1").count() == 1
