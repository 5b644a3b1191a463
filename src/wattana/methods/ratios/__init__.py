"""Shares, means and ratios as measure files (`kind: ratio`): fragile households, dependency."""

from wattana.methods.ratios.definition import Figure, RatioMeasure, read
from wattana.methods.ratios.figuring import RatioGroup, figures

__all__ = ["Figure", "RatioGroup", "RatioMeasure", "figures", "read"]
