"""The model card: what a prediction is for, what it learnt from, how wrong it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise

from wattana.assessment.prediction import words
from wattana.kit.templatetags.wattana import in_language
from wattana.registry.queries.places import places

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Weight:
    """A fact and how far one standard deviation of it moves a household."""

    fact: str | Promise
    weight: float
    absent: bool  # the weight of the fact being unknown


@dataclass(frozen=True)
class GroupRow:
    """The figures of one group, None where it is too small."""

    value: str | Promise
    figures: Figures | None


def context(figures: Figures, parameters: Figures) -> dict[str, Any]:
    """All that the page and the Markdown of a card show."""
    return {
        "card": figures,
        "weights": _weights(parameters),
        "groups": [
            (words.GROUPS.get(name, name), _rows(name, of))
            for name, of in figures["model"]["groups"].items()
        ],
    }


def markdown(figures: Figures, parameters: Figures) -> str:
    """The card as Markdown, in the language in force."""
    return str(render_to_string("assessment/prediction/card.md", context(figures, parameters)))


def _weights(parameters: Figures) -> list[Weight]:
    names = [(name, False) for name in parameters["names"]]
    names += [(name, True) for name in parameters["flagged"]]
    found = [
        Weight(words.fact(name), weight, absent)
        for (name, absent), weight in zip(names, parameters["weights"], strict=True)
    ]
    return sorted(found, key=lambda one: -abs(one.weight))


def _rows(name: str, of: Mapping[str, Figures | None]) -> list[GroupRow]:
    areas = places(of) if name == "district" else {}
    return [
        GroupRow(
            in_language(areas[value]) if value in areas else words.VALUES.get(value, value), figures
        )
        for value, figures in of.items()
    ]
