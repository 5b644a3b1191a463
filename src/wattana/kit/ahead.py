"""A generator that runs in a process of its own, one item ahead of its use.

No Django, so that the process begins quickly.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")


@contextmanager
def ahead(source: Callable[..., Iterator[T]], *arguments: Any) -> Iterator[Iterator[T]]:
    """What `source(*arguments)` yields, in order; all of it has to be picklable.

    The process ends with the block. A failure in it is told on the error output by itself, and
    raises `RuntimeError` here.
    """
    context = multiprocessing.get_context("spawn")  # fork would copy other threads half-way
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, source, arguments), daemon=True)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # Ctrl-C is for this one
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    sender.close()
    try:
        yield _received(receiver)
    finally:
        receiver.close()
        process.terminate()
        process.join()


def _received(receiver: Connection) -> Iterator[Any]:
    while True:
        try:
            found = receiver.recv()
        except EOFError as error:
            raise RuntimeError("the process ended before its work did") from error
        if not found:
            return
        yield found[0]


def _send(sender: Connection, source: Callable[..., Iterator[Any]], arguments: Any) -> None:
    with suppress(BrokenPipeError):  # nobody waits for it any more
        for item in source(*arguments):
            sender.send((item,))
        sender.send(())
