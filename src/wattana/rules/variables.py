"""What a codebook consists of: variables with their answers, in sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Level = Literal["household", "person"]
Kind = Literal["integer", "number", "boolean", "choice", "multi", "text", "date", "partial_date"]
Answer = int | float | bool | str | list[str]

LEVELS = ("household", "person")
KINDS = ("integer", "number", "boolean", "choice", "multi", "text", "date", "partial_date")
SENSITIVITIES = ("public", "personal", "sensitive")
STORES = ("answers", "registry", "derived")
STATUSES = ("stated", "proposed")
FORMATS = (
    "",
    "national_id",
    "house_code",
    "house_number",
    "phone",
    "area_code",
    "digits_5",
    "digits_12",
)

_SQL_TYPES = {
    "integer": "BIGINT",
    "number": "DECIMAL(18, 2)",
    "boolean": "BOOLEAN",
    "choice": "VARCHAR",
    "multi": "VARCHAR[]",
    "text": "VARCHAR",
    "date": "DATE",
    "partial_date": "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer. `rank` orders the answers, worst first, from 1; None: outside the order.

    An `exclusive` answer of a multi question (“none of these”) stands alone.
    """

    code: str
    label_th: str
    label_en: str
    rank: int | None = None
    exclusive: bool = False
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """An answer that hardly can be: `when` it holds, the question is asked whether it is right.

    It is never refused. `status` is "proposed" where no public source states it.
    """

    when: str
    ask_th: str
    ask_en: str
    status: str


@dataclass(frozen=True)
class Variable:
    """One question, or one fact of the registry.

    `family` and `item` are set for one line of a table of questions (12 lenders …); such a variable
    is named `<family>__<item>` and `item_label_*` is the line's own label. `relevant` is the
    expression that says when to ask; None: always. `minimum` and `maximum` bound numbers; for texts
    `maximum` is the longest length. `status` is "proposed" where no public source has the wording.
    What is asked `on_request` is not part of a survey: it is asked of those whose right depends on
    it. `expression` says how a derived fact follows from others where it was not stated itself;
    `through`: to know it, one asks for those others; `presumed`: until the contrary is said;
    `counted`: a snapshot works it out of the rights, so that measures may use it. `doubts`: what of
    its answers is asked about, together with others.
    """

    name: str
    level: Level
    kind: Kind
    section: str
    label_th: str
    label_en: str
    question_th: str
    question_en: str
    source: str
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    format: str = ""
    sensitivity: str = "personal"
    stored: str = "answers"
    status: str = "stated"
    minimum: float | None = None
    maximum: float | None = None
    relevant: str | None = None
    family: str | None = None
    item: str | None = None
    item_label_th: str = ""
    item_label_en: str = ""
    synonyms: tuple[str, ...] = ()
    on_request: bool = False
    expression: str | None = None
    through: bool = False
    presumed: bool = False
    counted: bool = False
    doubts: tuple[Doubt, ...] = ()

    def choice(self, code: str) -> Choice:
        """The choice with this code. Raises KeyError."""
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> dict[str, Choice]:
        return {choice.code: choice for choice in self.choices}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(choice.code for choice in self.choices)

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """Rank by code, of the answers that have one; empty for a question without order."""
        return {choice.code: choice.rank for choice in self.choices if choice.rank is not None}

    @cached_property
    def exclusive(self) -> tuple[str, ...]:
        """Codes that stand alone in a multi answer."""
        return tuple(choice.code for choice in self.choices if choice.exclusive)

    @property
    def sql_type(self) -> str:
        """Type of the snapshot's column (DuckDB)."""
        return _SQL_TYPES[self.kind]


@dataclass(frozen=True)
class Section:
    """One part of the questionnaire, in the order of asking."""

    key: str
    title_th: str
    title_en: str
    level: Level
    source: str
    variables: tuple[Variable, ...]
