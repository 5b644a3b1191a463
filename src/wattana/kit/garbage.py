"""When Python looks for garbage: seldom, and not among what was loaded at the start."""

from __future__ import annotations

import gc

_OFTEN, _SELDOM = 10_000, 50
"""Objects made before the youngest are looked through, and looks before all are."""


def keep_what_is_loaded() -> None:
    """What was loaded by now stays; from here on look seldom.

    To look through it again and again made one page in sixty wait for a tenth of a second, and
    a third more work of reading many rows.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(_OFTEN, 20, _SELDOM)
