"""What a file of profiles holds, told in a JSON file beside it.

    NAME.parquet   rows in the order of areas: area (the code as a number), group_<name> (text),
                   deprived, missing (bit j = indicator j), n, weight_<name> (whole numbers)
    NAME.json      the indicators, the measure as it was, how weights are scaled

Without `n` each row is one household or person. Masks are SMALLINT up to 15 indicators, INTEGER up
to 31, BIGINT up to 62.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.methods.alkire_foster.counted.specification import Specification

FORMAT = 1
_CHANGED = N_("The counted profiles are missing or were changed. Count them anew.")


@dataclass(frozen=True)
class Weight:
    """A column of weights: whole numbers of 1/`scale`; their sum.

    `exact`: no weight was rounded.
    """

    scale: int
    total: int
    exact: bool


@dataclass(frozen=True)
class Manifest:
    """The content of a file of profiles. `digits`: of an area's code; `rows`: in the file;
    `counted`: rows are profiles with n, not persons; `n`: households or persons in all."""

    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]
    specification: Specification
    measure: str
    measure_hash: str
    digits: int
    rows: int
    n: int
    counted: bool
    weights: Mapping[str, Weight]
    groups: tuple[str, ...]

    def weight(self, name: str | None) -> Weight:
        """A column of weights; None: every row counts 1. Raises `Invalid`."""
        if name is None:
            return Weight(1, self.n, exact=True)
        if name not in self.weights:
            raise Invalid(
                N_("There is no weight “%(name)s” here. Choose among: %(names)s."),
                name=name[:60],
                names=", ".join(self.weights) or "–",
            )
        return self.weights[name]

    def write(self, profiles: Path) -> None:
        """Write it beside a file of profiles."""
        content = vars(self) | {
            "format": FORMAT,
            "specification": vars(self.specification) | {"cutoff": str(self.specification.cutoff)},
            "weights": {name: vars(one) for name, one in self.weights.items()},
        }
        text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
        path_of(profiles).write_text(text, encoding="utf-8")


def path_of(profiles: Path) -> Path:
    return profiles.with_suffix(".json")


def read_manifest(profiles: Path) -> Manifest:
    """What a file of profiles holds. Raises `Conflict` when it is gone or of another format."""
    try:
        content: dict[str, Any] = json.loads(path_of(profiles).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise Conflict(_CHANGED) from None
    if content.pop("format", None) != FORMAT:
        raise Conflict(_CHANGED)
    asked = content.pop("specification")
    weights = {name: int(asked["weights"][name]) for name in content["indicators"]}
    return Manifest(
        **content
        | {
            "indicators": tuple(content["indicators"]),
            "dimensions": tuple(content["dimensions"]),
            "groups": tuple(content["groups"]),
            "weights": {name: Weight(**one) for name, one in content["weights"].items()},
        },
        specification=Specification(weights, Fraction(asked["cutoff"]), asked["missing"]),
    )


def check_rows(manifest: Manifest, rows: int) -> None:
    """Raise `Conflict` when file and manifest do not belong together."""
    if manifest.rows != rows:
        raise Conflict(_CHANGED)
