"""Reads of the registry. Every function takes the viewer first and obeys her scope."""

from wattana.registry.queries.filters import Filters
from wattana.registry.queries.history import history
from wattana.registry.queries.lists import ListPage, counted, household_list
from wattana.registry.queries.places import area_choices, moo_choices, tambon_choices
from wattana.registry.queries.records import (
    consent,
    consents,
    household,
    identifiers,
    list_entries,
    list_entry,
    merge,
    merges,
    past_heads,
    past_members,
    person,
    persons,
)
from wattana.registry.queries.search import Found, search

__all__ = [
    "Filters",
    "Found",
    "ListPage",
    "area_choices",
    "consent",
    "consents",
    "counted",
    "history",
    "household",
    "household_list",
    "identifiers",
    "list_entries",
    "list_entry",
    "merge",
    "merges",
    "moo_choices",
    "past_heads",
    "past_members",
    "person",
    "persons",
    "search",
    "tambon_choices",
]
