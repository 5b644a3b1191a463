"""The measures of the rulebook that are measure files (`wattana measure --measure NAME`)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources.abc import Traversable

from wattana.kernel.problems import N_, NotFound
from wattana.rules.files import RULEBOOK
from wattana.rules.poverty.measures import PovertyMeasure
from wattana.rules.poverty.reading import read_poverty_measure

FILES = RULEBOOK.joinpath("measures")
_SCORES = {"five_capitals": "livelihood_mpi"}
"""Names that stand for another file here: the scored scheme itself is no measure of poverty."""
_SCHEMES = ("five_capitals",)


def shipped_names() -> tuple[str, ...]:
    """The names that `measure_file` knows."""
    files = (one.name for one in FILES.iterdir())
    stems = {name.removesuffix(".yaml") for name in files if name.endswith(".yaml")}
    return tuple(sorted(stems.difference(_SCHEMES).union(_SCORES)))


def measure_file(name: str) -> Traversable:
    """The file of a shipped measure. Raises `NotFound`."""
    if name not in shipped_names():
        raise NotFound(
            N_("There is no measure “%(name)s”. Name a file (….yaml) or one of: %(names)s."),
            name=name[:60],
            names=", ".join(shipped_names()),
        )
    return FILES.joinpath(f"{_SCORES.get(name, name)}.yaml")


def load_poverty_measure(name: str, columns: Mapping[str, str] | None = None) -> PovertyMeasure:
    """A measure of this installation. Raises `NotFound` and `Invalid`."""
    return read_poverty_measure(measure_file(name), columns)
