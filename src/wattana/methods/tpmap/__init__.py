"""TPMAP over จปฐ. (basic minimum needs): five dimensions, union identification, target rules."""

from wattana.methods.tpmap.definition import TpmapMeasure, read
from wattana.methods.tpmap.editions import RULES, Edition, edition
from wattana.methods.tpmap.figuring import TpmapGroup, figures
from wattana.methods.tpmap.rounds import BasicNeed, Round, load_round, round_of

__all__ = [
    "RULES",
    "BasicNeed",
    "Edition",
    "Round",
    "TpmapGroup",
    "TpmapMeasure",
    "edition",
    "figures",
    "load_round",
    "read",
    "round_of",
]
