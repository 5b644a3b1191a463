"""Households, the people in them, the lists they stand on, consent, history and imports."""

from .changes import FieldChange, Merge
from .consents import Consent, PrivacyNotice
from .households import Household, Identifier
from .imports import ImportBatch, ImportMapping
from .lists import ListEntry
from .persons import Membership, Person

__all__ = [
    "Consent", "FieldChange", "Household", "Identifier", "ImportBatch", "ImportMapping",
    "ListEntry", "Membership", "Merge", "Person", "PrivacyNotice",
]  # fmt: skip
