"""The words of the rooms below Django, for commands that need no database."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import resources

LANGUAGES = ("th", "en")
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order of GNU gettext
_ROOMS = ("kernel", "thai", "rules", "engines", "methods")


def language() -> str:
    """The language of the command at work: what --language chose, else what the terminal speaks
    (LANG=th…, en…), else Thai."""
    said = next(filter(None, map(os.environ.get, _VARIABLES)), "")
    return said[:2] if said[:2] in LANGUAGES else LANGUAGES[0]


@contextmanager
def chosen(language: str) -> Iterator[None]:
    """Speak a language meanwhile, also in processes that are begun."""
    before = os.environ.get(_VARIABLES[0])
    os.environ[_VARIABLES[0]] = language
    try:
        yield
    finally:
        os.environ.pop(_VARIABLES[0], None)
        if before is not None:
            os.environ[_VARIABLES[0]] = before


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
