"""Within a job the same is asked once; outside of one each time."""

from __future__ import annotations

from wattana.kit.once import job, once


def test_within_a_job_the_same_is_asked_once_and_outside_of_it_each_time():
    asked = []

    @once
    def ask(one: int) -> int:
        asked.append(one)
        return one * 2

    with job():
        assert [ask(1), ask(1), ask(2)] == [2, 2, 4]
    assert asked == [1, 2]
    ask(1)
    ask(1)
    with job():
        ask(1)
    assert asked == [1, 2, 1, 1, 1]
