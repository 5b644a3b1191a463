"""Whole visits at once, for the importer: saved, and taken back."""

from wattana.surveys.actions.bulk.saving import CHUNK, BulkPerson, BulkVisit, Counts, save_many
from wattana.surveys.actions.bulk.undoing import undo_many

__all__ = ["CHUNK", "BulkPerson", "BulkVisit", "Counts", "save_many", "undo_many"]
