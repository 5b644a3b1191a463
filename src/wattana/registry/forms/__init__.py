"""Forms of the registry: each field is read by the parser that the action uses too."""

from wattana.registry.forms.base import Form
from wattana.registry.forms.household import EditHousehold, NewHousehold
from wattana.registry.forms.person import EditPerson, NewPerson, PersonForm
from wattana.registry.forms.steps import (
    DayStep,
    MergeForm,
    MoveForm,
    NewConsent,
    NewEntry,
    NewNumber,
    ReasonStep,
    VerifyEntry,
)

__all__ = [
    "DayStep", "EditHousehold", "EditPerson", "Form", "MergeForm", "MoveForm", "NewConsent",
    "NewEntry", "NewHousehold", "NewNumber", "NewPerson", "PersonForm", "ReasonStep",
    "VerifyEntry",
]  # fmt: skip
