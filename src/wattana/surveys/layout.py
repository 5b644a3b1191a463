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
    found = {}
    codebook = codebooks.load()
    for section in codebook.sections:
        for group in groups(codebook, section.variables):
            names = {v.item: v.name for v in group if v.family and v.kind == "text"}
            found |= {v.name: names[v.item] for v in group if v.item in names}
    return found
