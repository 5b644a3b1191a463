"""Measures of multidimensional poverty (Alkire–Foster) as YAML files of anybody."""

from wattana.rules.poverty.columns import book_of, scope_of
from wattana.rules.poverty.measures import (
    MISSING_RULES,
    Bands,
    Dimension,
    PovertyIndicator,
    PovertyMeasure,
)
from wattana.rules.poverty.reading import read_poverty_measure, take_measure
from wattana.rules.poverty.shipped import load_poverty_measure, shipped_names
from wattana.rules.poverty.weights import exact

__all__ = [
    "MISSING_RULES",
    "Bands",
    "Dimension",
    "PovertyIndicator",
    "PovertyMeasure",
    "book_of",
    "exact",
    "load_poverty_measure",
    "read_poverty_measure",
    "scope_of",
    "shipped_names",
    "take_measure",
]
