"""Read the rulebook's YAML strictly: unknown keys, missing keys, wrong types are refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, NoReturn

import yaml

from wattana.kernel.problems import N_, Invalid

RULEBOOK = resources.files("wattana.rulebook")


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    th: str
    en: str


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a key may stand only once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise Invalid(
                    N_("%(place)s: the key “%(key)s” stands twice."),
                    place=f"line {node.start_mark.line + 1}",
                    key=str(key)[:60],
                )
        return super().construct_mapping(node, deep)


class Table:
    """A YAML mapping that knows where it stands. Take the keys you know, then call `end`."""

    def __init__(self, value: Any, place: str) -> None:
        self.place = place
        if not isinstance(value, Mapping):
            self.refuse(N_("%(place)s: a mapping is expected here."))
        self.raw: Mapping[str, Any] = value
        self._left: dict[str, Any] = {str(key): item for key, item in value.items()}

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def refuse(self, message: str, **params: Any) -> NoReturn:
        """Raise `Invalid` with this place."""
        raise Invalid(message, place=self.place, **params)

    def text(self, key: str) -> str:
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.refuse(N_("%(place)s: “%(key)s” has to be a text."), key=key)
        return str(value).strip()

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if key in self else None

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key) if key in self or default is None else default
        if value not in allowed:
            self.refuse(
                N_("%(place)s: “%(key)s” has to be one of %(allowed)s."),
                key=key,
                allowed=", ".join(allowed),
            )
        return value

    def number(self, key: str) -> float:
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(N_("%(place)s: “%(key)s” has to be a number."), key=key)
        return value

    def optional_number(self, key: str) -> float | None:
        return self.number(key) if key in self else None

    def numbers(self, key: str, count: int) -> list[float]:
        """A list of so many numbers."""
        values = self._take(key)
        whole = isinstance(values, list) and len(values) == count
        if not whole or any(isinstance(n, bool) or not isinstance(n, int | float) for n in values):
            self.refuse(
                N_("%(place)s: “%(key)s” has to be a list of %(count)s numbers."),
                key=key,
                count=count,
            )
        return list(values)

    def flag(self, key: str) -> bool:
        value = self._take(key, default=False)
        if not isinstance(value, bool):
            self.refuse(N_("%(place)s: “%(key)s” has to be true or false."), key=key)
        return value

    def date(self, key: str) -> dt.date:
        value = self._take(key)
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            self.refuse(N_("%(place)s: “%(key)s” has to be a date like 2024-01-01."), key=key)
        return value

    def words(self, key: str) -> Words:
        inner = self.table(key)
        words = Words(inner.text("th"), inner.text("en"))
        inner.end()
        if not (words.th and words.en):
            self.refuse(N_("%(place)s: “%(key)s” lacks the Thai or English text."), key=key)
        return words

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text; empty when the key is absent."""
        value = self._take(key, default=[])
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in values):
            self.refuse(N_("%(place)s: “%(key)s” has to be a list of texts."), key=key)
        return tuple(values)

    def table(self, key: str) -> Table:
        return Table(self._take(key), f"{self.place}, {key}")

    def optional_table(self, key: str) -> Table:
        return Table(self._take(key, default={}), f"{self.place}, {key}")

    def tables(self, key: str) -> list[Table]:
        """A list of mappings; each is placed by its name, code or number."""
        value = self._take(key)
        if not isinstance(value, list):
            self.refuse(N_("%(place)s: “%(key)s” has to be a list."), key=key)
        return [Table(one, f"{self.place}, {_entry(key, n, one)}") for n, one in enumerate(value)]

    def named(self) -> Iterator[tuple[str, Table]]:
        """The remaining keys, each with its mapping."""
        for key in list(self._left):
            yield key, self.table(key)

    def lists(self) -> Iterator[tuple[str, list[Table]]]:
        """The remaining keys, each with its list of mappings."""
        for key in list(self._left):
            yield key, self.tables(key)

    def left(self) -> list[str]:
        return list(self._left)

    def end(self) -> None:
        """Refuse what nobody took."""
        if self._left:
            self.refuse(
                N_("%(place)s: unknown key %(keys)s."), keys=", ".join(map(repr, self._left))
            )

    def _take(self, key: str, default: Any = None) -> Any:
        if key not in self._left:
            if default is None:
                self.refuse(N_("%(place)s: the key “%(key)s” is missing."), key=key)
            return default
        return self._left.pop(key)


def _entry(key: str, number: int, value: Any) -> str:
    if isinstance(value, Mapping):
        for name in ("name", "family", "code", "items"):
            if name in value:
                return str(value[name])
    return f"{key} {number + 1}"


def read(path: str, root: Traversable = RULEBOOK) -> Table:
    """Read a YAML file of the rulebook; `path` is relative to `root`. Raises `Invalid`."""
    try:
        content = yaml.load(root.joinpath(path).read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except FileNotFoundError:
        raise Invalid(N_("The rulebook has no file %(place)s."), place=path) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise Invalid(
            N_("%(place)s is not proper YAML at line %(line)s."), place=path, line=line
        ) from error
    except Invalid as problem:
        raise Invalid(
            problem.message, **{**problem.params, "place": f"{path}, {problem.params['place']}"}
        ) from None
    return Table(content, path)
