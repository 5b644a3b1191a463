"""What tests of the questionnaire on screen share."""

from __future__ import annotations

from wattana.accounts.queries import viewer_of
from wattana.rules import codebook as codebooks
from wattana.surveys import documents, pages, relevance
from wattana.surveys.models import Visit, VisitPerson

SECTIONS = [section.key for section in pages.sections()]


def address_of(house, section):
    if codebooks.load().section(section).level == "person":
        return house.address("person_section", section, house.head.pk)
    return house.address("section", section)


def document_of(house, section):
    if codebooks.load().section(section).level == "person":
        return VisitPerson.objects.get(visit=house.visit, person=house.head)
    return Visit.objects.get(pk=house.visit.pk)


def something(variable, number):
    """What somebody could type for a question: not always the first choice."""
    if variable.kind == "boolean":
        return ["false" if number % 3 == 0 else "true"]
    if variable.kind == "choice":
        return [variable.codes[number % len(variable.codes)]]
    if variable.kind == "multi":
        return [code for code in variable.codes if code not in variable.exclusive]
    if variable.kind in ("integer", "number"):
        return [str(int(variable.minimum or 0) + number % 7)]
    return ["0812345678"] if variable.format == "phone" else [f"ข้อความ {number}"]


def viewer_behind(member):
    return viewer_of(member.user, member.pk)


def asked_of(house):
    return relevance.of_one(documents.load(house.visit))
