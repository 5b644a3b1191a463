"""What the address of a measure's page asks for; all of it can be typed by anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import QueryDict

from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.assessment.poverty.definitions import ALL, GROUPINGS
from wattana.assessment.poverty.figures import CENSORED, CONTRIBUTION, FIGURES, H
from wattana.assessment.poverty.queries import HOUSEHOLDS, UNITS, Question
from wattana.kernel.problems import N_, Invalid, NotFound
from wattana.reports import queries
from wattana.rules.poverty import PovertyMeasure
from wattana.thai.numerals import to_arabic

_NUMBER = re.compile(r"\d{0,3}\.?\d{0,6}|\d{1,4}/\d{1,4}")
_K = N_(
    "The cut-off k is a share above 0 and at most 1, such as 0.33 or 1/3. Type another, or leave "
    "the field empty."
)
_CHOICE = N_("“%(value)s” is not among the choices. Open the page again and choose from the lists.")


@dataclass(frozen=True)
class Asked:
    """An area, and what is asked of the run about it. `k` as it was typed."""

    area: str
    k: str
    question: Question

    @property
    def group_key(self) -> str:
        """The group as the address has it: head_sex or head_sex:female."""
        of = self.question
        return f"{of.grouping}:{of.group}" if of.group else of.grouping


def asked(query: QueryDict, viewer: Viewer, measure: PovertyMeasure) -> Asked | None:
    """What the address says, with what it leaves out filled in; None where she sees no area.

    Raises `Invalid` and `NotFound`.
    """
    code = query.get("area", "") or _first_area(viewer)
    if not code:
        return None
    if not viewer.touches(code):
        raise NotFound(areas.NOT_OPEN, code=code[:12])
    grouping, group = _group(query.get("group", ""))
    figure = _one_of(query.get("figure", "") or H, FIGURES)
    return Asked(
        area=code,
        k=query.get("k", "").strip(),
        question=Question(
            cutoff=cutoff(query.get("k", "")),
            unit=_one_of(query.get("unit", "") or HOUSEHOLDS, UNITS),
            grouping=grouping,
            group=group,
            figure=figure,
            indicator=_indicator(query.get("indicator", ""), figure, measure),
        ),
    )


def _first_area(viewer: Viewer) -> str:
    return queries.top_area(viewer) or next(iter(viewer.areas), "")


def cutoff(text: str) -> Fraction | None:
    """The cut-off k as typed: 0.33, ๐.๓๓, 1/3; None where nothing is. Raises `Invalid`."""
    text = to_arabic(text.strip())
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or text == "." or text.endswith("/0"):
        raise Invalid(_K)
    above, _, below = text.partition("/")
    if below and not int(below):
        raise Invalid(_K)
    share = Fraction(above) / Fraction(below or 1)
    if not 0 < share <= 1:
        raise Invalid(_K)
    return share


def _group(text: str) -> tuple[str, str]:
    """“head_sex” compares its groups; “head_sex:female” is about one of them."""
    name, _, group = text.partition(":")
    if not name:
        return ALL, ALL
    _one_of(name, GROUPINGS)
    if group:
        _one_of(group, GROUPINGS[name].names)
    return name, group


def _indicator(text: str, figure: str, measure: PovertyMeasure) -> str:
    """The indicator (or dimension) that the figure is about; the first where none is named."""
    indicators = [one.name for one in measure.indicators]
    dimensions = [one.name for one in measure.dimensions]
    if not text:
        return dimensions[0] if figure == CONTRIBUTION else indicators[0]
    _one_of(text, [*indicators, *dimensions])
    if figure == CENSORED and text in dimensions:
        return next(one.name for one in measure.indicators if one.dimension == text)
    return text


def _one_of(value: str, allowed: Any) -> str:
    if value not in allowed:
        raise Invalid(_CHOICE, value=value[:40])
    return value
