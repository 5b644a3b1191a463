"""The data dictionary: the codebook as a flat table, for people who receive an export."""

from __future__ import annotations

from collections.abc import Iterator

from wattana.rules.book import Codebook
from wattana.rules.variables import Choice, Variable

COLUMNS = (
    "section", "variable", "level", "kind", "unit", "label_th", "label_en", "question_th",
    "question_en", "code", "answer_th", "answer_en", "rank", "minimum", "maximum", "asked_when",
    "sensitivity", "status", "source",
)  # fmt: skip


def as_rows(codebook: Codebook) -> list[dict[str, str]]:
    """One row per variable and answer, with the keys of `COLUMNS`; texts only."""
    variables = (*codebook.variables.values(), *codebook.derived.values())
    return [row for one in variables for row in _rows(one)]


def _rows(variable: Variable) -> Iterator[dict[str, str]]:
    for choice in variable.choices or (None,):
        values = _values(variable, choice)
        yield {column: _text(values[column]) for column in COLUMNS}


def _values(variable: Variable, choice: Choice | None) -> dict[str, object]:
    return {
        **vars(variable),
        "variable": variable.name,
        "asked_when": variable.relevant,
        "code": choice and choice.code,
        "answer_th": choice and choice.label_th,
        "answer_en": choice and choice.label_en,
        "rank": choice and choice.rank,
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)
