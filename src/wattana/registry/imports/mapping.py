"""Which column means what: read from a file, proposed from the header, saved for a source."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from wattana.kernel.problems import N_, Invalid
from wattana.registry.imports.fields import Field, Fields
from wattana.rules.files import read_texts
from wattana.thai.text import clean

_KEYS = ("columns", "constants", "values", "header_line", "sheet", "blank_means_none",
         "new_villages")  # fmt: skip


@dataclass(frozen=True)
class ColumnMapping:
    """How a file's columns meet the fields of a kind (docs/import.md describes the file).

    `columns`: header → field; `constants`: field → the same text for every row; `values`: header →
    {what is written: what is meant}. `blank_means_none` names groups of lines (expense, saving) of
    which a row that fills one leaves the others blank for 0. `new_villages`: numbers (moo) that the
    list of villages does not have are new villages.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    header_line: int | None = None
    sheet: str = ""
    blank_means_none: tuple[str, ...] = ()
    new_villages: bool = False

    def header_of(self, name: str) -> str:
        """The column that fills a field; "" when a constant or nothing does."""
        return next((header for header, target in self.columns.items() if target == name), "")

    def fills(self, name: str) -> bool:
        """Whether a column or a constant fills a field."""
        return name in self.constants or name in self.columns.values()

    def of_source(self) -> ColumnMapping:
        """Without what was said of one file only."""
        return replace(self, new_villages=False)

    def as_json(self) -> dict[str, Any]:
        """The shape of a mapping file, without what is empty."""
        content = {key: getattr(self, key) for key in _KEYS}
        content["blank_means_none"] = list(self.blank_means_none)
        return {key: value for key, value in content.items() if value}


def from_file(path: Path) -> ColumnMapping:
    """Read a mapping from YAML or JSON. Raises `Invalid`."""
    return from_json(read_texts(path))


def from_json(content: Any) -> ColumnMapping:
    """Read a mapping from the shape of a mapping file. Raises `Invalid` for any other shape."""
    if content == {}:
        return ColumnMapping()
    if not isinstance(content, dict) or not content.keys() & set(_KEYS):
        raise Invalid(
            N_("A mapping has the keys %(keys)s; at least one is needed."), keys=", ".join(_KEYS)
        )
    if unknown := sorted(str(key) for key in content.keys() - set(_KEYS)):
        raise Invalid(
            N_("A mapping has no key “%(key)s”, only: %(keys)s."),
            key=unknown[0][:40],
            keys=", ".join(_KEYS),
        )
    columns = {header: name for header, name in _texts(content, "columns").items() if name}
    targets = list(columns.values())
    for name in targets:
        if targets.count(name) > 1:
            raise Invalid(N_("Two columns are mapped to the field “%(name)s”."), name=name)
    line = content.get("header_line")
    if line not in (None, "") and not (str(line).isdigit() and 1 <= int(line) <= 1000):
        raise Invalid(N_("“header_line” is the number of a line, from 1."))
    return ColumnMapping(
        columns=columns,
        constants={name: text for name, text in _texts(content, "constants").items() if text},
        values={
            clean(str(header)): _texts(content.get("values"), header)
            for header in _table(content.get("values"), "values")
        },
        header_line=int(line) if line else None,
        sheet=str(content.get("sheet") or ""),
        blank_means_none=_names(content.get("blank_means_none")),
        new_villages=_yes(content.get("new_villages")),
    )


def _yes(value: Any) -> bool:
    written = str(value or "false").lower()
    if written not in ("true", "false"):
        raise Invalid(N_("“new_villages” is true or false."))
    return written == "true"


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, str | list | tuple | None) or not all(
        isinstance(name, str) for name in value or ()
    ):
        raise Invalid(N_("“blank_means_none” is a list of names."))
    return tuple(dict.fromkeys(value.split() if isinstance(value, str) else value or ()))


def _texts(content: Any, key: str) -> dict[str, str]:
    table = _table(content.get(key), key)
    for value in table.values():
        if isinstance(value, dict | list):
            raise Invalid(
                N_("In the mapping, “%(key)s” holds something that is not a text."), key=key
            )
    return {clean(str(name)): _text(value) for name, value in table.items()}


def _text(value: Any) -> str:
    """YAML writes nothing as null or ~; both mean that the column is left out."""
    text = "" if value is None else clean(str(value))
    return "" if text in ("null", "~") else text


def _table(value: Any, key: str) -> dict[Any, Any]:
    if value in (None, ""):
        return {}
    if not isinstance(value, dict):
        raise Invalid(N_("In the mapping, “%(key)s” has to be a table (name: value)."), key=key)
    return value


def check(mapping: ColumnMapping, header: Sequence[str], fields: Fields) -> None:
    """Raise `Invalid` when a mapping names a column or a field that there is not."""
    for column in (*mapping.columns, *mapping.values):
        if column not in header:
            raise Invalid(
                N_("The file has no column “%(column)s”. Its columns are: %(header)s."),
                column=column[:80],
                header=", ".join(filter(None, header))[:600],
            )
    for name in (*mapping.columns.values(), *mapping.constants):
        if name not in fields:
            close = difflib.get_close_matches(name, fields, n=3) or sorted(fields)[:8]
            raise Invalid(
                N_("There is no field “%(name)s” in this kind of import. Perhaps: %(close)s."),
                name=name[:60],
                close=", ".join(close),
            )
    both = set(mapping.constants) & set(mapping.columns.values())
    if both:
        raise Invalid(
            N_("The field “%(name)s” has both a column and a constant. Keep one."), name=min(both)
        )


def propose(header: Sequence[str], fields: Iterable[Field]) -> dict[str, str]:
    """Columns whose header is the name, a label or a synonym of a field; each field once.

    As it is written, then without spaces and punctuation, then also without what is in brackets.
    """
    fields = list(fields)
    proposed: dict[str, str] = {}
    for key in (_written, _squeezed, lambda text: _squeezed(_without_brackets(text))):
        columns = {key(name): name for name in reversed(header) if name}
        for one in fields:
            found = next(
                (column for text in one.spellings
                 if (column := columns.get(key(text), "")) and column not in proposed),
                None,
            )  # fmt: skip
            if found is not None and one.name not in proposed.values():
                proposed[found] = one.name
    return {name: proposed[name] for name in header if name in proposed}


def _written(text: str) -> str:
    return clean(text).casefold()


def _squeezed(text: str) -> str:
    return re.sub(r"[\s._\-/*:]+", "", _written(text))


def _without_brackets(text: str) -> str:
    return re.sub(r"[(\[][^)\]]*[)\]]", "", text)


def as_yaml(mapping: ColumnMapping) -> str:
    """A mapping as a file that the command reads."""
    return yaml.safe_dump(
        json.loads(json.dumps(mapping.as_json())), allow_unicode=True, sort_keys=False
    )


def with_full_names(columns: dict[str, str]) -> dict[str, str]:
    """A column of first or of last names (ชื่อสกุล) is one of full names where the other lacks."""
    targets = set(columns.values())
    for prefix in ("", "head_"):
        parts = {f"{prefix}first_name", f"{prefix}last_name"}
        if len(parts & targets) == 1 and f"{prefix}full_name" not in targets:
            columns = {
                column: f"{prefix}full_name" if name in parts else name
                for column, name in columns.items()
            }
    return columns
