"""Which names of the codebook an unknown word of an expression may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from wattana.rules.expressions.scope import Scope

_MOST = 3
_ALIKE = 0.6
_OF_FILE = 12
"""Columns of a file of anybody that are all named where none is alike."""


def near_names(word: str, scope: Scope) -> list[str]:
    """Up to three names spelt like the word; else names with the label that holds it or is like it.

    So a word of Thai finds the fact that is labelled so: “รายได้ต่อปี” income_year.
    """
    names = [
        *scope.codebook.variables, *scope.codebook.derived, *scope.parameters,
        *scope.constants, *scope.values,
    ]  # fmt: skip
    found = difflib.get_close_matches(word, names, n=_MOST)
    if found:
        return found
    if scope.codebook.of_file:
        return names[:_OF_FILE]
    return [f"{name} ({label})" for name, label in _labelled(word.casefold(), [*_labels(scope)])]


def _labels(scope: Scope) -> Iterator[tuple[str, str]]:
    """Names, each with every label and synonym that it has."""
    for name, one in (*scope.codebook.variables.items(), *scope.codebook.derived.items()):
        for label in (one.label_th, one.label_en, *one.synonyms):
            yield name, label
    for name, figure in scope.parameters.items():
        yield name, figure.label_th
        yield name, figure.label_en


def _labelled(word: str, labels: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The first label of each name: those that hold the word, else those that are like it.

    The shortest come first, and the lines of tables (farm_income__crops) last.
    """
    holds = [one for one in labels if word and word in one[1].casefold()]
    ranked = sorted(holds, key=lambda one: ("__" in one[0], len(one[1]))) or _alike(word, labels)
    first: dict[str, str] = {}
    for name, label in ranked:
        first.setdefault(name, label)
    return list(first.items())[:_MOST]


def _alike(word: str, labels: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    alike = difflib.SequenceMatcher(b=word)
    shares = []
    for name, label in labels:
        alike.set_seq1(label.casefold())
        if alike.quick_ratio() >= _ALIKE and (share := alike.ratio()) >= _ALIKE:
            shares.append((share, name, label))
    return [(name, label) for _, name, label in sorted(shares, reverse=True)]
