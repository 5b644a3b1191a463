"""Estimates from samples: weights, strata, PSUs, Taylor linearisation, confidence intervals."""

from wattana.methods.survey.design import LONELY, Design
from wattana.methods.survey.intervals import linear, logit, wilson
from wattana.methods.survey.ratios import Estimate, GroupEstimates, ratios
from wattana.methods.survey.totals import ratio_errors
from wattana.methods.survey.weighing import weighed

__all__ = [
    "LONELY",
    "Design",
    "Estimate",
    "GroupEstimates",
    "linear",
    "logit",
    "ratio_errors",
    "ratios",
    "weighed",
    "wilson",
]
