"""Intervals against values printed in the literature."""

from __future__ import annotations

import numpy as np
import pytest

from wattana.methods.survey import linear, logit, wilson


def test_wilson_equals_the_printed_example():
    # Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662.
    low, high = wilson(81, 263)
    assert (round(float(low), 4), round(float(high), 4)) == (0.2553, 0.3662)


def test_wilson_has_an_interval_at_nothing_and_at_all():
    low, high = wilson([0, 20], [20, 20])
    assert low[0] == 0 and 0 < high[0] < 0.2
    assert high[1] == 1 and 0.8 < low[1] < 1


def test_an_empty_base_has_no_interval():
    assert np.isnan(wilson(0, 0)[0])


def test_the_linear_interval_uses_t():
    low, high = linear(10.0, 1.0, 57)
    assert (float(high) - 10) == pytest.approx(2.002465, abs=1e-6)
    assert low == pytest.approx(20 - high)


def test_the_logit_interval_stays_inside_and_is_missing_at_the_ends():
    low, high = logit([0.01, 0.0], [0.02, 0.0], 30)
    assert 0 < low[0] < 0.01 < high[0] < 1
    assert np.isnan(low[1]) and np.isnan(high[1])


def test_without_degrees_of_freedom_there_is_no_interval():
    assert np.isnan(linear(1.0, 0.1, 0)[0])
