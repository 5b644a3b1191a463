"""What gunicorn calls in its processes (`--config python:wattana.site.hooks`)."""

from __future__ import annotations

import signal


def post_worker_init(worker: object) -> None:
    """Leave Ctrl-C to the master, who tells its workers to stop.

    A terminal sends it to all of them: a worker that is told twice waits for itself (gunicorn,
    threads) until it is killed half a minute later.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
