"""How files are imported stands in the app, as docs/ has it, in the language of the reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests.registry.pages import text_of
from wattana.registry.imports.views.guidance import FOLDER

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).parents[4] / "docs"


@pytest.mark.parametrize("route", ["list", "new"])
def test_the_pages_of_imports_lead_there(officer, route):
    assert (
        f'href="{reverse("imports:help")}"'
        in officer.get(reverse(f"imports:{route}")).content.decode()
    )


@pytest.mark.parametrize(
    ("language", "file", "other"), [("en", "files.md", "ภาษาไทย"), ("th", "files.th.md", "English")]
)
def test_the_whole_document_is_shown_in_the_language_of_the_reader(officer, language, file, other):
    officer.cookies["django_language"] = language
    page = officer.get(reverse("imports:help"))
    html, said = page.content.decode(), text_of(page)
    written = (DOCS / file).read_text()
    headings = re.findall(r"^(#+) (.+)$", written, re.MULTILINE)
    assert len(headings) > 5
    for _, words in headings:
        assert words in said
    assert html.count("<h1>") == 1
    assert html.count("<table") == len(re.findall(r"^[|](---[|])+$", written, re.MULTILINE))
    assert f"{other}</a></p>" not in html and '.md"' not in html, "no link leads out of the app"


def test_an_installation_without_docs_has_it_too():
    package = (Path(__file__).parents[4] / "pyproject.toml").read_text()
    assert '"**/guides/*.md"' in package
    for language, file in (("en", "files.md"), ("th", "files.th.md")):
        assert (FOLDER / f"files.{language}.md").resolve() == DOCS / file
