"""Parts of pages that are written once and kept in the process, because they cannot change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

T = TypeVar("T")


def kept(name: str, of: tuple[object, ...], write: Callable[[], T]) -> T:
    """What `write` returned for `name` and `of` in the language in force, written when it is new.

    `of` must hold everything else that the text depends on: the key of a frozen run, the part of
    the area that the viewer sees, what her role adds, names that an administrator may change.
    Nothing of persons is kept so. The least used go first (`CACHES` in the settings).
    """
    key = hashlib.blake2b(repr((name, get_language(), *of)).encode(), digest_size=24).hexdigest()
    return cache.get_or_set(key, write, timeout=None)
