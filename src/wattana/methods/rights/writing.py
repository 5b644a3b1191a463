"""An explanation as plain data, for JSON: names, texts in both languages, amounts in baht."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wattana.methods.rights.amounts import Sum
from wattana.methods.rights.explaining import Explanation
from wattana.methods.rights.flags import Flag
from wattana.methods.rights.judging import Answer, Outcome
from wattana.methods.rights.missing import Fact
from wattana.methods.rights.registering import registrations
from wattana.rules import programmes
from wattana.rules.files import Words
from wattana.rules.programmes.model import Dated, Programme

Data = dict[str, Any]
Translate = Callable[[str], str]


def as_data(explanation: Explanation, translate: Translate = str) -> Data:
    """`{"on", "results": […], "flags": […], "off": […]}`; person is null for the household.

    `translate` gives the messages of flags in the language of the reader.
    """
    return {
        "on": explanation.day.isoformat(),
        "results": [_answer(one, explanation) for one in explanation.answers],
        "totals_a_year": {name: baht(satang) for name, satang in vars(explanation.totals).items()},
        "flags": [_flag(one, translate) for one in explanation.flags],
        "off": [
            {"programme": one.id, "title": _words(one.title), "why": _words(one.why_off)}
            for one in explanation.off
        ],
    }


def _answer(answer: Answer, explanation: Explanation) -> Data:
    programme = answer.programme
    return {
        "programme": programme.id,
        "person": answer.person,
        "outcome": answer.outcome,
        "received": answer.received,
        "amount": baht(answer.satang),
        "per": answer.per if answer.satang is not None else None,
        "conditions": [_condition(one) for one in answer.conditions],
        "ask": _variables(answer.ask),
        "title": _words(programme.title),
        "class": programme.legal_class,
        "wording": _words(wording(answer)),
        "fails": answer.fails,
        "ask_of": [_question(one, explanation) for one in answer.ask],
        "missing": [_fact(one) for one in answer.missing],
        "amount_a_year": baht(answer.satang_a_year),
        "amounts": [_sum(one) for one in answer.sums] if answer.offered else [],
        "at_stake": None if answer.outcome == "not_due" else baht(answer.at_stake),
        "dormant": [_dormant(one) for one in answer.dormant],
        "transitional": answer.transitional.name if answer.transitional else None,
        "open_first": [
            {"programme": one.programme.id, "outcome": one.outcome, "on": one.programme.is_on}
            for one in answer.open_first
        ],
        "arrears": _arrears(answer, explanation),
        **_programme(programme),
        "windows": _windows(answer, explanation.day),
        "registration": [
            {
                "label": _words(one.window.label),
                "state": one.state,
                "from": one.start.isoformat(),
                "to": one.end.isoformat(),
                "paid_from": paid.isoformat() if (paid := one.window.paid_from) else None,
            }
            for one in registrations(answer, explanation.day)
        ],
    }


def _programme(programme: Programme) -> Data:
    """What a person needs to apply, and how sure the rules are."""
    return {
        "laws": [one.text for one in programme.laws],
        "documents": [_words(one) for one in programme.documents.values()],
        "where": _words(programme.where),
        "when": _words(programme.when),
        "agencies": [{"id": one.id, **_text(one.name)} for one in programme.agencies],
        "frequency": _words(programme.frequency),
        "times_a_year": programme.times_a_year,
        "sensitivity": programme.sensitivity,
        "confidence": programme.confidence,
        "as_of": programme.as_of.isoformat(),
        "review": programme.review["state"],
    }


def wording(answer: Answer) -> Words:
    """The outcome in words that fit the class of law: discretionary aid is never “due”."""
    words = programmes.wordings()
    legal_class = answer.programme.legal_class
    return words.get((answer.outcome, legal_class)) or words[answer.outcome, "all"]


def baht(satang: int | None) -> int | float | None:
    """Satang in baht: whole where it is whole."""
    if satang is None:
        return None
    whole, rest = divmod(satang, 100)
    return satang / 100 if rest else whole


def _arrears(answer: Answer, explanation: Explanation) -> Data:
    """The rule, and of what is offered and not received the months and baht; null: not known."""
    rule, found = answer.programme.arrears, explanation.arrears(answer)
    return {
        "rule": rule["rule"],
        "most_months": rule["months"],
        "months": found.months if found else None,
        "amount": baht(found.satang) if found else None,
        "note": _words(rule["note"]),
    }


def _condition(outcome: Outcome) -> Data:
    condition = outcome.condition
    label = condition.label if condition else programmes.wordings()["implied", outcome.name]
    data: Data = {"name": outcome.name, "value": outcome.value, "law": outcome.law}
    data |= {"label": _words(label), "status": condition.status if condition else "stated"}
    if outcome.waived_by:
        data["waived_by"] = outcome.waived_by.name
    return data


def _dormant(outcome: Outcome) -> Data:
    condition = outcome.condition
    return {**_condition(outcome), "why": _words(condition.dormant) if condition else None}


def _sum(one: Sum) -> Data:
    return {
        "item": one.item.item,
        "label": _words(one.item.label),
        "amount": baht(one.satang),
        "per": one.per,
        "up_to": one.up_to,
        "words": _words(one.words),
        "ask": sorted({fact.variable for fact in one.ask}),
    }


def _windows(answer: Answer, day: dt.date) -> list[Data]:
    return [
        {
            "label": _words(window.label),
            "fits": answer.windows[number],
            "open": any(one.on(day) for one in window.periods),
            "periods": [_period(one) for one in window.periods],
        }
        for number, window in enumerate(answer.programme.windows)
    ]


def _period(period: Dated) -> list[str | None]:
    return [day.isoformat() if day else None for day in (period.start, period.end)]


def _flag(flag: Flag, translate: Translate) -> Data:
    return {
        "kind": flag.kind,
        "person": flag.person,
        "variables": list(flag.variables),
        "message": translate(flag.message) % flag.params,
    }


def _question(fact: Fact, explanation: Explanation) -> Data:
    """A fact to ask, with the questions of the survey that would tell it."""
    variable = explanation.known.codebook.variable(fact.variable)
    return {
        **_fact(fact),
        "label": {"th": variable.label_th, "en": variable.label_en},
        "questions": [_fact(one) for one in explanation.questions(fact)],
    }


def _fact(fact: Fact) -> Data:
    return {"person": fact.person, "variable": fact.variable}


def _variables(facts: Iterable[Fact]) -> list[str]:
    return list(dict.fromkeys(one.variable for one in facts))


def _words(words: Words | None) -> Mapping[str, str] | None:
    return _text(words) if words else None


def _text(words: Words) -> Mapping[str, str]:
    return {"th": words.th, "en": words.en}
