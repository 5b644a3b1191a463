"""Frozen snapshots, runs of a measure on them, and what a run found for households and areas."""

from wattana.assessment.models.prediction import Prediction
from wattana.assessment.models.results import AreaFigure, HouseholdResult
from wattana.assessment.models.runs import Run, Snapshot, Status
from wattana.assessment.models.schemes import SchemeChoice, SchemeDraft, SchemeVersion

__all__ = [
    "AreaFigure", "HouseholdResult", "Prediction", "Run", "SchemeChoice", "SchemeDraft",
    "SchemeVersion", "Snapshot", "Status",
]  # fmt: skip
