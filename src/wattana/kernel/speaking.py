"""The words of the rooms below Django, for commands that need no database."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable
from functools import lru_cache
from importlib import resources

_ROOMS = ("kernel", "thai", "rules", "engines", "methods")


def language(neither: str = "en") -> str:
    """Thai or English as the terminal speaks (LANG=th…, en…); where it says neither, `neither`."""
    said = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return said[:2] if said[:2] in ("th", "en") else neither


@lru_cache(maxsize=2)
def translator(chosen: str) -> Callable[[str], str]:
    """A look-up of the catalogues of these rooms; a text that none knows stays as it is."""
    found = gettext.NullTranslations()
    for room in _ROOMS:
        folder = str(resources.files("wattana").joinpath(room, "locale"))
        catalogue = gettext.translation("django", folder, [chosen], fallback=True)
        catalogue.add_fallback(found)
        found = catalogue
    return found.gettext
