"""The pages of the form, made from the codebook: each section is a list of questions and tables."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import Problem
from wattana.kit.dates import format_year
from wattana.kit.middleware import told
from wattana.rules import codebook as codebooks
from wattana.rules.codebook import Codebook, Section, Variable
from wattana.surveys import layout, pages
from wattana.surveys.documents import Part
from wattana.surveys.models import Skip

YES, NO = "true", "false"
_LONG_TEXT = 300  # letters; longer ones get a box of several lines


@dataclass(frozen=True)
class Option:
    """One possible answer of a question."""

    value: str
    label: str
    chosen: bool
    alone: bool = False  # “none of these”


@dataclass
class Question:
    """One question on screen, with what was answered or typed."""

    variable: Variable
    raw: str | list[str] = ""  # as the input shows it
    skip: str = ""
    hidden: bool = False
    problem: str = ""
    doubts: Sequence[str] = ()  # what is asked about the answer: see `surveys.doubts`

    @property
    def name(self) -> str:
        return self.variable.name

    @property
    def label(self) -> str:
        return in_language(self.variable, "label")

    @property
    def help(self) -> str:
        """The wording to read out, where it says more than the label."""
        text = in_language(self.variable, "question")
        return "" if text == self.label else text

    @property
    def unit(self) -> str:
        words = codebooks.load().units.get(self.variable.unit)
        return getattr(words, get_language() or "", words.th) if words else ""

    @property
    def widget(self) -> str:
        """Which input asks it: radio, checks, number, area or text."""
        kind = self.variable.kind
        if kind in ("choice", "boolean"):
            return "radio"
        if kind == "multi":
            return "checks"
        if kind in ("integer", "number"):
            return "number"
        return "area" if (self.variable.maximum or 0) > _LONG_TEXT else "text"

    @property
    def inputmode(self) -> str:
        """The keyboard that a phone shows."""
        if self.variable.kind == "number":
            return "decimal"
        if self.variable.kind == "integer":
            return "numeric"
        return "tel" if self.variable.format == "phone" else "text"

    @property
    def longest(self) -> int | None:
        """Letters that a text may have."""
        if self.variable.kind != "text" or self.variable.format:
            return None
        return int(self.variable.maximum or 200)

    @property
    def options(self) -> list[Option]:
        if self.variable.kind == "boolean":
            labels = {YES: str(_("Yes")), NO: str(_("No"))}
            return [Option(value, text, self.raw == value) for value, text in labels.items()]
        chosen = self.raw if isinstance(self.raw, list) else [self.raw]
        return [
            Option(one.code, in_language(one, "label"), one.code in chosen, one.exclusive)
            for one in self.variable.choices
        ]

    @property
    def skips(self) -> list[Option]:
        return skip_options(self.skip)

    @property
    def skip_label(self) -> Any:
        return Skip(self.skip).label if self.skip else ""

    @property
    def shown(self) -> str:
        """The answer in words, for reading."""
        if self.skip:
            return str(self.skip_label)
        if self.options:
            return ", ".join(option.label for option in self.options if option.chosen)
        if self.widget == "number" and self.raw:
            return f"{Decimal(str(self.raw)):,} {self.unit}".strip()
        return str(self.raw)


@dataclass
class Row:
    """One item of a table: a lender with its debt."""

    label: str
    pairs: list[tuple[str, Question]]  # what the column asks, and the question in it

    @property
    def cells(self) -> list[Question]:
        return [question for _column, question in self.pairs]

    @property
    def hidden(self) -> bool:
        return all(cell.hidden for cell in self.cells)

    @property
    def skip(self) -> str:
        """The reason why a cell of the row has no answer."""
        return next((cell.skip for cell in self.cells if cell.skip), "")

    @property
    def skips(self) -> list[Option]:
        return skip_options(self.skip)


@dataclass
class Block:
    """One question, or a table of repeated ones."""

    question: Question | None = None
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def hidden(self) -> bool:
        return bool(self.rows) and all(row.hidden for row in self.rows)

    @property
    def questions(self) -> list[Question]:
        return [self.question] if self.question else [c for row in self.rows for c in row.cells]


def skip_options(chosen: str) -> list[Option]:
    """The reasons why a question may have no answer."""
    return [Option(one.value, str(one.label), one.value == chosen) for one in Skip]


def questions_of(
    section: Section,
    part: Part,
    hidden: Container[str],
    viewer: Viewer,
    requested: Sequence[Variable] = (),
) -> list[Question]:
    """The questions of a section that a survey asks and the viewer may see, in order.

    Those that are `requested` come first.
    """
    return [
        question_of(variable, part, hidden)
        for variable in (*requested, *pages.kept(section))
        if may_see(viewer, variable)
    ]


def question_of(variable: Variable, part: Part, hidden: Container[str]) -> Question:
    """One question with its answer, also one that is set aside: its input keeps it."""
    state = part.answers.get(variable.name, part.set_aside.get(variable.name))
    return Question(
        variable,
        raw=as_typed(variable, state),
        skip=part.skips.get(variable.name, ""),
        hidden=variable.name in hidden,
    )


def mark(
    codebook: Codebook,
    listed: Iterable[Question],
    typed: Mapping[str, Any],
    problems: Mapping[str, Problem],
) -> list[Question]:
    """Put what was typed and why it was refused to its question; returns those questions."""
    marked = [question for question in listed if question.name in problems]
    for question in marked:
        question.raw = typed[question.name]
        question.problem = told(problems[question.name])
    return marked


def blocks_of(codebook: Codebook, questions: Iterable[Question]) -> list[Block]:
    """Questions one by one; families of the same items side by side in one table."""
    by_name = {question.name: question for question in questions}
    variables = [question.variable for question in by_name.values()]
    return [
        _block([by_name[variable.name] for variable in group])
        for group in layout.groups(codebook, variables)
    ]


def _block(group: list[Question]) -> Block:
    if group[0].variable.family is None:
        return Block(question=group[0])
    by_item: dict[str, list[tuple[str, Question]]] = {}
    columns: dict[str, str] = {}
    for question in group:
        variable = question.variable
        column = columns.setdefault(variable.family or "", _column(question))
        by_item.setdefault(variable.item or "", []).append((column, question))
    rows = [
        Row(in_language(pairs[0][1].variable, "item_label"), pairs) for pairs in by_item.values()
    ]
    return Block(columns=list(columns.values()), rows=rows)


def _column(question: Question) -> str:
    """What a column asks: the label without the item's own name, with the unit.

    “Resource 1 (income): season” becomes “season (income)”, “Yearly income from crops” becomes
    “Yearly income from each”.
    """
    item = re.escape(in_language(question.variable, "item_label"))
    label = re.sub(rf"^{item}:? ?|: {item}$", "", question.label, flags=re.IGNORECASE)
    label = re.sub(r"^(\(.+\)): (.+)$", r"\2 \1", label)
    label = re.sub(item, gettext("each"), label, count=1, flags=re.IGNORECASE)
    return f"{label} ({question.unit})" if question.unit else label


def may_see(viewer: Viewer, variable: Variable) -> bool:
    """Whether the viewer may read and record the answers to a question."""
    return variable.sensitivity != "sensitive" or viewer.can(Permission.SENSITIVE_VIEW)


def as_typed(variable: Variable, value: Any) -> str | list[str]:
    """An answer as its input shows it and sends it back."""
    if value is None:
        return [] if variable.kind == "multi" else ""
    if variable.kind == "multi":
        return [code for code in variable.codes if code in value]
    if variable.kind == "boolean":
        return YES if value else NO
    if variable.kind == "number":
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if variable.kind in ("date", "partial_date"):
        return day_as_typed(str(value))
    return str(value)


def as_said(variable: Variable, state: Any) -> str:
    """A state of a question (see `documents.Part.state`) in words."""
    if isinstance(state, dict):
        return str(Skip(state["skip"]).label)
    return Question(variable, raw=as_typed(variable, state)).shown


def edits_of(
    variables: Iterable[Variable], posted: Mapping[str, list[str]], before: Mapping[str, Any]
) -> dict[str, Any]:
    """What a sent section changes against `before`, what its page showed ({name: raw}).

    Only the difference counts, so that a page which stood open for long takes nothing back that
    somebody else recorded in the meantime.
    """
    edits: dict[str, Any] = {}
    listed = list(variables)
    for variable in listed:
        raw = _raw(variable, posted.get(variable.name, []))
        if raw != before.get(variable.name, [] if isinstance(raw, list) else ""):
            edits[variable.name] = raw or None
    for variable in listed:
        skip = f"skip:{variable.name}"
        if skip in posted and posted[skip][-1] != before.get(skip, ""):
            reason = posted[skip][-1]
            for name in _passed_over(variable.name, posted):
                if edits.get(name) is None:
                    edits[name] = Skip(reason) if reason in Skip.values else None
    return edits


def _passed_over(name: str, posted: Mapping[str, list[str]]) -> list[str]:
    """The question itself; in a table, those of its row that have no answer."""
    row = layout.row_of(name)
    return [one for one in row if len(row) == 1 or not any(posted.get(one, []))]


def shown_on_page(questions: Iterable[Question]) -> dict[str, Any]:
    """What `edits_of` compares with: every input's value when the page was made."""
    listed = list(questions)
    values: dict[str, Any] = {question.name: question.raw for question in listed if question.raw}
    values |= {f"skip:{question.name}": question.skip for question in listed if question.skip}
    return values


def in_language(thing: Any, attribute: str) -> str:
    """The Thai or English form; Thai where English is empty."""
    language = "th" if get_language() == "th" else "en"
    return getattr(thing, f"{attribute}_{language}") or getattr(thing, f"{attribute}_th")


def _raw(variable: Variable, sent: list[str]) -> str | list[str]:
    if variable.kind == "multi":
        return [code for code in variable.codes if code in sent]
    return sent[-1].replace("\r\n", "\n").strip() if sent else ""


def day_as_typed(day: object) -> str:
    """A day, or its ISO text, as 25/2/2568 in Thai and 25/2/2025 in English; partial likewise."""
    year, *rest = (int(part) for part in str(day).split("-"))
    return "/".join([*(str(part) for part in reversed(rest)), format_year(year)])
