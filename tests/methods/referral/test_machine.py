"""The table of steps itself: no dead end, nothing unreachable, whose turn it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattana.methods.referral.machine import (
    FINAL,
    STEPS,
    TURN,
    Needs,
    Side,
    State,
    steps_from,
)
from wattana.rules import referrals

EVERYBODY = frozenset(Side)


def reachable(start: State) -> set[State]:
    found, waiting = {start}, [start]
    while waiting:
        for step in steps_from(waiting.pop(), EVERYBODY):
            if step.target not in found:
                found.add(step.target)
                waiting.append(step.target)
    return found


def test_every_state_can_be_reached_from_a_draft():
    assert reachable(State.DRAFT) == set(State)


@pytest.mark.parametrize("state", [state for state in State if state not in FINAL])
def test_from_every_open_state_a_case_can_be_ended(state):
    assert reachable(state) & FINAL


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_final_state_has_no_step(state):
    assert steps_from(state, EVERYBODY) == ()


@pytest.mark.parametrize("state", [state for state in State if state not in FINAL])
def test_whoever_has_the_turn_can_do_something(state):
    assert steps_from(state, frozenset({TURN[state]}))


def test_only_a_case_with_help_confirmed_or_a_reason_is_closed():
    for step in STEPS:
        if step.target in FINAL:
            assert {"assistance", "reason"} & {str(one) for one in step.needs}, step.action


def test_a_step_with_a_reason_has_reasons_in_the_rulebook():
    wanted = {step.action for step in STEPS if "reason" in {str(one) for one in step.needs}}
    assert set(referrals.load().reasons) == wanted


@settings(max_examples=3_000)
@given(st.lists(st.integers(0, 99), max_size=60))
def test_a_random_walk_ends_only_where_a_case_ends(choices):
    state, appealed, last, walked = State.DRAFT, False, "", [State.DRAFT]
    for choice in choices:
        steps = [
            step
            for step in steps_from(state, EVERYBODY)
            if not (appealed and Needs.FIRST_APPEAL in step.needs)
            and not (Needs.SAID_NO in step.needs and last != "did_not_come")
        ]
        if not steps:
            break
        step = steps[choice % len(steps)]
        state, last = step.target, step.action
        appealed = appealed or state == State.APPEALED
        walked.append(state)
    assert (not steps_from(state, EVERYBODY)) == (state in FINAL)
    assert walked.count(State.APPEALED) <= 1
    assert State.CONFIRMED not in walked or State.HELPED in walked
    assert State.HELPED not in walked or State.APPROVED in walked
