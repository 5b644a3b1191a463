"""Dated figures of law and statistics, such as the poverty line, by the day on which they count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable

from wattana.kernel.problems import N_
from wattana.rules.files import RULEBOOK, Table, read
from wattana.rules.variables import STATUSES


@dataclass(frozen=True)
class Period:
    """From this day on (CE) the parameter has this value, until the next period begins."""

    start: dt.date
    value: float | None
    source: str
    note: str


@dataclass(frozen=True)
class Parameter:
    """A dated figure. Before its first period it is unknown."""

    name: str
    label_th: str
    label_en: str
    unit: str
    status: str
    periods: tuple[Period, ...]

    def on(self, day: dt.date | None) -> float | None:
        """The value on a day; None when it is unknown then."""
        if day is None:
            return None
        return next((one.value for one in reversed(self.periods) if one.start <= day), None)


@lru_cache(maxsize=1)
def load() -> Mapping[str, Parameter]:
    """All parameters of the rulebook by name."""
    return read_parameters(RULEBOOK)


def read_parameters(root: Traversable) -> Mapping[str, Parameter]:
    """Read `parameters/*.yaml` under `root`. Raises `Invalid`."""
    files = sorted(
        one.name for one in root.joinpath("parameters").iterdir() if one.name.endswith(".yaml")
    )
    found: dict[str, Parameter] = {}
    for file in files:
        for name, table in read(f"parameters/{file}", root).named():
            if name in found:
                table.refuse(N_("%(place)s: the name is taken already."))
            found[name] = _parameter(name, table)
    return found


def _parameter(name: str, table: Table) -> Parameter:
    label = table.words("label")
    unit, status = table.text("unit"), table.one_of("status", STATUSES)
    source = table.text("source")
    periods = tuple(_period(one, source) for one in table.tables("periods"))
    table.end()
    starts = [period.start for period in periods]
    if starts != sorted(set(starts)):
        table.refuse(N_("%(place)s: the periods have to follow one another."))
    return Parameter(name, label.th, label.en, unit, status, periods)


def _period(table: Table, source: str) -> Period:
    period = Period(
        start=table.date("from"),
        value=table.optional_number("value"),
        source=table.optional_text("source") or source,
        note=table.optional_text("note") or "",
    )
    table.end()
    return period
