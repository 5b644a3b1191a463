"""Reads of surveys. Every function takes the viewer first and obeys her scope."""

from wattana.surveys.queries.visits import Round, answers_of, changes, much_fuller, visit, visits
from wattana.surveys.queries.work import Item, Work, current_round, work

__all__ = [
    "Item",
    "Round",
    "Work",
    "answers_of",
    "changes",
    "current_round",
    "much_fuller",
    "visit",
    "visits",
    "work",
]
