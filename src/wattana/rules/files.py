"""Read the rulebook's YAML strictly: unknown keys, missing keys, wrong types are refused."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, NoReturn, cast

import yaml

from wattana.kernel.problems import N_, Invalid, Phrase, gathered
from wattana.thai.dates import BUDDHIST_ERA, FIRST_BE
from wattana.thai.files import decode

LARGEST = 1_000_000
"""Bytes of a YAML file of anybody."""
_DEEPEST = 60  # mappings and lists in each other; the rulebook has seven
_NOTHING = object()
RULEBOOK = resources.files("wattana.rulebook")


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    th: str
    en: str


class _Lined(dict[Hashable, Any]):
    """A YAML mapping that remembers its line and the line of each key, from 1."""

    line: int
    lines: dict[str, int]


class _Loader(yaml.CSafeLoader):  # libyaml: several times as fast, which every start feels
    """Safe YAML in which a key may stand only once."""

    def construct_lined(self, node: yaml.MappingNode) -> Iterator[_Lined]:
        mapping = _Lined()
        mapping.line = node.start_mark.line + 1
        mapping.lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
        yield mapping
        mapping.update(self.construct_mapping(node))

    def construct_day(self, node: yaml.ScalarNode) -> Any:
        """A date; text that only looks like one stays text, so that its reader can name it."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return node.value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise Invalid(
                    N_("%(place)s: the key “%(key)s” stands twice. Take one away."),
                    place=f"line {node.start_mark.line + 1}",
                    key=str(key)[:60],
                )
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, form) for tag, form in forms if letter in "tTfF" or not tag.endswith(":bool")]
    for letter, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}  # true and false alone are booleans, as in YAML 1.2: “on” is a key here, and “no” a code
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_lined)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_day)


class _TextLoader(_Loader):
    """The same, in which all that is written is a text."""


_TextLoader.yaml_implicit_resolvers = {}


class Table:
    """A YAML mapping that knows where it stands. Take the keys you know, then call `end`.

    `lined`: places name the line, too, and “%(key)s” of a fault the line of that key.
    """

    def __init__(self, value: Any, place: str, line: int = 1, lined: tuple[str, str] = ("", "")):
        self._file, self._path = lined
        self._line = getattr(value, "line", line)
        self._lines: Mapping[str, int] = getattr(value, "lines", {})
        self.place = self._placed(self._line) if self._file else place
        if not isinstance(value, Mapping):
            self.refuse(N_("%(place)s: lines of “key: value” are expected here."))
        self.raw: Mapping[str, Any] = value
        self._left: dict[str, Any] = {str(key): item for key, item in value.items()}
        self._asked: dict[str, None] = {}

    def __contains__(self, key: str) -> bool:
        self._asked[key] = None
        return key in self._left

    def refuse(self, message: str, **params: Any) -> NoReturn:
        """Raise `Invalid` with this place, or with the line of the key that `key` names."""
        place = self.place
        if self._file:
            place = self._placed(self.line_of(str(params.get("key", ""))))
        raise Invalid(message, place=place, **params)

    def line_of(self, key: str) -> int:
        """The line of a key in the file, from 1; that of the mapping when it has no such key."""
        return self._lines.get(key, self._line)

    def at(self, key: str) -> str:
        """The place of one key, for faults of what it holds."""
        if not self._file:
            return f"{self.place}, {key}"
        return self._placed(self.line_of(key), key)

    def _placed(self, line: int, *keys: str) -> str:
        path = ", ".join(one for one in (self._path, *keys) if one)
        if not path:
            return Phrase(N_("%(file)s, line %(line)s"), file=self._file, line=line)
        return Phrase(
            N_("%(file)s, line %(line)s, %(path)s"), file=self._file, line=line, path=path
        )

    def within(self, value: Any, key: str, label: str) -> Table:
        """A mapping below `key`, placed by `label`."""
        path = f"{self._path}, {label}" if self._path else label
        lined = (self._file, path) if self._file else ("", "")
        return Table(value, f"{self.place}, {label}", self.line_of(key), lined)

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
        if value.year >= FIRST_BE:
            self.refuse(
                N_("%(place)s: “%(key)s” is a year of พ.ศ. Write %(right)s."),
                key=key,
                right=f"{value.year - BUDDHIST_ERA}{value.isoformat()[4:]}",
            )
        return value

    def value(self, key: str) -> Any:
        """Whatever stands there, for a caller who reads it himself; the key has to be there."""
        value = self._take(key, default=_NOTHING)
        if value is _NOTHING:
            self._take(key)
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
        return self.within(self._take(key), key, key)

    def optional_table(self, key: str) -> Table:
        return self.within(self._take(key, default={}), key, key)

    def tables(self, key: str) -> list[Table]:
        """A list of mappings; each is placed by its name, code or number."""
        return [one() for one in self.entries(key)]

    def entries(self, key: str) -> list[Callable[[], Table]]:
        """The same list, of which each entry is still to be opened, and may be no mapping."""
        value = self._take(key)
        if not isinstance(value, list):
            self.refuse(
                N_("%(place)s: “%(key)s” has to be a list; begin each entry with “- ”."), key=key
            )
        return [partial(self.within, one, key, _entry(key, n, one)) for n, one in enumerate(value)]

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

    def asked(self) -> set[str]:
        """The keys that anybody asked for so far, there or not."""
        return set(self._asked)

    def end(self) -> None:
        """Refuse what nobody took: each key by itself where places name lines."""
        if self._left:
            unknown = list(self._left)
            message = N_("%(place)s: unknown key %(keys)s.")
            if not self._file:
                self.refuse(message, keys=", ".join(map(repr, unknown)))
            gathered(partial(self._refuse_unknown, key) for key in unknown)

    def _refuse_unknown(self, key: str) -> NoReturn:
        known = [name for name in self._asked if name not in self._lines] or list(self._asked)
        near = difflib.get_close_matches(key, known, n=1)
        if near:
            self._refuse_misspelt(key, near[0])
        self.refuse(
            N_("%(place)s: unknown key “%(key)s”. Write one of: %(known)s."),
            key=key[:60],
            known=", ".join(known) or "–",
        )

    def _refuse_misspelt(self, key: str, right: str) -> NoReturn:
        self.refuse(
            N_("%(place)s: unknown key “%(key)s”. Write “%(right)s”."), key=key[:60], right=right
        )

    def _take(self, key: str, default: Any = None) -> Any:
        self._asked[key] = None
        if key not in self._left:
            if default is None:
                near = difflib.get_close_matches(key, self._left, n=1) if self._file else []
                if near and near[0] not in self._asked:
                    self._refuse_misspelt(near[0], key)
                self.refuse(N_("%(place)s: the key “%(key)s” is missing."), key=key)
            return default
        return self._left.pop(key)


def near(written: str, known: Sequence[str]) -> list[str]:
    """Names that begin so, else up to three that look like it."""
    begins = [one for one in known if written and one.startswith(written)]
    return begins[:3] or difflib.get_close_matches(written, known, n=3)


def _entry(key: str, number: int, value: Any) -> str:
    if isinstance(value, Mapping):
        for name in ("name", "family", "code", "items", "item", "id"):
            if name in value:
                return str(value[name])
    return f"{key} {number + 1}"


def read(path: str, root: Traversable = RULEBOOK) -> Table:
    """Read a YAML file of the rulebook; `path` is relative to `root`. Raises `Invalid`."""
    try:
        data = root.joinpath(path).read_bytes()
    except FileNotFoundError:
        raise Invalid(N_("The rulebook has no file %(place)s."), place=path) from None
    return Table(_loaded(data, path), path)


def read_lined(source: Traversable) -> Table:
    """Read a YAML file of anybody: its faults name file and line. Raises `Invalid`."""
    return Table(_of_anybody(source, _Loader), source.name, lined=(source.name, ""))


def read_texts(source: Traversable) -> Any:
    """What a YAML or JSON file of anybody holds, all of it as texts: 033010 keeps its nought.

    Raises `Invalid`, which names file and line.
    """
    return _of_anybody(source, _TextLoader)


def _of_anybody(source: Traversable, loader: type[_Loader]) -> Any:
    try:
        data = source.read_bytes()
    except OSError:
        raise Invalid(N_("The file %(place)s cannot be read."), place=source.name) from None
    if len(data) > LARGEST:
        raise Invalid(
            N_("%(place)s is larger than %(most)s bytes; is it a YAML file?"),
            place=source.name,
            most=LARGEST,
        )
    return _loaded(data, source.name, loader)


def _refuse_depth(text: str) -> None:
    """Raise for what is nested so deep that libyaml would run out of stack, and the process die."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise yaml.MarkedYAMLError(problem_mark=cast(yaml.Mark, event.start_mark))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _loaded(data: bytes, path: str, loader: type[_Loader] = _Loader) -> Any:
    try:
        text = decode(data)[0]
        _refuse_depth(text)
        return yaml.load(text, Loader=loader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise Invalid(
            N_("%(place)s is not proper YAML at line %(line)s. Look there for indentation, "
               "brackets and quotation marks that do not close."),
            place=path,
            line=line,
        ) from error  # fmt: skip
    except Invalid as problem:
        if "place" not in problem.params:  # the bytes are no text
            raise Invalid(
                N_("%(place)s is no text. Save it as YAML in UTF-8."), place=path
            ) from None
        place = f"{path}, {problem.params['place']}"
        raise Invalid(problem.message, **{**problem.params, "place": place}) from None
