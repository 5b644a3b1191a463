"""Facts of a person that cannot be: left out of every judgement, and told to the officer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from wattana.kernel.problems import N_
from wattana.rules.book import Codebook
from wattana.rules.expressions import Expression, Scope, compile_in

OLDEST = 120
"""Years; nobody in Thailand is known to have become older."""


@dataclass(frozen=True)
class Impossible:
    """Where `expression` is true of what was stated, these `variables` count as unknown.

    `message` is English with places.
    """

    kind: str
    message: str
    variables: tuple[str, ...]
    expression: Expression


_TOO_OLD = N_("Older than %(oldest)s years.")
_RULES = (
    (
        "not_born",
        N_("Born after the day that is asked about."),
        ("birth_date",),
        "birth_date > as_of()",
    ),
    (
        "too_old",
        _TOO_OLD,
        ("birth_date",),
        f"years_between(birth_date, as_of()) > {OLDEST}"
        f" and coalesce(years_between(birth_date, died_on) > {OLDEST}, died_on is null)",
    ),
    ("too_old", _TOO_OLD, ("age",), f"age > {OLDEST}"),
    (
        "died_before_birth",
        N_("Died before birth."),
        ("died_on", "birth_date"),
        "died_on < birth_date",
    ),
    ("pregnant_man", N_("Male and pregnant."), ("pregnant",), "pregnant and sex = 'male'"),
)


@lru_cache(maxsize=4)
def rules(codebook: Codebook) -> tuple[Impossible, ...]:
    """Every kind of fact that cannot be, of what was stated of a person."""
    scope = Scope(codebook, "person", rights=True)
    return tuple(
        Impossible(kind, message, variables, compile_in(scope, text, place=f"impossible, {kind}"))
        for kind, message, variables, text in _RULES
    )
