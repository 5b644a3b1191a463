"""Messages go out: each once, tried again after a while, given up after a day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from wattana.kit import moments
from wattana.notices.channels import Refused, TryAgain, channel
from wattana.notices.models import Message

_STUCK = dt.timedelta(minutes=10)  # longer than any channel takes: its worker was killed
_TRIES = 8
_FIRST_WAIT = dt.timedelta(minutes=2)  # doubled at each try: four hours in all


def send_waiting(most: int = 500) -> int:
    """Send what waits, one after the other; returns how many went out."""
    sent = 0
    for key in _due()[:most]:
        sent += _send(key)
    return sent


def _due() -> list[int]:
    now = moments.now()
    stuck = Q(state=Message.State.SENDING, not_before__lte=now)
    waiting = Q(state=Message.State.WAITING, not_before__lte=now)
    return list(Message.objects.filter(waiting | stuck).order_by("pk").values_list("pk", flat=True))


def _send(key: int) -> bool:
    message = _claim(key)
    if message is None:
        return False
    way = channel(message.channel)
    if way is None:
        return _end(message, Message.State.FAILED, "channel not set up")
    try:
        way.send(
            to=message.address, subject=message.subject, body=message.body,
            reference=message.reference,
        )  # fmt: skip
    except Refused as fault:
        return _end(message, Message.State.FAILED, fault.code)
    except TryAgain as fault:
        return _later(message, fault)
    _end(message, Message.State.SENT, "")
    return True


@transaction.atomic
def _claim(key: int) -> Message | None:
    """Take a message before it is sent, so that nobody else does, and a killed worker shows.

    One that a killed worker had in hand is sent again only where the channel knows its reference;
    otherwise nobody knows whether it went out, and that is said.
    """
    found = Message.objects.select_for_update().filter(pk=key).first()
    if found is None or found.not_before > moments.now():
        return None
    if found.state == Message.State.SENDING:
        way = channel(found.channel)
        if way is None or not way.repeats:
            _end(found, Message.State.UNSURE, "worker stopped")
            return None
    elif found.state != Message.State.WAITING:
        return None
    found.state, found.tries = Message.State.SENDING, found.tries + 1
    found.not_before = moments.now() + _STUCK
    found.save(update_fields=["state", "tries", "not_before"])
    return found


def _later(message: Message, fault: TryAgain) -> bool:
    if message.tries >= _TRIES:
        return _end(message, Message.State.FAILED, fault.code)
    wait = max(_FIRST_WAIT * 2 ** (message.tries - 1), dt.timedelta(seconds=fault.seconds))
    message.state, message.problem = Message.State.WAITING, fault.code[:80]
    message.not_before = moments.now() + wait
    message.save(update_fields=["state", "problem", "not_before"])
    return False


def _end(message: Message, state: str, problem: str) -> bool:
    message.state, message.problem, message.done_at = state, problem[:80], moments.now()
    message.save(update_fields=["state", "problem", "done_at"])
    return False
