"""The table of poverty: every figure for every area of every level, divided once at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from wattana.kernel.problems import N_, Invalid
from wattana.methods.alkire_foster.counted.batches import Profiles
from wattana.methods.alkire_foster.counted.folding import Totals, totals

Numbers = npt.NDArray[np.float64]
LEVELS = {0: "whole", 2: "province", 4: "district", 6: "tambon", 8: "village"}
"""The names of levels by the digits of their codes."""
REGION = "region"


@dataclass(frozen=True, eq=False)
class Figures:
    """One row an area, the whole first, then regions, then the levels by code.

    `area` [rows] text (a prefix, the name of a region, "" for the whole), `level` [rows]; `n`,
    `left_out`, `poor_n` [rows] rows of the data; `population`, `poor` [rows] sums of weights; H, A,
    M0 [rows]; `uncensored`, `censored` headcount ratios and `contribution` (shares of M0 that sum
    to 1) [rows, indicators]. NaN where nobody is counted; A and contributions where nobody is poor.
    """

    indicators: tuple[str, ...]
    area: npt.NDArray[np.str_]
    level: npt.NDArray[np.str_]
    n: npt.NDArray[np.int64]
    left_out: npt.NDArray[np.int64]
    poor_n: npt.NDArray[np.int64]
    population: Numbers
    poor: Numbers
    H: Numbers
    A: Numbers
    M0: Numbers
    uncensored: Numbers
    censored: Numbers
    contribution: Numbers

    def table(self) -> pa.Table:
        """One column for each figure; those of an indicator are named <figure>_<indicator>."""
        columns = {name: pa.array(getattr(self, name)) for name in _COLUMNS}
        columns |= {name: _nullable(getattr(self, name)) for name in ("H", "A", "M0")}
        for kind in ("uncensored", "censored", "contribution"):
            values = np.ascontiguousarray(getattr(self, kind).T)
            for name, column in zip(self.indicators, values, strict=True):
                columns[f"{kind}_{name}"] = _nullable(column)
        return pa.table(columns)


_COLUMNS = ("level", "area", "n", "left_out", "poor_n", "population", "poor")


def figures(
    sums: Totals,
    *,
    levels: Sequence[int] = (0, 2, 4, 6, 8),
    regions: Mapping[str, str] | None = None,
) -> Figures:
    """Add areas up to levels (digits of their codes; 0 is the whole) and divide.

    `regions`: the region of every province, by its code of two digits; adds a level.
    """
    parts: list[Totals] = []
    for digits in sorted(levels, reverse=True):
        if digits <= sums.digits:
            parts.insert(0, (parts[0] if parts else sums).at(digits))
    areas = [_codes(part) for part in parts]
    names = [LEVELS.get(part.digits, str(part.digits)) for part in parts]
    if regions is not None:
        part, regional = _regional(sums.at(2), regions)
        place = 1 if 0 in levels else 0
        parts.insert(place, part)
        areas.insert(place, regional)
        names.insert(place, REGION)
    level = np.repeat(names, [len(part.codes) for part in parts])
    joined = Totals(
        sums.specification, sums.digits, sums.scale,
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.sums for part in parts]),
    )  # fmt: skip
    return _divided(joined, np.concatenate(areas), level)


def respecify(
    profiles: Profiles,
    *,
    weights: Mapping[str, Fraction | int] | None = None,
    cutoff: Fraction | None = None,
    indicators: Iterable[str] | None = None,
    missing: str | None = None,
    levels: Sequence[int] = (0, 2, 4, 6, 8),
    regions: Mapping[str, str] | None = None,
) -> pa.Table:
    """The whole table under other weights, cut-off, indicators or rule; what is None stays.

    Weights count in proportion to their sum. Raises `Invalid`.
    """
    specification = profiles.manifest.specification.changed(
        weights=weights, cutoff=cutoff, indicators=indicators, missing=missing
    )
    return figures(totals(profiles, specification), levels=levels, regions=regions).table()


def _codes(part: Totals) -> npt.NDArray[np.str_]:
    """Codes as text, with their leading zeros; the whole is ""."""
    if part.digits == 0 or not len(part.codes):
        return np.array([""] * len(part.codes))
    return np.char.zfill(part.codes.astype(f"U{part.digits}"), part.digits)


def _regional(provinces: Totals, regions: Mapping[str, str]) -> tuple[Totals, npt.NDArray[np.str_]]:
    codes = _codes(provinces).tolist()
    lacking = [code for code in codes if code not in regions]
    if lacking:
        raise Invalid(
            N_("The province %(area)s has no region. Give every province one."), area=lacking[0]
        )
    names = np.array(sorted({regions[code] for code in codes}))
    keys = np.searchsorted(names, [regions[code] for code in codes])
    return provinces.by(keys.astype(np.int64), 0), names


def _divided(sums: Totals, area: npt.NDArray[np.str_], level: npt.NDArray[np.str_]) -> Figures:
    specification = sums.specification
    weights = np.array(list(specification.weights.values()), dtype=np.int64)
    parts = specification.denominator
    with np.errstate(invalid="ignore", divide="ignore"):
        return Figures(
            indicators=specification.names,
            area=area,
            level=level,
            n=sums.n,
            left_out=sums.left_out,
            poor_n=sums.poor_n,
            population=sums.population / sums.scale,
            poor=sums.poor / sums.scale,
            H=sums.poor / sums.population,
            A=sums.units / (sums.poor * parts),
            M0=sums.units / (sums.population * parts),
            uncensored=sums.uncensored / sums.population[:, None],
            censored=sums.censored / sums.population[:, None],
            contribution=sums.censored * weights / sums.units[:, None],
        )


def _nullable(values: Numbers) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
