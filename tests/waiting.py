"""Somebody else holds a turn meanwhile: a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from wattana.kit import turns


@contextmanager
def turn_of_another(name: str, whose: int = 0) -> Iterator[Callable[[], None]]:
    """Gives what ends it."""
    taken, ended = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with turns.turn(name, lambda: None, whose=whose):
                taken.set()
                ended.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()

    def let_go() -> None:
        ended.set()
        thread.join(60)

    try:
        assert taken.wait(60)
        yield let_go
    finally:
        let_go()
