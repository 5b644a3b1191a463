"""The rights of one household: who is due what, gets it, misses it, and what to ask next."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.entitlements import facts
from wattana.entitlements.sensitivity import is_sensitive_fact, may_see
from wattana.entitlements.words import back_pay, paid_sums, said
from wattana.kernel import keys
from wattana.kit.prepared import Given, prepared
from wattana.methods import rights
from wattana.methods.rights import DUE, MAY_APPLY, NOT_DUE, UNKNOWN, Answer, Explanation, Fact
from wattana.methods.rights.amounts import total_a_year
from wattana.methods.rights.registering import Registration, registrations
from wattana.methods.rights.writing import wording
from wattana.registry import naming, queries
from wattana.registry.models import Household, Person
from wattana.rules import codebook as codebooks
from wattana.rules import programmes
from wattana.rules.files import Words
from wattana.rules.programmes import Facts, Programme
from wattana.surveys.models import Visit

HOUSEHOLD = ""
"""Stands for the household itself among the ids of persons."""
_MOST_QUESTIONS = 8
_OPEN = (Visit.Status.DRAFT, Visit.Status.RETURNED)


@dataclass(frozen=True)
class Right:
    """A programme as it concerns one person, or the household."""

    programme: Programme
    title: str
    wording: str
    amounts: list[str]
    a_year: int | None  # satang; of what is unknown, what is at stake
    received: bool | None
    back_pay: str
    outcomes: Sequence[rights.Outcome]
    registrations: Sequence[Registration]
    first: list[str]  # titles of the gateways to open before

    @property
    def fails(self) -> list[rights.Outcome]:
        """The conditions that are not fulfilled."""
        return [one for one in self.outcomes if one.value is False]


@dataclass(frozen=True)
class Concerned:
    """Of whom a question is asked (no name: of the household), and where it is answered."""

    name: str
    url: str


@dataclass(frozen=True)
class Question:
    """A question to ask next, of all whom it concerns, and what their answers could settle."""

    text: str
    people: list[Concerned]
    titles: list[str]
    a_year: int  # satang


@dataclass
class Group:
    """A person's rights, or the household's (`name` is then empty)."""

    name: str
    received: list[Right] = field(default_factory=list)
    missing: list[Right] = field(default_factory=list)
    unsure: list[Right] = field(default_factory=list)  # due; nobody said whether it is received
    may_apply: list[Right] = field(default_factory=list)
    unknown: list[Right] = field(default_factory=list)
    not_due: list[Right] = field(default_factory=list)

    @property
    def missing_a_year(self) -> int:
        return sum(one.a_year or 0 for one in self.missing)


@dataclass(frozen=True)
class HouseholdRights:
    """All of it. `hidden`: programmes that the viewer's role does not show."""

    day: dt.date
    groups: list[Group]
    questions: list[Question]
    notes: list[str]  # facts that cannot be, or contradict
    due_a_year: int
    missing_a_year: int
    hidden: int
    surveyed: bool
    withdrawn_on: dt.date | None  # consent to survey and analysis; its answers are left out
    given_on: dt.date | None  # the same where it stands; neither: none was ever recorded
    left_out: list[str]  # names of those who withdrew it for themselves


def of_household(viewer: Viewer, home: Household, on: dt.date | None = None) -> HouseholdRights:
    """The rights of a household of the viewer's scope on a day (today).

    By the register and its latest accepted visit; by the register alone, without questions to ask,
    once consent to survey and analysis is withdrawn.

    The facts are those known today, whatever the day; ages, rules and amounts are the day's. Who is
    born later is left out of a day in the past. Raises `Forbidden` without `HOUSEHOLD_VIEW` and
    `RIGHTS_VIEW`.
    """
    viewer.require(Permission.RIGHTS_VIEW)
    today = timezone.localdate()
    day, known = on or today, facts.of_household(home)
    told = facts.born_by(known.facts, day) if day < today else known.facts
    people = queries.persons(viewer, home.pk)
    shown = _shown(viewer, home, people, told, day)
    found, seen = shown.found, shown.seen
    groups = shown.groups(seen)
    missing = sum(group.missing_a_year for group in groups)
    return HouseholdRights(
        day=found.day,
        groups=groups,
        questions=[] if known.withdrawn_on else shown.questions(seen),
        notes=list(shown.notes()),
        due_a_year=sum(one.satang_a_year or 0 for one in seen if one.outcome == DUE),
        missing_a_year=missing,
        hidden=len({a.programme.id for a in found.answers} - {a.programme.id for a in seen}),
        surveyed=known.surveyed,
        withdrawn_on=known.withdrawn_on,
        given_on=known.given_on,
        left_out=[
            naming.full_name(one) for one in people if one.lives_here and one.pk in known.left_out
        ],
    )


def next_questions(viewer: Viewer, visit: Visit) -> list[Question]:
    """What a visit that is being recorded should ask for the sake of rights, most baht first.

    By what it has answered so far and what was known before; nothing once consent to survey and
    analysis is withdrawn. Raises as `of_household` does.
    """
    viewer.require(Permission.RIGHTS_VIEW)
    home = queries.household(viewer, visit.household_id)
    known = facts.of_household(home)
    if known.withdrawn_on:
        return []
    people = queries.persons(viewer, home.pk)
    shown = _shown(viewer, home, people, facts.of_visit(known, visit), timezone.localdate())
    return shown.questions(shown.seen)


def _shown(
    viewer: Viewer, home: Household, people: Iterable[Person], known: Facts, day: dt.date
) -> _Shown:
    names = {keys.to_text(one.pk): naming.full_name(one) for one in people}
    found = rights.explain(programmes.load(), known, day, codebooks.load())
    return _Shown(viewer, found, names, home.pk)


@dataclass(frozen=True)
class _Shown:
    """An explanation for a viewer."""

    viewer: Viewer
    found: Explanation
    names: Mapping[str, str]
    household: int

    @property
    def seen(self) -> list[Answer]:
        """The answers that may be named to the viewer."""
        return [one for one in self.found.answers if may_see(self.viewer, one.programme)]

    def groups(self, answers: Sequence[Answer]) -> list[Group]:
        """By person, in the order of the register; what concerns nobody is left out."""
        by_person: dict[str, Group] = {
            who: Group(name) for who, name in {**self.names, HOUSEHOLD: ""}.items()
        }
        for one in answers:
            self._place(by_person[one.person or HOUSEHOLD], one)
        for group in by_person.values():
            for some in (group.missing, group.unsure, group.unknown, group.received):
                some.sort(key=lambda one: -(one.a_year or 0))
        return [one for one in by_person.values() if _says_something(one)]

    def _place(self, group: Group, answer: Answer) -> None:
        one = self._right(answer)
        if answer.outcome == DUE:
            lists = {True: group.received, False: group.missing, None: group.unsure}
            lists[answer.received].append(one)
        else:
            {MAY_APPLY: group.may_apply, UNKNOWN: group.unknown, NOT_DUE: group.not_due}[
                answer.outcome
            ].append(one)

    def _right(self, answer: Answer) -> Right:
        programme = answer.programme
        return Right(
            programme=programme,
            title=said(programme.title),
            wording=said(wording(answer)),
            amounts=paid_sums(answer.sums) if answer.outcome != NOT_DUE else [],
            a_year=total_a_year(answer.sums) if answer.outcome != NOT_DUE else None,
            received=answer.received,
            back_pay=back_pay(self.found.arrears(answer)),
            outcomes=answer.conditions,
            registrations=registrations(answer, self.found.day),
            first=[
                said(one.programme.title)
                for one in answer.open_first
                if may_see(self.viewer, one.programme)
            ],
        )

    def questions(self, answers: Iterable[Answer]) -> list[Question]:
        """Those whose answers could settle most baht a year; what is owed comes first.

        Each stands once, with all whom it concerns, and counts by what they may settle together.
        """
        found: dict[str, _Asked] = defaultdict(_Asked)
        for fact, concerned in self._stakes(answers).items():
            first = next(iter(self.found.questions(fact)), fact)
            found[first.variable].add(first, concerned, _share(concerned))
        ranked = sorted(found.items(), key=lambda one: one[1].rank)[:_MOST_QUESTIONS]
        visit = self._open_visit()
        return [self._question(name, asked, visit) for name, asked in ranked]

    def _stakes(self, answers: Iterable[Answer]) -> Mapping[Fact, list[Answer]]:
        """The missing facts that the viewer may ask for, each with the answers that wait for it."""
        stakes: dict[Fact, list[Answer]] = defaultdict(list)
        for one in answers:
            if one.outcome == UNKNOWN and not _delicate(one):
                for fact in one.ask:
                    stakes[fact].append(one)
        may = self.viewer.can(Permission.SENSITIVE_VIEW)
        return {
            fact: some
            for fact, some in stakes.items()
            if may or not is_sensitive_fact(fact.variable)
        }

    def _question(self, name: str, asked: _Asked, visit: int | None) -> Question:
        variable = codebooks.load().variable(name)
        english = variable.question_en or variable.label_en
        thai = variable.question_th or variable.label_th
        order = list(self.names)
        facts = sorted(
            asked.facts, key=lambda one: order.index(one.person) if one.person in order else -1
        )
        return Question(
            text=said(Words(thai, english)),
            people=[
                Concerned(self.names.get(one.person or HOUSEHOLD, ""), self._url(one, visit))
                for one in facts
            ],
            titles=list(dict.fromkeys(said(one.programme.title) for one in asked.answers)),
            a_year=_at_stake(asked.answers),
        )

    def _url(self, fact: Fact, visit: int | None) -> str:
        """Where it is answered; "" for who records nothing."""
        variable = codebooks.load().variable(fact.variable)
        person = keys.from_text(fact.person) if fact.person else None
        if variable.stored == "registry":
            if not self.viewer.can(Permission.HOUSEHOLD_EDIT):
                return ""
            if person:
                return reverse("registry:person", args=[person])
            return reverse("registry:edit", args=[self.household])
        if not self.viewer.can(Permission.SURVEY_RECORD):
            return ""
        if visit is None:
            return reverse("surveys:start", args=[self.household])
        if variable.stored != "answers":
            return reverse("surveys:visit", args=[visit])
        asked = f"?ask={variable.name}" if variable.on_request else ""
        name, whom = ("section", []) if person is None else ("person_section", [person])
        page = reverse(f"surveys:{name}", args=[visit, variable.section, *whom])
        return f"{page}{asked}#q-{variable.name}"

    def _open_visit(self) -> int | None:
        return next((key for (key,) in _open(home=self.household)), None)

    def notes(self) -> Iterator[str]:
        """What does not fit together, named by the labels of the codebook."""
        may = self.viewer.can(Permission.SENSITIVE_VIEW)
        for flag in self.found.flags:
            if not may and any(is_sensitive_fact(one) for one in (*flag.variables, "receives")):
                continue
            who = self.names.get(flag.person or HOUSEHOLD, "")
            text = gettext(flag.message) % {k: _named(k, v) for k, v in flag.params.items()}
            yield f"{who}: {text}" if who else text


@prepared(home=BigIntegerField())
def _open(home: Given) -> QuerySet[Visit, Any]:
    """The visit that is being recorded, the latest first."""
    rows = Visit.objects.filter(household_id=home, status__in=_OPEN)
    return rows.order_by("-year", "-round").values_list("pk")[:1]


@dataclass
class _Asked:
    """One question: the facts that it tells, and the answers that wait for them."""

    facts: dict[Fact, None] = field(default_factory=dict)
    waiting: dict[int, Answer] = field(default_factory=dict)
    share: float = 0

    def add(self, fact: Fact, answers: Sequence[Answer], share: float) -> None:
        self.facts[fact] = None
        self.waiting |= {id(one): one for one in answers}
        self.share += share

    @property
    def answers(self) -> Sequence[Answer]:
        """Each once."""
        return list(self.waiting.values())

    @property
    def rank(self) -> tuple[bool, float, int]:
        """The least comes first."""
        return not _owed(self.answers), -self.share, -len(self.waiting)


def _says_something(group: Group) -> bool:
    return bool(
        group.received or group.missing or group.unsure or group.may_apply or group.unknown
        or group.not_due
    )  # fmt: skip


def _at_stake(answers: Iterable[Answer]) -> int:
    return sum(total_a_year(one.sums) or 0 for one in answers)


def _owed(answers: Iterable[Answer]) -> bool:
    return any(one.programme.may_be_due for one in answers)


def _delicate(answer: Answer) -> bool:
    """Whether it turns on what nobody is asked unprompted, such as an illness."""
    book = codebooks.load()
    asked = (book.variable(one.variable) for one in answer.ask)
    return any(one.on_request and is_sensitive_fact(one.name) for one in asked)


def _share(answers: Iterable[Answer]) -> float:
    """What one question of those that each answer needs is worth, in satang a year."""
    return sum((total_a_year(one.sums) or 0) / len(one.ask) for one in answers)


def _named(key: str, value: object) -> str:
    """A parameter of a flag in words: facts and programmes by their titles."""
    if key in ("programme", "other"):
        found = programmes.load().get(str(value))
        return said(found.title) if found else str(value)
    if key in ("name", "others"):
        return ", ".join(_label(one) for one in str(value).split(", "))
    return str(value)


def _label(name: str) -> str:
    variable = codebooks.load().variable(name)
    return said(Words(variable.label_th, variable.label_en))
