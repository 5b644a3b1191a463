"""Answers of a visit that hardly can be: asked about beside the question and before handing in.

What is asked about stands in the codebook (`doubts`); nothing is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from wattana.accounts.viewer import Viewer
from wattana.rules import codebook as codebooks
from wattana.rules.doubts import raised
from wattana.rules.variables import Doubt
from wattana.surveys import questions
from wattana.surveys.documents import Document
from wattana.surveys.pages import Chapter
from wattana.surveys.progress import Asked

Doubts = Mapping[str, list[str]]
"""What is asked about answers, in words, by question."""


@dataclass(frozen=True)
class Look:
    """An answer to look at again, and where it stands."""

    url: str
    name: str  # of the member; "" for the household
    label: str
    asked: list[str]


def of_part(document: Document, person: int | None, hidden: Collection[str] = ()) -> Doubts:
    """The doubts about the answers of the household, or of one member."""
    level, row, persons = "household", document.household.answers, _persons(document)
    if person is not None:
        member = document.members[person]
        level, row, persons = "person", {**row, **member.facts, **member.part.answers}, []
    answered = document.part(person).answers.keys() - set(hidden)
    found: dict[str, list[str]] = defaultdict(list)
    for name, doubt in raised(codebooks.load(), level, row, persons):
        if name in answered:
            found[name].append(in_words(doubt))
    return found


def in_words(doubt: Doubt) -> str:
    """The question that a doubt asks."""
    said = questions.in_language(doubt, "ask")
    if doubt.status == "proposed":
        return gettext("%(doubt)s. Is that right? (proposed check)") % {"doubt": said}
    return gettext("%(doubt)s. Is that right?") % {"doubt": said}


def of_visit(viewer: Viewer, chapters: list[Chapter], asked: Asked) -> list[Look]:
    """All of a visit that the viewer may see, in the order of its pages."""
    return [
        Look(f"{step.url}#q-{one.name}", step.name, questions.in_language(one, "label"), found)
        for chapter in chapters
        for step in chapter.steps
        if (doubts := of_part(asked.document, step.person, asked.hidden[step.person]))
        for one in step.section.variables
        if (found := doubts.get(one.name)) and questions.may_see(viewer, one)
    ]


def _persons(document: Document) -> list[dict[str, Any]]:
    return [{**one.facts, **one.part.answers} for one in document.members.values()]
