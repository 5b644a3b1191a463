"""The slider of the cut-off moves headcounts, curve and map; without scripts the field does."""

from __future__ import annotations

from playwright.sync_api import expect

PAGE = "/measures/livelihood_mpi/"


def headcount(page):
    return page.locator("#results .figure-big").nth(1)


def test_the_slider_moves_all_figures_and_the_address_keeps_what_is_asked(desk):
    seat = desk("district", language="en")
    page = seat.open(PAGE)
    at_a_third, curve = headcount(page).inner_text(), page.locator(".chart-curves").inner_html()
    page.locator("#k-slider").fill("0.6")
    expect(headcount(page)).not_to_have_text(at_a_third)
    assert page.locator(".chart-curves").inner_html() != curve
    assert page.locator("#k").input_value() == "0.6"
    page.select_option("#group", "head_sex")
    expect(page.locator("#groups-title")).to_be_visible()
    assert "k=0.6" in page.url and "group=head_sex" in page.url
    moved = headcount(page).inner_text()
    page.reload()
    expect(headcount(page)).to_have_text(moved)
    assert seat.faults == []


def test_the_field_does_it_without_scripts(desk):
    page = desk("district", language="th", width=360, scripts=False).open(PAGE)
    before = headcount(page).inner_text()
    assert page.locator("#k-slider").count() == 0
    page.fill("#k", "0.6")
    page.click(".measure-controls button")
    expect(headcount(page)).not_to_have_text(before)
