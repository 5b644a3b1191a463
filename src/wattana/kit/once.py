"""What many steps of one job ask alike is asked once: calendars, agreements, who may be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P, T = ParamSpec("P"), TypeVar("T")
_known: ContextVar[dict[Any, Any] | None] = ContextVar("known", default=None)


@contextmanager
def job() -> Iterator[None]:
    """Within it, each `once` keeps its answers. For work of one day that changes none of them."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once(ask: Callable[P, T]) -> Callable[P, T]:
    """Ask once for the same arguments within a `job`, and each time anew outside of one.

    The answer is shared: nobody may change it.
    """

    @wraps(ask)
    def asked(*arguments: P.args, **options: P.kwargs) -> T:
        known = _known.get()
        if known is None:
            return ask(*arguments, **options)
        key = (ask, arguments, tuple(options.items()))
        if key not in known:
            known[key] = ask(*arguments, **options)
        return known[key]

    return asked
