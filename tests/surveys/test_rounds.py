"""Which round is the current one: the newest that has begun in earnest."""

from __future__ import annotations

import pytest

from wattana.surveys.rounds import newest_begun

FIRST, SECOND, THIRD = (2026, 1), (2026, 2), (2026, 3)


@pytest.mark.parametrize(
    ("reached", "newest"),
    [
        ({}, None),
        ({FIRST: 1}, FIRST),
        ({FIRST: 338, SECOND: 1}, FIRST),
        ({FIRST: 100, SECOND: 4}, FIRST),
        ({FIRST: 100, SECOND: 5}, SECOND),
        ({FIRST: 0, SECOND: 1}, SECOND),
        ({FIRST: 100, THIRD: 5}, THIRD),
    ],
)
def test_a_round_begins_once_it_has_reached_a_twentieth_of_the_round_before(reached, newest):
    assert newest_begun(reached) == newest


def test_a_slip_after_a_slip_begins_no_round_either():
    assert newest_begun({FIRST: 100, SECOND: 1, THIRD: 1}) == FIRST


@pytest.mark.parametrize(("share", "newest"), [(0, SECOND), (1, SECOND), (2, FIRST)])
def test_the_operator_says_how_many_begin_a_round(settings, share, newest):
    settings.ROUND_BEGUN = share
    assert newest_begun({FIRST: 100, SECOND: 1}) == newest
