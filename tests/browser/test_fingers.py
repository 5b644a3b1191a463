"""On a phone: what is pressed is high enough for a finger (44 px), figures are named and whole."""

from __future__ import annotations

import pytest

# Links inside a sentence are as high as its line; tiles and shapes of a map are pressed as a whole.
CONTROLS = (
    *(f"main {one}" for one in ("a", "button", "summary", "input", "select", "textarea")),
    "header a", "header button",
)  # fmt: skip
_LOW = """controls => {
  const low = [];
  for (const one of document.querySelectorAll(controls)) {
    const around = one.closest("label, .form-check")?.getBoundingClientRect().height ?? 0;
    const height = Math.max(one.getBoundingClientRect().height, around);
    if (!one.checkVisibility() || !height || one.closest("svg, .tile, .visually-hidden")) continue;
    const words = one.textContent.trim();
    const inSentence = getComputedStyle(one).display === "inline"
      && one.parentElement.textContent.trim().length > words.length + 3;
    if (!inSentence && height < 43.5) low.push(`${one.tagName} ${words || one.name}`);
  }
  return low;
}"""
_NAMELESS = """() => [...document.querySelectorAll(".table-cards td:not([data-label])")]
  .filter(cell => cell.textContent.trim() && !cell.querySelector("a, button"))
  .map(cell => cell.textContent.trim())"""
_ENLARGE = """() => {
  for (const one of document.querySelectorAll(".figure-big")) one.textContent = "123,456,789";
}"""
_BROKEN = """() => {
  const broken = [];
  for (const figure of document.querySelectorAll(".figure-big")) {
    const range = document.createRange();
    range.selectNodeContents(figure);
    const tile = figure.closest("li, .figures > *").getBoundingClientRect();
    const lines = [...range.getClientRects()].length;
    const right = range.getBoundingClientRect().right;
    if (lines > 1 || right > tile.right) broken.push(figure.textContent);
  }
  return broken;
}"""


@pytest.mark.parametrize("language", ["th", "en"])
def test_what_an_officer_presses_on_a_phone_is_high_enough(desk, language):
    seat = desk("tambon", language=language, width=360)
    page = seat.open("/households/")
    home = page.locator("main table a[href^='/households/0']").first.get_attribute("href")
    page = seat.open(home + "?open=visits")
    visit = page.locator("#visits table a[href^='/visits/0']").first.get_attribute("href")
    seen = {
        there: seat.open(there).evaluate(_LOW, ", ".join(CONTROLS)) + page.evaluate(_NAMELESS)
        for there in (
            "/", "/households/", "/households/new/", home, visit, f"{visit}financial/",
            "/areas/330103/", "/areas/330103/change/",
        )
    }  # fmt: skip
    assert {there: low for there, low in seen.items() if low} == {}


def test_a_large_number_on_a_phone_is_neither_broken_nor_wider_than_its_tile(desk):
    page = desk("province", width=360).open("/referrals/board/")
    assert page.evaluate(_BROKEN) == []
    page.evaluate(_ENLARGE)
    assert page.evaluate(_BROKEN) == []
