"""The pages of one visit in their order, each with its progress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from wattana.kernel.problems import N_, NotFound
from wattana.rules import codebook as codebooks
from wattana.rules.codebook import Section, Variable
from wattana.surveys.models import Visit
from wattana.surveys.progress import Asked, Progress

NO_PAGE = N_("The questionnaire has no such page.")


@dataclass(frozen=True)
class Step:
    """One page to fill in: a section, for one member where it asks about members."""

    section: Section
    person: int | None
    name: str  # of the member
    url: str
    progress: Progress


@dataclass(frozen=True)
class Chapter:
    """A section on the overview: its one page, or a page for each member."""

    section: Section
    steps: list[Step]

    @property
    def progress(self) -> Progress:
        total = Progress()
        for step in self.steps:
            total += step.progress
        return total


def named(key: str) -> Section:
    """The section of an address. Raises `NotFound`."""
    found = next((one for one in codebooks.load().sections if one.key == key), None)
    if found is None:
        raise NotFound(NO_PAGE)
    return found


def sections() -> Iterator[Section]:
    """The sections in which a visit asks something."""
    return (section for section in codebooks.load().sections if kept(section))


def kept(section: Section) -> list[Variable]:
    """The questions of a section that a survey asks and a visit keeps."""
    return [one for one in section.variables if one.stored == "answers" and not one.on_request]


def requested(section: Section, names: str) -> list[Variable]:
    """Of names that an address gives (a,b,c), the questions of a section asked on request only."""
    wanted = names.split(",")
    return [one for one in section.variables if one.on_request and one.name in wanted]


def only_requested(section: Section) -> bool:
    """Whether all that a section asks is asked on request."""
    return not kept(section) and any(one.on_request for one in section.variables)


def chapters(visit: Visit, asked: Asked) -> list[Chapter]:
    """All pages by section."""
    return [Chapter(section, list(_steps(visit, section, asked))) for section in sections()]


def beside(visit: Visit, asked: Asked, section: str, person: int | None) -> dict[str, Any]:
    """The page itself, the one before and the one after it (none at the ends)."""
    steps = [step for chapter in chapters(visit, asked) for step in chapter.steps]
    places = (
        index
        for index, step in enumerate(steps)
        if step.section.key == section and step.person == person
    )
    at = next(places, None)
    if at is None:  # a page of what is asked on request only stands alone
        return {"step": _alone(visit, section), "number": 1, "count": 1, "alone": True}
    return {
        "step": steps[at],
        "number": at + 1,
        "count": len(steps),
        "previous": steps[at - 1] if at else None,
        "next": steps[at + 1] if at + 1 < len(steps) else None,
    }


def _alone(visit: Visit, key: str) -> Step:
    section = codebooks.load().section(key)
    return Step(section, None, "", reverse("surveys:section", args=[visit.pk, key]), Progress())


def _steps(visit: Visit, section: Section, asked: Asked) -> Iterator[Step]:
    if section.level == "household":
        url = reverse("surveys:section", args=[visit.pk, section.key])
        yield Step(section, None, "", url, asked.of_section(section.key))
        return
    for member in asked.document.members.values():
        url = reverse("surveys:person_section", args=[visit.pk, section.key, member.key])
        progress = asked.of_section(section.key, member.key)
        yield Step(section, member.key, member.name, url, progress)
