"""Draw the states and steps of a referral from the table of the machine, as Mermaid.

python tools/draw_referrals.py docs/referrals.md    puts the drawing into the file
"""

from __future__ import annotations

import sys
from pathlib import Path

from wattana.methods.referral.machine import FINAL, STEPS, TURN, Side, State

BEGIN, END = "<!-- drawn from the table: begin -->", "<!-- drawn from the table: end -->"
WHO = {Side.SENDER: "sender", Side.RECEIVER: "receiver", Side.HOUSEHOLD: "household"}


def drawing() -> str:
    """The Mermaid text: one arrow for each action from each state."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    for step in STEPS:
        who = " or ".join(WHO[side] for side in Side if side in step.sides)
        lines += [
            f"    {source} --> {step.target}: {step.action} ({who})"
            for source in State
            if source in step.sources
        ]
    lines += [f"    {state} --> [*]" for state in State if state in FINAL]
    return "\n".join([*lines, "```"])


def turns() -> str:
    """A table of states and whose turn it is."""
    rows = [f"| `{state}` | {WHO[side]} |" for state, side in TURN.items()]
    return "\n".join(["| state | whose turn |", "|---|---|", *rows])


def placed(text: str) -> str:
    """The text with the drawing between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{drawing()}\n\n{turns()}\n{END}{after}"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(placed(file.read_text()))
