"""No sentence stands outside the catalogues, in templates or code; each is complete in Thai."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

ROOMS = Path(__file__).resolve().parents[2] / "src" / "wattana"
TEMPLATES = sorted(ROOMS.rglob("templates/**/*.html"))
CODE = sorted(ROOMS.rglob("*.py"))
CATALOGUES = sorted(ROOMS.rglob("locale/th/LC_MESSAGES/django.po"))
OF_COMMANDS = ROOMS / "kit/locale/th/LC_MESSAGES/commands.po"

_BLOCK = re.compile(r"{%\s*blocktrans(late)?\b.*?{%\s*endblocktrans(late)?\s*%}", re.DOTALL)
_COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", re.DOTALL)
_CODE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[A-Za-z\u0E01-\u0E2E]{2,}")
_SPOKEN = re.compile(
    r"""\b(?:title|alt|placeholder|aria-label|data-label|data-confirm)="([^"]*)\""""
)
_INSIDE = re.compile(r"{%(.*?)%}|{{(.*?)}}", re.DOTALL)
_MARKED = re.compile(r"_\((\"[^\"]*\"|'[^']*')\)")
_SHOWN_INSTEAD = re.compile(r"\|(?:default|default_if_none|yesno):[\"']([^\"']*)[\"']")
_HANDED_ON = re.compile(r"\b\w+=[\"]([^\"]*)[\"]|\b\w+='([^']*)'")
_READS_AS_TEXT = re.compile(r"[\u0E01-\u0E2E]|^[A-Z][a-z]|[A-Za-z] [A-Za-z]")
LABELS = {"label", "help_text", "empty_label", "verbose_name", "title", "caption", "heading"}
PROBLEMS = {"Problem", "Invalid", "NotFound", "Forbidden", "Conflict", "ValidationError"}
NAMES = {"LINE", "SMS", "TPMAP", "Thai", "QM"}  # the same in both languages
ALLOWED = {"English", "ทย", "CSV", "XLSX", "doctype", "html", "nbsp", "middot"}


def test_there_is_something_to_look_at():
    assert len(TEMPLATES) > 100
    assert len(CATALOGUES) >= 12
    assert sum(1 for file in CODE for _ in said_in(file)) > 300


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOMS)))
def test_the_template_has_no_bare_text(file: Path):
    text = file.read_text(encoding="utf-8")
    for pattern in (_COMMENT, _BLOCK):
        text = pattern.sub(" ", text)
    text = _CODE.sub(" ", text)
    spoken = " ".join(_SPOKEN.findall(text))
    bare = set(_WORD.findall(_TAG.sub(" ", text))) | set(_WORD.findall(spoken))
    assert bare <= ALLOWED, f"not translated: {sorted(bare - ALLOWED)}"


def handed_on(template: str) -> set[str]:
    """Words that tags and variables of a template bring to the page without the catalogue."""
    found: set[str] = set()
    for tag, variable in _INSIDE.findall(_COMMENT.sub(" ", template)):
        inside = _MARKED.sub(" ", tag or variable)
        found |= {word for one in _SHOWN_INSTEAD.findall(inside) for word in _WORD.findall(one)}
        if not tag.split() or tag.split()[0] in ("url", "load", "if", "elif"):
            continue
        texts = (one or other for one, other in _HANDED_ON.findall(inside))
        found |= {text for text in texts if _READS_AS_TEXT.search(text)}
    return found


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOMS)))
def test_the_template_hands_no_bare_text_on(file: Path):
    assert handed_on(file.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("template", "bare"),
    [
        ('{% include "a/b.html" with head="By agency" %}', {"By agency"}),
        ("{% include 'a/b.html' with head='รวม' rows=found %}", {"รวม"}),
        ('{{ name|default:"not known" }}', {"not", "known"}),
        ('{{ held|yesno:"yes,no" }}', {"yes", "no"}),
        ('{% include "a/b.html" with head=_("All") kind="wide" %}{{ x|default:_("none") }}', set()),
        ('{% url "a:b" kind="A b" %}{{ x|default:"–" }}', set()),
    ],
)  # fmt: skip
def test_text_inside_tags_is_seen(template: str, bare: set[str]):
    assert handed_on(template) == bare


def said_in(file: Path) -> Iterator[ast.expr]:
    """What the problems and the messages of a file say."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            place = 1 if name.startswith("messages.") else 0
            if (place or name.split(".")[-1] in PROBLEMS) and len(node.args) > place:
                yield node.args[place]


def test_what_code_says_is_marked_for_the_catalogue():
    bare = [
        f"{file.name}:{one.lineno}"
        for file in CODE
        for one in said_in(file)
        if isinstance(one, ast.JoinedStr) or (isinstance(one, ast.Constant) and one.value)
    ]
    assert bare == []


def named_in(text: str) -> Iterator[ast.expr]:
    """Labels and hints of forms, names of choices, words that a view answers with."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            yield from (word.value for word in node.keywords if word.arg in LABELS)
            if ast.unparse(node.func).split(".")[-1] in ("HttpResponse", "Http404"):
                yield from node.args[:1]
        if isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(b) for b in node.bases):
            pairs = (one.value for one in node.body if isinstance(one, ast.Assign))
            yield from (one.elts[-1] for one in pairs if isinstance(one, ast.Tuple))


def bare_names(text: str) -> list[str]:
    return [ast.unparse(one) for one in named_in(text) if set(words_of(one)) - NAMES]


def words_of(said: ast.expr) -> Iterator[str]:
    """The words that stand in the code itself, outside tags of HTML."""
    parts = said.values if isinstance(said, ast.JoinedStr) else [said]
    fixed = (one.value for one in parts if isinstance(one, ast.Constant))
    yield from _WORD.findall(_TAG.sub(" ", "".join(one for one in fixed if isinstance(one, str))))


def test_what_forms_and_choices_are_called_is_marked_for_the_catalogue():
    bare = {
        str(file.relative_to(ROOMS)): found
        for file in CODE
        if "migrations" not in file.parts and (found := bare_names(file.read_text("utf-8")))
    }
    assert bare == {}


@pytest.mark.parametrize(
    "code",
    [
        'name = forms.CharField(label="Name")',
        'name = forms.CharField(label=_("Name"), help_text=f"of {whom}")',
        'class State(models.TextChoices):\n    OPEN = "open", "Open"',
        'raise Http404("ไม่พบ")',
    ],
)
def test_a_bare_name_is_seen(code: str):
    assert len(bare_names(code)) == 1


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-5])
def test_the_catalogue_is_complete(file: Path):
    open_entries = [
        e.msgid for e in polib.pofile(str(file)) if not e.obsolete and not e.translated()
    ]
    assert open_entries == []


@pytest.mark.parametrize("file", [*CATALOGUES, OF_COMMANDS], ids=lambda file: file.parts[-5])
def test_the_catalogue_holds_no_guess_and_nothing_left_over(file: Path):
    catalogue = polib.pofile(str(file))
    assert not catalogue.metadata_is_fuzzy
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-5])
def test_translations_keep_their_places(file: Path):
    for entry in polib.pofile(str(file)):
        if entry.obsolete:
            continue
        wanted = sorted(re.findall(r"%\(\w+\)[sd]", entry.msgid))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                assert set(re.findall(r"%\(\w+\)[sd]", text)) <= set(wanted), entry.msgid


def test_a_text_says_the_same_in_every_room():
    """The catalogues become one when Django reads them: of two translations only one is ever seen.

    A word that means two things needs two texts, or a context.
    """
    said: dict[tuple[str | None, str], set[str]] = {}
    for file in CATALOGUES:
        for entry in polib.pofile(str(file)):
            if not entry.obsolete:
                told = entry.msgstr or entry.msgstr_plural.get(0, "")
                said.setdefault((entry.msgctxt, entry.msgid), set()).add(told)
    assert {text: told for text, told in said.items() if len(told) > 1} == {}


def test_a_text_in_a_formatted_string_is_in_the_catalogues_too():
    """The tool that gathers texts does not look into these."""
    known = {entry.msgid for file in CATALOGUES for entry in polib.pofile(str(file))}
    hidden = {
        given.value: f"{file.relative_to(ROOMS)}:{call.lineno}"
        for file in CODE
        for formatted in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(formatted, ast.JoinedStr)
        for call in ast.walk(formatted)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in {"_", "gettext", "ngettext", "pgettext", "N_"}
        for given in call.args[-1:]
        if isinstance(given, ast.Constant)
    }
    assert hidden and hidden.keys() <= known, hidden.keys() - known
