"""What the pages of schemes show: inputs with their faults, the effect of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from wattana.areas.models import Area
from wattana.assessment.models import SchemeDraft
from wattana.assessment.schemes import fields, queries, words
from wattana.assessment.schemes.preview import LEVELS, Preview
from wattana.kit.charts import Cell, matrix
from wattana.kit.templatetags.wattana import in_language
from wattana.rules.measures import Measure

_MOST_PLACES = 100


@dataclass(frozen=True)
class Input:
    """A field as the page asks for it. `id` is its key as HTML and htmx like it."""

    key: str
    label: str | Promise
    value: str
    kind: str
    fault: str
    changed: bool

    @property
    def id(self) -> str:
        return self.key.replace(".", "-")

    @property
    def rows(self) -> int:
        return min(16, 2 + self.value.count("\n"))

    @property
    def choices(self) -> list[tuple[str, str | Promise]]:
        return list(words.BOUNDARIES.items())


def inputs(draft: SchemeDraft, keys: list[str]) -> list[Input]:
    """The fields of a draft with these keys."""
    definitions = queries.base_of(draft).measure.definitions
    known, values = fields.fields(definitions), queries.values(draft)
    faults = queries.checked(draft).faults
    return [
        Input(
            key,
            words.part(key) if not key.startswith("constant.") else words.label(key, definitions),
            values[key],
            known[key].kind,
            words.fault(key, faults[key], definitions) if key in faults else "",
            key in draft.typed,
        )
        for key in keys
    ]


def overview_keys(draft: SchemeDraft) -> list[str]:
    """The fields on the first page of a draft: settings, constants, weights."""
    known = fields.fields(queries.base_of(draft).measure.definitions)
    return [key for key, field in known.items() if field.kind in ("number", "choice")]


def rule_keys(draft: SchemeDraft, code: str) -> list[str]:
    """The fields of an indicator's rule; none for one that waits for data, or that is unknown."""
    known = fields.fields(queries.base_of(draft).measure.definitions)
    return [key for key in fields.rule_fields(code) if key in known]


def overview(draft: SchemeDraft) -> dict[str, Any]:
    """The first page of a draft."""
    base = queries.base_of(draft)
    by_key = {one.key: one for one in inputs(draft, overview_keys(draft))}
    capitals = [
        {
            "capital": capital,
            "weight": by_key[f"{capital.code}.weight"],
            "rows": [
                {
                    "indicator": one,
                    "weight": by_key[f"{one.code}.weight"],
                    "changed": any(key in draft.typed for key in fields.rule_fields(one.code)),
                }
                for one in capital.indicators
            ],
        }
        for capital in base.measure.capitals
    ]
    return {
        "draft": draft,
        "base": base,
        "settings": [one for key, one in by_key.items() if not key.endswith(".weight")],
        "capitals": capitals,
        "faults_elsewhere": _faulty_rules(draft),
    }


def _faulty_rules(draft: SchemeDraft) -> list[str]:
    """The codes of indicators whose rule has a fault."""
    owners = ((key.split(".")[0], key) for key in queries.checked(draft).faults)
    return sorted({owner for owner, key in owners if key in fields.rule_fields(owner)})


def rule(draft: SchemeDraft, code: str) -> dict[str, Any]:
    """The page of one indicator's rule."""
    base = queries.base_of(draft)
    indicator = next(one for one in base.measure.indicators if one.code == code)
    book = base.measure.codebook
    used = [book.variable(name) for name in (*indicator.inputs, *indicator.member_inputs)]
    return {
        "draft": draft,
        "base": base,
        "indicator": indicator,
        "inputs": inputs(draft, rule_keys(draft, code)),
        "variables": used,
        "values": base.measure.values,
    }


def before_publishing(draft: SchemeDraft) -> dict[str, Any]:
    """What a draft changes, and how many faults stand in the way."""
    base = queries.base_of(draft)
    found = queries.checked(draft)
    after = fields.applied(base.measure.definitions, draft.typed)
    return {
        "base": base,
        "faults": len(found.faults),
        "differences": words.differences(base.measure.definitions, after),
    }


def effect(found: Preview, measure: Measure, digits: int) -> dict[str, Any]:
    """The effect of a draft as a matrix and a table of places."""
    codes = [place.code for place in found.places[:_MOST_PLACES]]
    named = {area.code: in_language(area) for area in Area.objects.filter(code__in=codes)}
    return {
        "effect": found,
        "matrix": _matrix(found, measure),
        "digits": digits,
        "places": [
            (named.get(place.code, place.code), place) for place in found.places[:_MOST_PLACES]
        ],
        "more_places": len(found.places) - len(codes),
    }


def _matrix(found: Preview, measure: Measure) -> SafeString:
    thai = get_language() == "th"
    names = [
        gettext("no level")
        if level is None
        else f"{level} {measure.levels[level].th if thai else measure.levels[level].en}"
        for level in LEVELS
    ]
    cells = []
    for before in LEVELS:
        counts = [found.counts.get((before, after), 0) for after in LEVELS]
        total = sum(counts)
        cells.append([Cell(count, count / total if total else None) for count in counts])
    return matrix(
        names,
        names,
        cells,
        caption=gettext("Households by level in the current run and under this draft"),
        corner=gettext("Now ↓ · Under the draft →"),
    )
