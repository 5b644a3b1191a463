"""Each view says who may call it; a view that says nothing is refused (`PolicyMiddleware`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from wattana.accounts.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"  # everybody, signed in or not
SIGNED_IN = "signed in"  # every active member, whatever the role


def policy(rule: Permission | str) -> Callable[[View], View]:
    """Attach the rule of access to a view: a `Permission`, `SIGNED_IN` or `PUBLIC`.

    The permission says what may be done; where, is the business of the query, through its viewer.
    """

    def attach(view: View) -> View:
        view.policy = rule  # type: ignore[attr-defined]
        return view

    return attach
