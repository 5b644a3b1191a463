"""What gunicorn calls in its processes (`--config python:wattana.site.hooks`)."""

from __future__ import annotations

import gc
import signal
import socket
from typing import Any

from wattana.kit import garbage

_PATIENCE = 30  # seconds


def when_ready(arbiter: Any) -> None:
    """Let a connection wait in the kernel until something is asked (Linux).

    Browsers open some beforehand; each would hold a place of a process for five seconds.
    """
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in arbiter.LISTENERS:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, _PATIENCE)


def post_fork(arbiter: object, worker: object) -> None:
    """What is loaded now stays: no looking for garbage until all of it is there."""
    gc.disable()


def post_worker_init(worker: object) -> None:
    """Leave Ctrl-C to the master, and look for garbage where it may be.

    A terminal sends Ctrl-C to all processes: a worker that is told twice waits for itself
    (gunicorn, threads) until it is killed half a minute later.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    garbage.keep_what_is_loaded()
