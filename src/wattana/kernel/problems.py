"""Errors that a person can act on, told in Thai and English.

A problem carries an English message with named places, which is also the key of the Thai catalogue:
the rooms below Django can raise problems, and the edge (page, command) translates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


def N_(message: str) -> str:
    """Mark a message for the catalogue without translating it here."""
    return message


_LANGUAGE = N_("en")  # which the Thai catalogue calls “th”


class Phrase(str):
    """A part of a problem with words of its own, such as “mpi.yaml, line 7”; English until told."""

    message: str
    params: Mapping[str, Any]

    def __new__(cls, message: str, **params: Any) -> Phrase:
        phrase = super().__new__(cls, message % params)
        phrase.message, phrase.params = message, params
        return phrase


class Named(str):
    """A name as a part of a problem, in both languages; Thai stands in where English is empty."""

    th: str
    en: str

    def __new__(cls, th: str, en: str) -> Named:
        name = super().__new__(cls, en or th)
        name.th, name.en = th, en or th
        return name


@dataclass(frozen=True)
class Lead:
    """A page where a reader can go on after a problem: its route, the record's key, and a label."""

    route: str
    key: int
    label: str


class Problem(Exception):
    """Something is wrong that the user can understand and mend.

    `message` is an English sentence with `%(name)s` places, marked with `N_`; `params` fill them.
    Never put a person's name or national ID into `params`: problems are logged. `lead` is where to
    go on, which the reader may open.
    """

    lead: Lead | None = None

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params: Mapping[str, Any] = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Invalid(Problem):
    """A value or a file does not have the form that is asked for."""


class Several(Invalid):
    """Faults that stand beside one another, all in `faults`; by itself it tells the first."""

    def __init__(self, faults: Sequence[Invalid]) -> None:
        super().__init__(faults[0].message, **faults[0].params)
        self.faults = faults


class NotFound(Problem):
    """There is no such thing, or the viewer may not know that there is."""


class Forbidden(Problem):
    """The viewer may not do this."""


class Conflict(Problem):
    """The state changed in between, or the step does not follow from the present state."""


def gathered(parts: Iterable[Callable[[], T]]) -> list[T]:
    """What each part returns. One that raises `Invalid` does not keep the others from being tried.

    Raises `Several` with the faults of all, each once.
    """
    found: list[T] = []
    faults: list[Invalid] = []
    for part in parts:
        try:
            found.append(part())
        except Invalid as problem:
            faults += each(problem)
    if faults:
        raise Several(list({str(one): one for one in faults}.values()))
    return found


def built(parts: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """The same for named parts."""
    return dict(zip(parts, gathered(parts.values()), strict=True))


def each(problem: Invalid) -> Sequence[Invalid]:
    """The faults that a problem holds; itself, if it is one alone."""
    return problem.faults if isinstance(problem, Several) else [problem]


def of_option(option: str, read: Callable[[], T]) -> T:
    """What `read` returns of an option of a command; a problem with it names the option."""
    try:
        return read()
    except Invalid as problem:
        message = N_("%(option)s: %(why)s")
        why = Phrase(problem.message, **problem.params)
        raise Invalid(message, option=option, why=why) from None


def told(problem: Problem | Phrase, translate: Callable[[str], str]) -> str:
    """The problem in the language of `translate`, a look-up of the catalogue."""
    message = translate(problem.message)
    params = {name: _told(value, translate) for name, value in problem.params.items()}
    return message % params if params else message


def _told(value: Any, translate: Callable[[str], str]) -> Any:
    if isinstance(value, Phrase):
        return told(value, translate)
    if isinstance(value, Named):
        return getattr(value, translate(_LANGUAGE))
    return value


def as_data(params: Mapping[str, Any]) -> dict[str, Any]:
    """Places as JSON holds them; phrases and names keep what they say in any language later."""
    return {name: _as_data(value) for name, value in params.items()}


def _as_data(value: Any) -> Any:
    if isinstance(value, Phrase):
        return {"message": value.message, "params": as_data(value.params)}
    return {"th": value.th, "en": value.en} if isinstance(value, Named) else value


def from_data(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The places that `as_data` gave."""
    return {name: _from_data(value) for name, value in kept.items()}


def _from_data(kept: Any) -> Any:
    if not isinstance(kept, dict):
        return kept
    if "message" in kept:
        return Phrase(kept["message"], **from_data(kept["params"]))
    return Named(**kept)
