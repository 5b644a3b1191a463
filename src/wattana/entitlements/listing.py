"""The lists of rights on a household's page, as HTML written in Python.

What a programme says is the same for every member and every household: it is worded once for each
language and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from wattana.entitlements import words
from wattana.entitlements.household import Group, Right
from wattana.kit.dates import format_date
from wattana.methods.rights import Outcome
from wattana.rules import programmes
from wattana.rules.programmes import Programme

_MARKS = {True: "✓", False: "✗", None: "?"}
_SOFT = '<span class="text-secondary">'


@dataclass(frozen=True)
class _Programme:
    """What a programme says of itself, as HTML in one language."""

    title: str  # linked
    bold: str
    apply: str
    law: str
    when: str
    conditions: Mapping[str, tuple[str, str]]  # name: in words, and the law in brackets


def groups(some: Sequence[Group]) -> list[tuple[str, SafeString]]:
    """Each group's name with its lists."""
    writer = _Writer()
    return [(group.name, mark_safe("".join(writer.group(group)))) for group in some]  # noqa: S308


class _Writer:
    """Lists in the language in force, whose fixed words are looked up once."""

    def __init__(self) -> None:
        self.language = get_language() or ""
        self.law = escape(gettext("Conditions and law"))
        said = {
            True: gettext("fulfilled:"),
            False: gettext("not fulfilled:"),
            None: gettext("not known:"),
        }
        self.marks = {
            value: f'<span aria-hidden="true">{_MARKS[value]}</span>'
            f'<span class="visually-hidden">{escape(text)}</span>'
            for value, text in said.items()
        }
        self.a_year = _filled(gettext("%(amount)s baht a year"), "amount")
        self.rule = _filled(gettext("by a transitional rule: %(rule)s"), "rule")
        self.fails = _filled(gettext("not fulfilled: %(condition)s"), "condition")
        self.first = _filled(gettext("Open this first: %(first)s"), "first")
        self.still = escape(gettext("received all the same"))

    def group(self, group: Group) -> list[str]:
        """All lists of one member, or of the household."""
        return [
            self._list(gettext("Due, not received"), group.missing),
            self._list(gettext("Due; ask whether it is received"), group.unsure),
            self._list(gettext("Due and received"), group.received, folded=True, brief=True),
            self._list(gettext("May apply"), group.may_apply, folded=True),
            self._list(gettext("Not known yet: facts are missing"), group.unknown, folded=True),
            self._not_due(group.not_due),
        ]

    def _list(
        self, heading: str, some: Sequence[Right], *, folded: bool = False, brief: bool = False
    ) -> str:
        if not some:
            return ""
        rows = "".join(self._right(one, brief=brief) for one in some)
        listed = f'<ul class="list-unstyled">{rows}</ul>'
        if folded:
            return _folded(heading, len(some), listed)
        return f'<h4 class="fs-6 fw-bold mt-3">{escape(heading)}</h4>\n{listed}'

    def _not_due(self, some: Sequence[Right]) -> str:
        if not some:
            return ""
        rows = "".join(self._why_not(one) for one in some)
        return _folded(gettext("Not due, and why"), len(some), f"<ul>{rows}</ul>")

    def _right(self, one: Right, *, brief: bool) -> str:
        programme = _programme(one.programme, self.language)
        year = _span("tabular", self.a_year(words.baht(one.a_year)), one.a_year)
        amounts = "".join(f" · {escape(amount)}" for amount in one.amounts)
        conditions = "".join(
            f"<li>{self.marks[outcome.value]} {self._condition(programme, outcome)}</li>"
            for outcome in one.outcomes
        )
        return (
            '<li class="border-top py-2">\n'
            '<div class="d-flex flex-wrap justify-content-between gap-2">'
            f"{programme.bold}{year}</div>\n"
            f"<div>{escape(one.wording)}{amounts}</div>\n"
            f"{_line(one.back_pay)}{_registrations(one, programme)}"
            f"{'' if brief else programme.apply}"
            f'<details><summary class="text-secondary">{self.law}</summary>\n'
            f'<ul class="mb-1">{conditions}</ul>\n{programme.law}</details>\n</li>'
        )

    def _condition(self, programme: _Programme, outcome: Outcome) -> str:
        text, law = programme.conditions[outcome.name]
        rule = outcome.waived_by
        because = f" {_SOFT}{self.rule(words.said(rule.label))}</span>" if rule else ""
        return f"{text}{law}{because}"

    def _why_not(self, one: Right) -> str:
        programme = _programme(one.programme, self.language)
        texts = (programme.conditions[outcome.name][0] for outcome in one.fails)
        fails = "; ".join(self.fails(SafeString(text)) for text in texts)
        still = f' <span class="badge badge-proposed">{self.still}</span>' if one.received else ""
        first = _span("d-block text-secondary", self.first(", ".join(one.first)), one.first)
        return f"<li>{programme.title}: {fails}{still}{_registrations(one, None)}{first}</li>\n"


@cache
def _programme(programme: Programme, _language: str) -> _Programme:
    """Kept for as long as the rulebook is, in each language."""
    address = reverse("entitlements:programme", args=[programme.id])
    title = escape(words.said(programme.title))
    implied = {
        name: (escape(words.said(text)), "")
        for (kind, name), text in programmes.wordings().items()
        if kind == "implied"
    }
    return _Programme(
        title=f'<a href="{address}">{title}</a>',
        bold=f'<a class="fw-bold" href="{address}">{title}</a>',
        apply=_line(_apply(programme)),
        law=f'<p class="text-secondary mb-0">{escape(_law(programme))}</p>',
        when=escape(words.said(programme.when)),
        conditions=implied
        | {
            one.name: (
                escape(words.said(one.label)),
                f" {_SOFT}({escape(words.said(one.law.words))})</span>" if one.law else "",
            )
            for one in programme.conditions
        },
    )


def _apply(programme: Programme) -> str:
    """Where to apply, and what to bring."""
    where, documents = gettext("Where to apply"), gettext("Documents")
    where = f"{where}: {words.said(programme.where)}"
    papers = ", ".join(words.said(one) for one in programme.documents.values())
    return f"{where} · {documents}: {papers}" if papers else where


def _law(programme: Programme) -> str:
    laws = "; ".join(words.said(one.words) for one in programme.laws)
    known = gettext("Last known as of %(day)s.") % {"day": format_date(programme.as_of)}
    return f"{laws}. {known}"


def _registrations(one: Right, programme: _Programme | None) -> str:
    """Periods of registration; of one that is not open, when the programme takes applications."""
    found = ""
    for time in one.registrations:
        badge = f'<span class="badge badge-quiet text-wrap">{escape(words.registration(time))}'
        when = f" {_SOFT}{programme.when}</span>" if programme and time.state != "open" else ""
        found += f'<span class="d-block">{badge}</span>{when}</span>\n'
    return found


def _folded(heading: str, count: int, listed: str) -> str:
    return (
        f'<details class="mb-2"><summary>{escape(heading)} ({count})</summary>\n{listed}</details>'
    )


def _span(kind: str, inner: str, wanted: object) -> str:
    return f'<span class="{kind}">{inner}</span>' if wanted else ""


def _line(text: str) -> str:
    return f'<div class="text-secondary">{escape(text)}</div>\n' if text else ""


def _filled(message: str, name: str) -> Callable[[str], str]:
    """A translated sentence as HTML, with a place for one word."""
    before, after = (escape(part) for part in message.split(f"%({name})s"))
    return lambda word: f"{before}{escape(word)}{after}"
