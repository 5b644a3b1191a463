"""Every kind of page that a role can reach, in both languages, wide and narrow."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.crawl import every_kind_of_page, route_of

ROLES = {  # some of what each meets, so that the way there is not lost unseen
    "enumerator": {"surveys:start", "registry:household", "grievances:record"},
    "tambon": {"registry:merge", "surveys:visit", "referrals:plans", "referrals:case",
               "imports:new", "imports:help", "entitlements:missing", "assessment:visit_next"},
    "district": {"referrals:board", "grievances:grievance", "entitlements:ahead"},
    "province": {"reports:measure", "reports:change", "entitlements:what_if"},
    "agency": {"referrals:case", "referrals:clocks", "notices:preferences"},
    "researcher": {"assessment:run", "assessment:schemes", "entitlements:what_if_new"},
    "admin": {"accounts:member_step", "accounts:agreement_renew", "grievances:handlers",
              "notices:jobs"},
}  # fmt: skip
_LABEL_ALONE = """() => [...document.querySelectorAll(".table-cards td[data-label]")]
  .filter(cell => cell.checkVisibility() && !cell.textContent.trim()
    && !cell.querySelector("input, select, textarea, button, img, svg"))
  .map(cell => cell.dataset.label)"""
PHONE = 576
axe = Axe()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("language", "width"), [("th", 360), ("en", 1280)])
def test_every_page_of_the_role(desk, role, language, width):
    seat = desk(role, language=language, width=width)
    faults, visited = [], []
    for address in every_kind_of_page(seat):
        visited.append(address)
        faults += [f"{address}: {fault}" for fault in faults_of(seat, language, width)]
    assert ROLES[role] <= {route_of(address) for address in visited}
    assert faults == []


def test_the_door(desk):
    seat = desk(language="th", width=360)
    seat.open("/accounts/sign-in/")
    assert faults_of(seat, "th", 360) == []


def faults_of(seat, language: str, width: int) -> list[str]:
    page, faults = seat.page, []
    found = axe.run(page)
    for violation in found.response["violations"]:
        targets = [node["target"] for node in violation["nodes"]][:3]
        faults.append(f"axe {violation['id']} at {targets}")
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} h1 headings")
    if page.get_attribute("html", "lang") != language:
        faults.append("wrong language")
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        faults.append(f"{wide} px wide on a screen of {width}")
    if width < PHONE:
        alone = sorted(set(page.evaluate(_LABEL_ALONE)))
        faults += [f"a label of a card with nothing behind it: {label}" for label in alone]
    faults += [f"script error: {said}" for said in seat.faults]
    seat.faults.clear()
    return faults
