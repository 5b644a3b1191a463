"""`wattana work`: what happens by itself, beside the pages."""

from __future__ import annotations

import os
import signal
import threading
import time

import click
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from wattana.grievances import jobs as grievances
from wattana.kit import moments
from wattana.notices import jobs as notices
from wattana.referrals import jobs as referrals

_POLL = 5.0  # seconds between looks into the queue
_LOOK_FOR_PARENT = 2.0


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--beside", default=0, hidden=True, help="End when this process has ended.")
def work(once: bool, beside: int) -> None:
    """Run jobs from the queue: notices every two minutes, a daily look at what is open.

    One worker is enough; several share the queue. `wattana serve` starts one by itself.
    """
    notices.take_up()
    now = moments.now()
    notices.again(notices.send_notices, now)
    notices.again(referrals.look_at_referrals, now)
    notices.again(referrals.propose_needs, notices.tomorrow(referrals.PROPOSE_AT))
    notices.again(grievances.look_at_grievances, now)
    if beside:
        threading.Thread(target=_end_with, args=(beside,), daemon=True).start()
    options = {"interval": 0.0 if once else _POLL, "batch": once, "startup_delay": False}
    with translation.override(settings.LANGUAGE_CODE):  # not that of the terminal
        call_command("db_worker", queue_name="*", verbosity=0, **options)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_FOR_PARENT)
    os.kill(os.getpid(), signal.SIGTERM)
