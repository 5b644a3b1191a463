"""The form of a programme's file, stated once for the reader and for the JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from wattana.kernel.problems import N_, gathered
from wattana.rules.files import Table, Words

CLASSES = (
    "entitlement", "means_tested", "discretionary", "insurance", "loan", "service", "in_kind",
)  # fmt: skip
MARKS = ("stated", "partial", "memory")
DIMENSIONS = ("health", "living", "education", "income", "access")
SENSITIVITIES = ("public", "personal", "sensitive")
OUTCOMES = ("due", "may_apply", "not_due", "unknown")
HOLDERS = ("person", "household")
PERIODS = ("month", "quarter", "term", "season", "year", "once", "time", "day", "hour")
PER = tuple(f"{holder}/{period}" for holder in HOLDERS for period in PERIODS)
CONCERNS = ("living", "deceased")
ARREARS = ("none", "from_application", "months", "unknown")
REGISTRATIONS = ("open", "ahead", "over")
REVIEWS = ("drafted", "reviewed", "approved")


@dataclass(frozen=True)
class Field:
    """One key: what it takes, what it means, whether it has to be there.

    `mend` tells what to write instead of a key that is refused, as it would say what another says.
    """

    takes: str
    about: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    shape: Mapping[str, Field] = field(default_factory=dict)
    default: Any = None
    mend: str = ""


Shape = Mapping[str, Field]
Taken = dict[str, Any]
TABLE = ""
"""The key under which `take` leaves the table itself, for places of later faults."""


def _text(about: str, required: bool = False) -> Field:
    return Field("text", about, required)


def _words(about: str, required: bool = False) -> Field:
    return Field("words", about, required)


def _date(about: str, required: bool = False) -> Field:
    return Field("date", about, required)


def _flag(about: str) -> Field:
    return Field("flag", about, default=False)


def _one_of(about: str, allowed: tuple[str, ...], default: str | None = None) -> Field:
    return Field("one_of", about, default is None, allowed, default=default)


def _condition(about: str, required: bool = False) -> Field:
    return Field("condition", about, required)


def _texts(about: str, required: bool = False) -> Field:
    return Field("texts", about, required, default=())


def _tables(about: str, shape: Shape, required: bool = False) -> Field:
    return Field("tables", about, required, shape=shape, default=())


def _table(about: str, shape: Shape, required: bool = False) -> Field:
    return Field("table", about, required, shape=shape)


_MARK = _one_of("How sure: stated in a cited source, partial, or memory (ships off).", MARKS)
_FROM = _date("First day on which it counts, in CE (พ.ศ. − 543). Absent: as far back as known.")
_TO = _date("Last day on which it counts. Absent: still so, as far as is known.")

_LAW = {
    "id": _text("Short name by which conditions cite it.", required=True),
    "title": _words("The instrument: in Thai as it is cited, in English as it is known.", True),
    "article": _words("Section, clause or item."),
    "status": _MARK,
    "from": _date("Day on which the instrument came into force."),
    "note": _text("What a reviewer should know."),
}
_CONDITION = {
    "name": _text("Name of the condition, unique in the file.", required=True),
    "label": _words("The condition in plain words, as it stands when it is fulfilled.", True),
    "if": _condition("Expression that has to be true. Either “if” or “unless”."),
    "unless": _condition("Expression that has to be false: an exclusion."),
    "law": _text("Which of the laws above says so."),
    "status": _MARK,
    "from": _FROM,
    "to": _TO,
    "dormant": _words("Why the condition is shown but not applied."),
    "gateway": _text("The programme that opens this condition: to be obtained first."),
    "note": _text("What a reviewer should know."),
}
_TRANSITION = {
    "name": _text("Name of the transitional rule.", required=True),
    "label": _words("The rule in plain words.", True),
    "if": _condition("Expression: who keeps the state of the old rules.", True),
    "waives": _texts("Names of the conditions that do not bind them.", required=True),
    "law": _text("Which of the laws above says so."),
    "status": _MARK,
}
_RATE = {
    "from": _FROM,
    "to": _TO,
    "when": _condition("Expression: for whom, such as an age band. Absent: for all."),
    "baht": Field(
        "baht", "Amount in baht, with at most two decimals; 0: nothing is paid; null: unknown."
    ),
    "words": _words("The amount in words, where it is not a number."),
    "up_to": _flag("The amount is a ceiling."),
    "status": _MARK,
    "note": _text("What a reviewer should know."),
}
_AMOUNT = {
    "item": _text("Name of the item, unique in the file.", required=True),
    "label": _words("What is paid, in plain words.", True),
    "per": _one_of("To whom and how often.", PER),
    "times": Field(
        "number_expression", "Expression that the amount is multiplied by, such as rai."
    ),
    "most": Field("number", "The most that “times” counts."),
    "rates": _tables(
        "Dated amounts; in one item they neither overlap nor leave a gap.", _RATE, True
    ),
}
_PERIOD = {
    "from": _date("First day.", required=True),
    "to": _date("Last day.", required=True),
}
_WINDOW = {
    "label": _words("What the window is for, such as a fiscal year.", True),
    "who": _condition("Expression: who may apply in it. Absent: all."),
    "periods": _tables("When one may apply.", _PERIOD, True),
    "paid_from": _date("First day that is paid to who registers in it."),
    "not_yet": _texts("Names of the conditions that need not hold yet when one registers."),
    "status": _MARK,
    "note": _text("What a reviewer should know."),
}
_REGISTRATION = {
    **_PERIOD,
    "state": Field("one_of", "How it stands on the day.", allowed=REGISTRATIONS),
    "paid_from": _date("First day that is paid to who registers in it."),
}
_EXPECTED = {
    "outcome": _one_of("What the programme answers.", OUTCOMES),
    "amount": Field("baht", "Amount in baht; null: none is known."),
    "per": Field("one_of", "To whom and how often.", allowed=PER),
    "arrears": Field("baht", "Back pay in baht; null: none is known."),
    "fails": _texts("Names of the conditions that are false."),
    "ask": _texts("The smallest set of facts that would establish the right."),
    "received": Field("maybe", "Whether it is received: true, false or null."),
    "open_first": _texts("Programmes that have to be opened first, in order."),
    "transitional": _text("Name of the transitional rule that holds."),
    "registrations": _tables(
        "Periods in which to register: those open, else the next, else the last; []: none.",
        _REGISTRATION,
    ),
}
_CASE = {
    "name": _text("What the case shows.", required=True),
    "on": _date("The day as of which it is judged.", required=True),
    "household": Field("facts", "Facts of the household, by variable of the codebook."),
    "person": Field("facts", "Facts of the person concerned."),
    "others": Field("facts_list", "Facts of further members."),
    "expect": _table("The expected answer.", _EXPECTED, True),
}
_SAID = {"th": _text("In Thai.", required=True), "en": _text("In English.", required=True)}
PROGRAMME: Shape = {
    "programme": _text("Id: the name of the file without .yaml.", required=True),
    "version": _text("Raise it with every change of meaning.", required=True),
    "title": _words("Name of the programme.", True),
    "summary": _words("What it is, in one or two plain sentences.", True),
    "class": _one_of("Legal class; entitlement, means_tested and in_kind make it due.", CLASSES),
    "level": _one_of("Whether it belongs to a person or to a household.", HOLDERS),
    "dimension": _one_of("Dimension of poverty that it answers (TPMAP's five).", DIMENSIONS),
    "concerns": _one_of("Living members, or one who has died.", CONCERNS, "living"),
    "agencies": _texts("Ids from agencies.yaml; the first one decides.", required=True),
    "from": _date("First day of the programme."),
    "to": _date("Last day of the programme."),
    "confidence": _MARK,
    "as_of": _date("Day of the newest source: “last known as of”.", required=True),
    "state": _table(
        "Whether the programme is applied.",
        {
            "on": Field("flag", "true: applied. Never for memory or proposals.", required=True),
            "why": _words("Why it is off."),
        },
        True,
    ),
    "review": _table(
        "Who has looked at the file.",
        {
            "state": _one_of("drafted, reviewed or approved.", REVIEWS),
            "by": _text("Office or person who reviewed it."),
            "on": _date("Day of the review."),
        },
        True,
    ),
    "sensitivity": _one_of("What the name of the programme reveals about who gets it.",
                           SENSITIVITIES),
    "laws": _tables("Legal basis.", _LAW, True),
    "conditions": _tables("All of them have to be fulfilled.", _CONDITION, True),
    "transitional": _tables("Who keeps the state of earlier rules.", _TRANSITION),
    "amounts": _tables("What is paid; the first item is the main one.", _AMOUNT),
    "received": _table(
        "How receipt is recognised, besides the fact “receives”.",
        {
            "answer": _condition("Expression over survey answers."),
            "payment_list": _text("Code of the programme in lists of payments."),
        },
    ),
    "stacking": _table(
        "Together with other programmes.",
        {
            "excludes": _texts("Programmes that cannot be held together with it."),
            "note": _words("What may and may not be drawn together."),
            "reduces": Field(
                "refused",
                "Not taken: write the smaller amount as a rate of its own.",
                mend=N_(
                    "%(place)s: “%(key)s” is not taken. Write what is left as a rate of its own in "
                    "“amounts” of the programme that is reduced, with “when: has(receives, 'id')”."
                ),
            ),
        },
    ),
    "arrears": _table(
        "Whether the time before the application is paid.",
        {
            "rule": _one_of("none: no back pay.", ARREARS),
            "months": Field("number", "How many months, for the rule “months”."),
            "note": _words("The rule in plain words."),
            "status": _MARK,
        },
    ),
    "limits": _table(
        "How often it may be had.",
        {
            "times_a_year": Field("number", "Times in one year.", required=True),
            "status": _MARK,
        },
    ),
    "frequency": _words("When it is paid, in plain words."),
    "windows": _tables("When one may apply, where this is limited.", _WINDOW),
    "apply": _table(
        "Where and when to apply.",
        {"where": _words("Where.", True), "when": _words("When.", True)},
        True,
    ),
    "documents": _texts("Ids from documents.yaml."),
    "see_also": _texts("Other programmes to look at."),
    "proposals": _tables(
        "What was only approved in principle or planned. Never applied.",
        {
            "on": _date("Day of the decision."),
            **_SAID,
        },
    ),
    "history": _texts("Earlier rules, as notes."),
    "verify": Field("words_list", "What a reviewer should find out.", default=()),
    "sources": _texts("Where the figures and rules come from.", required=True),
    "cases": _tables("Worked cases, run as tests.", _CASE),
}  # fmt: skip


def take(table: Table, shape: Shape) -> Taken:
    """The values of a table as its shape says.

    Raises `Invalid` with file, line and key of every fault in it and below.
    """
    present = {key for key in shape if key in table}
    keys = [key for key, one in shape.items() if key in present or one.takes != "refused"]
    parts: list[Callable[[], Any]] = [
        partial(_taken, table, key, shape[key], key in present) for key in keys
    ]
    values = gathered([*parts, table.end])
    return {TABLE: table, **dict(zip(keys, values, strict=False))}


def _taken(table: Table, key: str, one: Field, present: bool) -> Any:
    if present:
        return _READERS[one.takes](table, key, one)
    return table.value(key) if one.required else one.default


def _raw(table: Table, key: str, _field: Field) -> Any:
    return table.value(key)


def _refused(table: Table, key: str, field: Field) -> Any:
    table.value(key)
    table.refuse(field.mend, key=key)


def _several(table: Table, key: str, one: Field) -> tuple[Taken, ...]:
    return tuple(gathered(partial(_opened, entry, one.shape) for entry in table.entries(key)))


def _opened(entry: Callable[[], Table], shape: Shape) -> Taken:
    return take(entry(), shape)


def _said(entry: Callable[[], Table]) -> Words:
    table = entry()
    taken = take(table, _SAID)
    return Words(taken["th"], taken["en"])


_READERS: dict[str, Callable[[Table, str, Field], Any]] = {
    "text": lambda table, key, _: table.text(key),
    "condition": lambda table, key, _: table.text(key),
    "number_expression": lambda table, key, _: table.text(key),
    "words": lambda table, key, _: table.words(key),
    "words_list": lambda table, key, _: tuple(
        gathered(partial(_said, entry) for entry in table.entries(key))
    ),
    "date": lambda table, key, _: table.date(key),
    "flag": lambda table, key, _: table.flag(key),
    "number": lambda table, key, _: table.number(key),
    "one_of": lambda table, key, one: table.one_of(key, one.allowed),
    "texts": lambda table, key, _: table.texts(key),
    "table": lambda table, key, one: take(table.table(key), one.shape),
    "tables": _several,
    "refused": _refused,
    "baht": _raw,
    "maybe": _raw,
    "facts": _raw,
    "facts_list": _raw,
}
