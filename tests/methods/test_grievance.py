"""The table of complaints: who may do what in which state, and that each way ends."""

from __future__ import annotations

import pytest

from wattana.methods.grievance import BY_ACTION, FINAL, OPEN, STEPS, Needs, Side, State, possible

HANDLER = {
    "received": {"acknowledge", "hand_up"},
    "acknowledged": {"look_into", "answer", "hand_up"},
    "looked_into": {"answer", "hand_up"},
}
COMPLAINANT = {
    "received": {"withdraw"},
    "acknowledged": {"withdraw"},
    "looked_into": {"withdraw"},
    "answered": {"accept", "not_settled", "withdraw"},
}
CLOCK = {
    "received": {"escalate"},
    "acknowledged": {"escalate"},
    "looked_into": {"escalate"},
    "answered": {"close"},
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(
    ("side", "table"),
    [(Side.HANDLER, HANDLER), (Side.COMPLAINANT, COMPLAINANT), (Side.CLOCK, CLOCK)],
)
def test_each_side_has_its_steps_in_each_state_and_no_others(state, side, table):
    found = {step.action for step in possible(state, side, higher=True)}
    assert found == table.get(state.value, set())


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("side", list(Side))
def test_nothing_goes_up_where_there_is_no_higher_office(state, side):
    assert not any(step.up for step in possible(state, side, higher=False))


def test_each_open_state_has_a_clock_that_leads_on_and_a_way_to_an_end():
    for state in set(State) - FINAL:
        assert any(state in step.sources and step.side == Side.CLOCK for step in STEPS)
        assert _reaches_an_end(state)


def test_ended_complaints_stay_ended():
    assert not any(step.sources & FINAL for step in STEPS)


def test_what_goes_up_begins_anew_and_needs_an_office_above():
    for step in STEPS:
        assert step.up == (Needs.HIGHER in step.needs)
        if step.up:
            assert step.target == State.RECEIVED


def test_an_answer_has_words_and_only_handlers_give_one():
    assert BY_ACTION["answer"].side == Side.HANDLER and Needs.WORDS in BY_ACTION["answer"].needs
    assert State.ANSWERED not in OPEN


def _reaches_an_end(state: State) -> bool:
    seen, todo = set(), {state}
    while todo:
        seen |= todo
        todo = {step.target for step in STEPS if step.sources & seen} - seen
    return bool(seen & FINAL)
