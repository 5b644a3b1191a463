"""Rights that are due to a household or its people and not received, as a referral names them."""

from __future__ import annotations

from collections.abc import Iterator

from wattana.entitlements import facts
from wattana.kernel import keys
from wattana.kit import moments
from wattana.methods import rights
from wattana.registry.models import Household
from wattana.rules import codebook, programmes
from wattana.rules.programmes import Programme


def missed(home: Household) -> Iterator[tuple[Programme, int | None]]:
    """Each with the person to whom it is due, None where it is the household's."""
    known = facts.of_household(home).facts
    answer = rights.explain(programmes.load(), known, moments.today(), codebook.load())
    for one in answer.answers:
        if one.outcome == rights.DUE and one.received is False:
            yield one.programme, keys.from_text(one.person) if one.person else None
