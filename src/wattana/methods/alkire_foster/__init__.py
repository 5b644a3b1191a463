"""Multidimensional poverty by counting (Alkire and Foster 2011), with standard errors."""

from wattana.methods.alkire_foster.checks import Place
from wattana.methods.alkire_foster.figures import GroupFigures, figures
from wattana.methods.alkire_foster.rows import masks_sql, scored_sql, snapshot_sql

__all__ = ["GroupFigures", "Place", "figures", "masks_sql", "scored_sql", "snapshot_sql"]
