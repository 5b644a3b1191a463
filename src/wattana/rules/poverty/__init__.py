"""Measures of multidimensional poverty (Alkire–Foster) as YAML files of anybody."""

from wattana.rules.poverty.columns import book_of, scope_of
from wattana.rules.poverty.measures import (
    MISSING_RULES,
    Bands,
    Columns,
    Dimension,
    PovertyIndicator,
    PovertyMeasure,
)
from wattana.rules.poverty.reading import (
    compiled,
    read_poverty_measure,
    refuse_column,
    take_column,
    take_columns,
    take_measure,
    take_scope,
    take_words,
)
from wattana.rules.poverty.shipped import load_poverty_measure, measure_file, shipped_names
from wattana.rules.poverty.weights import exact

__all__ = [
    "MISSING_RULES",
    "Bands",
    "Columns",
    "Dimension",
    "PovertyIndicator",
    "PovertyMeasure",
    "book_of",
    "compiled",
    "exact",
    "load_poverty_measure",
    "measure_file",
    "read_poverty_measure",
    "refuse_column",
    "scope_of",
    "shipped_names",
    "take_column",
    "take_columns",
    "take_measure",
    "take_scope",
    "take_words",
]
