"""Sections of a household's page come when they are opened, also without scripts and on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect


def household(seat, hash_: str = "") -> Page:
    page = seat.open("/households/")
    there = page.locator("main table a[href^='/households/0']").first.get_attribute("href")
    return seat.open(there + hash_)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_section_comes_when_its_heading_is_chosen(desk, width):
    page = household(desk("tambon", language="en", width=width))
    section = page.locator("#visits")
    expect(section.locator("a[href^='/visits/start/']")).to_have_count(0)
    section.locator("summary").first.click()
    expect(section.locator("a[href^='/visits/start/']")).to_be_visible()
    expect(section.locator("[data-part]")).to_have_count(0)


def test_an_address_that_points_at_a_section_reaches_it_opened(desk):
    seat = desk("tambon", language="en")
    page = household(seat, "#referrals")
    expect(page.locator("#referrals a", has_text="Record a need")).to_be_visible()
    page.locator("nav.contents a[href='#capitals']").click()
    expect(page.locator("#capitals table").first).to_be_visible()


def test_without_scripts_a_link_inside_leads_to_the_page_with_the_section_unfolded(desk):
    page = household(desk("tambon", language="en", scripts=False))
    page.locator("#referrals > details > summary").click()
    page.locator("#referrals a", has_text="Show").click()
    assert page.url.endswith("?open=referrals#referrals")
    expect(page.locator("#referrals a", has_text="Record a need")).to_be_visible()


def test_a_form_of_a_section_returns_to_it_opened(desk):
    page = household(desk("tambon", language="en"), "?open=referrals#referrals")
    page.locator("#referrals button", has_text="Let the rules propose").click()
    page.wait_for_url(re.compile("open=referrals#referrals$"))
    expect(page.locator("#referrals button", has_text="Let the rules propose")).to_be_visible()


def test_a_printed_page_has_all_sections(desk):
    page = household(desk("tambon", language="en"))
    assert page.locator("[data-part]").count() > 3
    page.pdf()
    assert page.locator("[data-part]").count() == 0
    assert page.locator("details.fold:not([open])").count() == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_the_list_of_sections_stays_in_reach_on_a_long_page(desk, width):
    page = household(desk("tambon", width=width), "?open=all")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight / 2)")
    sections = page.locator("nav.contents")
    expect(sections).to_be_in_viewport()
    sections.locator("a[href='#people']").click()
    expect(page.locator("#people-title")).to_be_in_viewport()
    below = page.evaluate(
        "document.querySelector('#people').getBoundingClientRect().top"
        " - document.querySelector('nav.contents').getBoundingClientRect().bottom"
    )
    assert below >= -1, "the heading does not stand behind the list"


def test_sections_that_were_opened_stay_so_on_the_next_household(desk):
    seat = desk("tambon", language="en")
    page = household(seat)
    page.locator("#people > details > summary").click()
    page.locator("#visits > details > summary").click()
    seat.open("/households/")
    page.locator("main table a[href^='/households/0']").nth(1).click()
    expect(page.locator("#visits a[href^='/visits/start/']")).to_be_visible()
    expect(page.locator("#people table")).to_be_hidden()
    assert page.evaluate("sessionStorage.sections") == '{"people":false,"visits":true}'


def test_on_a_phone_relations_paths_and_the_list_of_sections_break_where_they_may(desk):
    page = household(desk("tambon", width=360))
    relations = page.locator("#people td .together")
    assert relations.evaluate_all("all => all.every(one => one.getClientRects().length === 1)")
    strokes = page.locator("ol.breadcrumb .breadcrumb-item").evaluate_all(
        "all => all.map(one => [getComputedStyle(one, '::before').content,"
        " getComputedStyle(one, '::after').content])"
    )
    assert len(strokes) > 2 and {before for before, _ in strokes} == {"none"}
    assert all("/" in after for _, after in strokes[:-1]) and "/" not in strokes[-1][1]
    fade = page.locator("nav.sections").evaluate(
        "nav => [nav.scrollWidth > nav.clientWidth, getComputedStyle(nav, '::after').position,"
        " getComputedStyle(nav, '::after').backgroundImage]"
    )
    assert fade[:2] == [True, "sticky"] and "gradient" in fade[2]
