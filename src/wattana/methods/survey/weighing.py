"""Rows weighed as a measure file and the user say."""

from __future__ import annotations

from dataclasses import replace

from wattana.methods.survey.design import Design
from wattana.rules.poverty import Columns

WEIGHT = "weight × size"
"""The column that `weighed` adds: weight × size of the household."""


def weighed(source: str, design: Design, columns: Columns) -> tuple[str, Design]:
    """A query with the weight × size of each row, and the design that uses it.

    The design's own columns win over those of the measure file. `source` is a table's name.
    """
    weight = design.weight or columns.weight
    design = replace(
        design,
        weight=weight,
        strata=design.strata or columns.strata,
        psu=design.psu or columns.psu,
    )
    if not columns.size:
        return source, design
    factors = [f'CAST("{one}" AS DOUBLE)' for one in (weight, columns.size) if one]
    rows = f'SELECT *, {" * ".join(factors)} AS "{WEIGHT}" FROM "{source}"'
    return rows, replace(design, weight=WEIGHT)
