"""How agencies and households behave in a simulation: invented shares and delays (proposed)."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from wattana.methods.referral.machine import State

S = State
NEXT: dict[State, tuple[tuple[str, float], ...]] = {
    S.DRAFT: (("send", 0.97), ("cancel", 0.03)),
    S.SENT: (("receive", 0.92), ("return", 0.08)),
    S.RETURNED: (("send", 0.7), ("redirect", 0.2), ("cancel", 0.1)),
    S.RECEIVED: (
        ("find_facts", 0.5), ("approve", 0.3), ("ask_documents", 0.1), ("refuse", 0.05),
        ("pass_on", 0.05),
    ),
    S.FACT_FINDING: (("approve", 0.75), ("refuse", 0.15), ("ask_documents", 0.1)),
    S.DOCUMENTS_ASKED: (("give_documents", 0.9), ("cancel", 0.1)),
    S.APPROVED: (("help", 0.9), ("came_after_all", 0.1)),
    S.HELPED: (("confirm", 0.88), ("did_not_come", 0.07), ("close_unreached", 0.05)),
    S.CONFIRMED: (("close", 0.98), ("did_not_come", 0.02)),
    S.REFUSED: (("appeal", 0.2), ("redirect", 0.3), ("close_refused", 0.5)),
    S.APPEALED: (("approve", 0.5), ("refuse", 0.5)),
}  # fmt: skip
"""What is done in a state, with its share."""

SERVICES = (
    ("entitlement", 20), ("housing", 14), ("emergency_income", 14), ("older_person", 12),
    ("care", 12), ("disability", 8), ("child", 6), ("occupation", 8), ("out_of_school", 3),
    ("debt", 2), ("violence", 1),
)  # fmt: skip
AGES = {"older_person": (60, 110), "child": (0, 17), "out_of_school": (6, 17)}
"""Services that are for people of an age."""
DISABLED = ("with_card", "without_card")
"""Answers to `disability` of the people that the service of that name is for."""
REASONS = {
    "return": ("incomplete", "not_our_task"),
    "refuse": ("not_eligible", "no_budget", "facts_differ"),
    "pass_on": ("other_agency",),
    "redirect": ("refused_there", "other_agency"),
    "cancel": ("solved", "not_wanted", "moved"),
    "close_refused": ("accepted", "no_other_way"),
    "close_unreached": ("not_reached",),
}
_SPREAD = 0.7
_SLOWEST, _QUICKEST = 16.0, 2.0
_LONGEST = 120


class Habits:
    """The chance of one simulation, with a pace for each organisation."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  a simulation, no secret
        self._pace: dict[int, float] = {}

    def next_action(self, state: State, possible: Sequence[str]) -> str | None:
        """What is done next among what may be done; None where nothing may."""
        some = [(action, share) for action, share in NEXT.get(state, ()) if action in possible]
        if not some:
            return None
        actions, shares = zip(*some, strict=True)
        return self.chance.choices(actions, shares)[0]

    def delay(self, organization: int, *, urgent: bool) -> int:
        """Calendar days until an organisation acts: log-normal around its own median."""
        if organization not in self._pace:
            self._pace[organization] = self.chance.uniform(_QUICKEST, _SLOWEST)
        median = self._pace[organization] / (4 if urgent else 1)
        days = self.chance.lognormvariate(math.log(median), _SPREAD)
        return min(_LONGEST, max(0, round(days)))

    def service(self) -> str:
        names, weights = zip(*SERVICES, strict=True)
        return self.chance.choices(names, weights)[0]

    def reason(self, action: str) -> str:
        return self.chance.choice(REASONS[action]) if action in REASONS else ""

    def satisfaction(self, came: bool) -> int:
        """From 1 to 5, as the household might say it."""
        return self.chance.choice((3, 4, 4, 5, 5) if came else (1, 1, 2, 3))

    def satang(self) -> int:
        """What an episode of help is worth."""
        return self.chance.choice((50_000, 100_000, 200_000, 300_000, 2_000_000, 4_000_000))
