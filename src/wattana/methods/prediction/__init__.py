"""A proxy-means test: from facts known without a survey to the order in which to visit.

It says whom to visit next. It is no level, no list and no right: whoever is not suggested is
surveyed all the same (docs/adr/prediction.md).
"""

from wattana.methods.prediction.facts import Facts
from wattana.methods.prediction.judging import Judgement, Quality
from wattana.methods.prediction.model import Contribution, Model
from wattana.methods.prediction.training import TooFew, Trained, train

__all__ = [
    "Contribution", "Facts", "Judgement", "Model", "Quality", "TooFew", "Trained", "train",
]  # fmt: skip
