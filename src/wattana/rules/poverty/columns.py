"""The columns of a file of anybody as a codebook, so that expressions are checked against them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wattana.rules import codebook as codebooks
from wattana.rules import parameters as parameter_files
from wattana.rules.book import Codebook
from wattana.rules.expressions import SURVEY_DATE, Scope
from wattana.rules.expressions.nodes import Node, Type
from wattana.rules.variables import Kind, Level, Section, Variable

_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|LONG|SHORT|BYTE|INT(8|16|32|64)")
_DECIMAL = re.compile(r"(DECIMAL|NUMERIC)(\(.*\))?|DOUBLE|FLOAT|REAL")
_TEXT = re.compile(r"(VARCHAR|STRING|TEXT|CHAR|ENUM)(\(.*\))?")
_TEXTS = re.compile(r"(VARCHAR|STRING)\[\]|ARRAY<STRING>")
_NODE_TYPES: dict[Kind, Type] = {
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "choice": "choice",
    "multi": "multi",
}


def scope_of(
    columns: Mapping[str, str] | None,
    *,
    level: Level = "household",
    constants: Mapping[str, float] | None = None,
    names: Mapping[str, str] | None = None,
    examples: Mapping[str, str] | None = None,
) -> Scope:
    """What expressions may name: the columns of a file, or (None) the codebook at a level.

    `columns`: column → SQL type of DuckDB or Spark. `names`: short name → column. `examples`: what
    stands in a text column, for the message to one who expected numbers. Dated parameters are there
    where the rows have a survey date.
    """
    dated = columns is None or SURVEY_DATE in columns
    parameters = parameter_files.load() if dated else {}
    if columns is None:
        return Scope(codebooks.load(), level, parameters, constants or {})
    book = book_of(columns, examples or {})
    values = {name: _column(book.variables[column]) for name, column in (names or {}).items()}
    return Scope(book, "household", parameters, constants or {}, values)


def book_of(columns: Mapping[str, str], examples: Mapping[str, str]) -> Codebook:
    """A codebook whose variables are the columns; see `scope_of`."""
    variables = tuple(
        _variable(name, kind_of(sql_type), examples.get(name, ""))
        for name, sql_type in columns.items()
    )
    section = Section("file", "", "", "household", "", variables)
    return Codebook("", "", "", "", (section,), of_file=True)


def kind_of(sql_type: str) -> Kind:
    """The kind of a column by its SQL type; "date" stands for all that expressions cannot use."""
    text = sql_type.upper()
    if _WHOLE.fullmatch(text):
        return "integer"
    if _DECIMAL.fullmatch(text):
        return "number"
    if text in ("BOOLEAN", "BOOL"):
        return "boolean"
    if _TEXTS.fullmatch(text):
        return "multi"
    return "choice" if _TEXT.fullmatch(text) else "date"


def _column(variable: Variable) -> Node:
    return Node("variable", _NODE_TYPES.get(variable.kind, "null"), value=variable)


def _variable(name: str, kind: Kind, example: str) -> Variable:
    return Variable(
        name=name,
        level="household",
        kind=kind,
        section="file",
        label_th=name,
        label_en=name,
        question_th=example,
        question_en=example,
        source="",
    )
