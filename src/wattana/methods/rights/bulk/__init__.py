"""All programmes for every household of a snapshot in one pass, with the answers of one."""

from wattana.methods.rights.bulk.assessing import assess
from wattana.methods.rights.bulk.coding import CODES, columns_of, reasons
from wattana.methods.rights.bulk.files import HOUSEHOLDS, PERSONS, RIGHTS, judged
from wattana.methods.rights.bulk.take_up import FIGURES, take_up

__all__ = [
    "CODES", "FIGURES", "HOUSEHOLDS", "PERSONS", "RIGHTS", "assess", "columns_of", "judged",
    "reasons", "take_up",
]  # fmt: skip
