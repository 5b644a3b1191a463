"""How a section's questions lie together: repeated ones in tables, an item a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby

from wattana.rules import codebook as codebooks
from wattana.rules.codebook import Codebook, Variable

Items = tuple[tuple[str | None, str], ...]


def groups(codebook: Codebook, variables: Iterable[Variable]) -> Iterator[list[Variable]]:
    """Single questions alone; neighbouring families of the same items together."""

    def key(variable: Variable) -> str | Items:
        if variable.family is None:
            return variable.name
        return tuple((v.item, v.item_label_th) for v in codebook.families[variable.family])

    return (list(group) for _key, group in groupby(variables, key=key))


@lru_cache(maxsize=1)
def slots() -> Mapping[str, str]:
    """{question: the text question that names its row} for rows to be filled in freely.

    “Resource 2: name, distance, season” is asked only when there is a second resource, that is,
    when its name is written in.
    """
    variables = codebooks.load().variables
    found = {}
    for name, row in _rows().items():
        texts = [other for other in row if variables[other].kind == "text"]
        if texts and len(row) > 1:
            found[name] = texts[0]
    return found


def row_of(name: str) -> tuple[str, ...]:
    """The questions that stand in one row of a table with this one; itself where there is none."""
    return _rows().get(name, (name,))


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, tuple[str, ...]]:
    codebook = codebooks.load()
    found: dict[str, tuple[str, ...]] = {}
    for section in codebook.sections:
        for group in groups(codebook, section.variables):
            items: dict[str | None, list[str]] = {}
            for variable in group:
                items.setdefault(variable.item, []).append(variable.name)
            found |= {name: tuple(row) for row in items.values() for name in row}
    return found
