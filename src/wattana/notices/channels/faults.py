"""What may go wrong on the way, as a code that names no member."""

from __future__ import annotations


class TryAgain(Exception):
    """Not now: the network, a full queue, too many at once. `seconds`: not before."""

    def __init__(self, code: str, seconds: int = 0) -> None:
        super().__init__(code)
        self.code, self.seconds = code, seconds


class Refused(Exception):
    """Never: the address or the installation's own key is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
