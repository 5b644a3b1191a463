"""A JSON request to a gateway, its answers told as faults."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from wattana.notices.channels.faults import Refused, TryAgain

_SECONDS = 15
_TOO_MANY, _TIMED_OUT, _SERVER = 429, 408, 500


def post(
    address: str,
    data: Mapping[str, Any],
    headers: Mapping[str, str],
    *,
    accepted: int | None = None,
) -> None:
    """POST as JSON; `accepted` is a status that also means: has it already."""
    request = urllib.request.Request(  # noqa: S310  the operator's own setting, http(s) only
        address,
        data=json.dumps(data).encode(),
        headers={"Content-Type": "application/json", **headers},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310
            return
    except urllib.error.HTTPError as error:
        with error:
            _judge(error, accepted)
    except OSError as error:
        raise TryAgain("network") from error


def _judge(error: urllib.error.HTTPError, accepted: int | None) -> None:
    if error.code == accepted:
        return
    if error.code in (_TOO_MANY, _TIMED_OUT) or error.code >= _SERVER:
        wait = error.headers.get("Retry-After", "")
        raise TryAgain(f"http {error.code}", int(wait) if wait.isdecimal() else 0) from None
    raise Refused(f"http {error.code}") from None
