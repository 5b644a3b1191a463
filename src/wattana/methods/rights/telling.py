"""An explanation as text for a terminal: every programme, by person and outcome."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from wattana.kernel.problems import N_

Data = Mapping[str, Any]
_MARKS = {True: "✓", False: "✗", None: "?"}
_GROUPS = (
    ("due", N_("Due")),
    ("may_apply", N_("May apply")),
    ("unknown", N_("Not known yet: ask")),
    ("not_due", N_("Not due")),
)
_RECEIVED = {True: N_("received"), False: N_("not received"), None: N_("receipt not known")}
_REGISTRATION = {
    "open": N_("open until %(to)s (%(window)s)"),
    "ahead": N_("opens on %(from)s (%(window)s)"),
    "over": N_("over since %(to)s (%(window)s, the last one known)"),
}
_ARREARS = {
    "none": N_("none for the time before"),
    "from_application": N_("from the application on, not for the time before"),
    "months": N_("months: %(months)s, baht: %(amount)s"),
    "months_unknown": N_("up to %(most_months)s months; the sum is not known"),
}
_NOT_APPLIED = N_("Not applied here")
_ALL_THE_SAME = N_("received all the same: please check")
_WIDTH = 78


def lines(data: Data, spoken: str, translate: Callable[[str], str]) -> Iterator[str]:
    """What `writing.as_data` holds, in the language `spoken` (“th” or “en”).

    Of what is due or may be applied for everything; of what is not known the facts to ask; of what
    is not due the conditions that fail. Programmes that are switched off stand at the end.
    """
    told = _Told(spoken, translate)
    yield translate(N_("As of %(day)s. ✓ fulfilled  ✗ not fulfilled  ? not known")) % {
        "day": data["on"]
    }
    for flag in data["flags"]:
        yield from _wrapped(f"! {flag['person'] or ''} {flag['message']}", "  ")
    for who in dict.fromkeys(one["person"] for one in data["results"]):
        yield ""
        yield who or translate(N_("The household"))
        yield from told.person([one for one in data["results"] if one["person"] == who])
    if data["off"]:
        titles = ", ".join(one["title"][spoken] for one in data["off"])
        yield ""
        yield from _wrapped(f"{translate(_NOT_APPLIED)}: {titles}", "  ")


class _Told:
    """Answers in one language."""

    def __init__(self, spoken: str, translate: Callable[[str], str]) -> None:
        self.spoken, self.translate = spoken, translate

    def person(self, answers: Sequence[Data]) -> Iterator[str]:
        for outcome, title in _GROUPS:
            some = [one for one in answers if one["outcome"] == outcome]
            if some:
                yield f" {self.translate(title)}"
                for one in some:
                    yield from getattr(self, f"_{outcome}")(one)

    def _due(self, one: Data) -> Iterator[str]:
        received = self.translate(_RECEIVED[one["received"]])
        yield from _wrapped(
            f"  {self._title(one)}: {one['wording'][self.spoken]}{_paid(one)}, {received}"
        )
        yield from self._reasons(one)

    def _may_apply(self, one: Data) -> Iterator[str]:
        yield from _wrapped(f"  {self._title(one)}: {one['wording'][self.spoken]}{_paid(one)}")
        yield from self._reasons(one)

    def _unknown(self, one: Data) -> Iterator[str]:
        asked = "; ".join(
            f"{fact['label'][self.spoken]} ({fact['variable']})" for fact in one["ask_of"]
        )
        yield from _wrapped(f"  {self._title(one)}: {asked}")
        over = [self._registration(r) for r in one["registration"] if r["state"] == "over"]
        if over:
            yield from _wrapped(f"    {self.translate(N_('Registration'))}: {over[0]}", "      ")

    def _not_due(self, one: Data) -> Iterator[str]:
        failing = [self._condition(c) for c in one["conditions"] if c["value"] is False]
        also = f" ({self.translate(_ALL_THE_SAME)})" if one["received"] else ""
        yield from _wrapped(f"  {self._title(one)}{also}: {'; '.join(failing)}")
        for told in map(self._registration, one["registration"]):
            yield from _wrapped(f"    {self.translate(N_('Registration'))}: {told}", "      ")

    def _reasons(self, one: Data) -> Iterator[str]:
        for condition in one["conditions"]:
            yield from _wrapped(f"    {self._condition(condition)}", "      ")
        for name, words in (
            (N_("Law"), "; ".join(one["laws"])),
            (N_("Where to apply"), (one["where"] or {}).get(self.spoken, "")),
            (N_("When to apply"), (one["when"] or {}).get(self.spoken, "")),
            (N_("Back pay"), self._arrears(one)),
            (N_("Registration"), "; ".join(map(self._registration, one["registration"]))),
            (N_("Documents"), ", ".join(d[self.spoken] for d in one["documents"])),
        ):
            if words:
                yield from _wrapped(f"    {self.translate(name)}: {words}", "      ")

    def _arrears(self, one: Data) -> str:
        """Nothing of what is received, nor where the rule is not known."""
        found = one["arrears"]
        if one["received"] or found["rule"] not in _ARREARS:
            return ""
        known = found["rule"] != "months" or found["amount"] is not None
        said: str = self.translate(_ARREARS[found["rule"] if known else "months_unknown"]) % found
        return said

    def _registration(self, one: Data) -> str:
        said = self.translate(_REGISTRATION[one["state"]])
        told = said % {"window": one["label"][self.spoken], "from": one["from"], "to": one["to"]}
        if one["paid_from"]:
            paid = self.translate(N_("paid from %(day)s on at the earliest"))
            return f"{told}, {paid % {'day': one['paid_from']}}"
        return told

    def _condition(self, condition: Data) -> str:
        law = f" [{condition['law']}]" if condition["law"] else ""
        return f"{_MARKS[condition['value']]} {condition['label'][self.spoken]}{law}"

    def _title(self, one: Data) -> str:
        return f"{one['title'][self.spoken]} ({one['programme']})"


def _paid(one: Data) -> str:
    return f" {one['amount']:,} ({one['per']})" if one["amount"] is not None else ""


def _wrapped(text: str, further: str = "    ") -> list[str]:
    """Broken at spaces only: Thai words have none between them and are never cut."""
    return textwrap.wrap(
        text, _WIDTH, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )
