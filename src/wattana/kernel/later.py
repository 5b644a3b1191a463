"""Libraries that are loaded when something of theirs is first used, not at every start."""

from __future__ import annotations

import importlib
from typing import Any


class Later:
    """A module that stands for the one of this name: `numba = Later("numba")`.

    For libraries that take a tenth of a second to load, and that most processes never use.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)
