"""An area on a map or among tiles."""

from __future__ import annotations

from dataclasses import dataclass

from wattana.kit.charts.scales import Scale


@dataclass(frozen=True)
class Place:
    """An area, what it is called, its value, where it leads.

    `note` stands in the place of a value that is not there and says why.
    """

    code: str
    name: str
    value: float | None
    url: str = ""
    note: str = ""

    def told(self, scale: Scale) -> str:
        """The value as it is written."""
        return self.note or scale.written(self.value)
