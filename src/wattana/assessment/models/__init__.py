"""Frozen snapshots, runs of a measure on them, and what a run found for households and areas."""

from wattana.assessment.models.results import AreaFigure, HouseholdResult
from wattana.assessment.models.runs import Run, Snapshot, Status

__all__ = ["AreaFigure", "HouseholdResult", "Run", "Snapshot", "Status"]
