"""Standard errors from PSU totals that lie in memory already."""

from __future__ import annotations

from typing import Any

import numpy as np

from wattana.methods.survey.intervals import Numbers


def ratio_errors(
    t: Any, z: Any, groups: Any = None, size: int | None = None, *, strata: Any = None
) -> tuple[Numbers, Numbers, Numbers]:
    """(R, se, df) of Σt/Σz for each group of PSUs, each group a sample of its own.

    `t` and `z` hold Σwy and Σwx of one PSU each, `groups` the number of its group below `size` (one
    group when absent), `strata` the number of its stratum. V = Σ_h n_h/(n_h − 1) Σ_p (u − ū_h)²,
    u = (t − Rz)/Σz. A stratum with one PSU adds nothing. NaN where nothing can be said: no base, or
    df = PSUs − strata below 1.
    """
    t, z = np.asarray(t, float), np.asarray(z, float)
    index = np.zeros(len(t), int) if groups is None else np.asarray(groups, int)
    size = 1 if size is None else size
    base = np.bincount(index, weights=z, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.bincount(index, weights=t, minlength=size) / np.where(base != 0, base, np.nan)
        u = (t - ratio[index] * z) / base[index]
    cells, cell = _cells(index, strata)
    count = np.bincount(cell, minlength=len(cells))
    u = np.nan_to_num(u)
    mean = np.bincount(cell, weights=u) / count
    spread = np.bincount(cell, weights=(u - mean[cell]) ** 2)
    part = np.where(count > 1, count / np.maximum(count - 1, 1) * spread, 0)
    variance = np.bincount(cells, weights=part, minlength=size)
    df = np.bincount(cells, weights=count - 1, minlength=size)
    usable = (df >= 1) & np.isfinite(ratio)
    return ratio, np.where(usable, np.sqrt(variance), np.nan), np.where(usable, df, np.nan)


def _cells(index: Any, strata: Any) -> tuple[Any, Any]:
    """The group of each (group, stratum), and the number of each PSU's (group, stratum)."""
    if strata is None:
        groups, cell = np.unique(index, return_inverse=True)
        return groups, cell
    pairs = np.stack([index, np.asarray(strata, int)], axis=1)
    found, cell = np.unique(pairs, axis=0, return_inverse=True)
    return found[:, 0], cell.reshape(-1)
