"""Confidence intervals of shares and means, over arrays; NaN where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattana.kernel.later import Later

Numbers = NDArray[np.float64]
special = Later("scipy.special")  # scipy.stats would take a second


def t_quantile(df: Any, confidence: float) -> Numbers:
    """Two-sided t quantile with `df` degrees of freedom; NaN below 1."""
    degrees = np.asarray(df, dtype=np.float64)
    usable = np.where(degrees >= 1, degrees, np.nan)
    return np.asarray(special.stdtrit(usable, 0.5 + confidence / 2), dtype=np.float64)


def linear(value: Any, se: Any, df: Any, confidence: float = 0.95) -> tuple[Numbers, Numbers]:
    """value ± t·se."""
    centre, half = np.asarray(value, float), t_quantile(df, confidence) * np.asarray(se, float)
    return centre - half, centre + half


def logit(share: Any, se: Any, df: Any, confidence: float = 0.95) -> tuple[Numbers, Numbers]:
    """Interval of a share, symmetric on the logit scale (R survey's svyciprop, “logit”).

    NaN at 0 and 1, where the logit does not exist.
    """
    p, error = np.asarray(share, float), np.asarray(se, float)
    inside = (p > 0) & (p < 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.where(inside, np.log(p / (1 - p)), np.nan)
        half = t_quantile(df, confidence) * error / (p * (1 - p))
        low, high = 1 / (1 + np.exp(half - centre)), 1 / (1 + np.exp(-half - centre))
    return low, high


def wilson(count: Any, base: Any, confidence: float = 0.95) -> tuple[Numbers, Numbers]:
    """Wilson's score interval of count/base (Wilson 1927); NaN for an empty base."""
    z = float(special.ndtri(0.5 + confidence / 2))
    n = np.asarray(base, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.asarray(count, float) / n
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
