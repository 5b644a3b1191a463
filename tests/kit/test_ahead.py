from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count

import pytest

from wattana.kit.ahead import ahead


def squares(until: int) -> Iterator[tuple[int, int]]:
    for number in range(until):
        yield number**2, os.getpid()


def endless() -> Iterator[bytes]:
    for _ in count():
        yield bytes(1_000_000)


def broken() -> Iterator[int]:
    yield 1
    raise SystemExit(3)


def test_what_a_generator_yields_comes_in_order_from_another_process():
    with ahead(squares, 50) as found:
        numbers, processes = zip(*found, strict=True)
    assert numbers == tuple(number**2 for number in range(50))
    assert set(processes).isdisjoint({os.getpid()})


def test_its_process_ends_with_the_block_whatever_is_left():
    with ahead(endless) as found:
        next(found)
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()


def test_its_process_ends_when_the_block_fails():
    with pytest.raises(ZeroDivisionError), ahead(endless):
        _ = 1 / 0
    assert not multiprocessing.active_children()


def test_a_generator_that_fails_is_no_end():
    with ahead(broken) as found:
        assert next(found) == 1
        with pytest.raises(RuntimeError, match="before its work did"):
            next(found)


def test_ctrl_c_is_told_by_the_caller_alone():
    code = """
import signal
from tests.kit.test_ahead import endless
from wattana.kit.ahead import ahead
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        with ahead(endless) as found:
            print("begun", flush=True)
            for _ in found:
                pass
    except KeyboardInterrupt:
        print("stopped", flush=True)
"""
    started = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert started.stdout.readline() == "begun\n"
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does: to every process of the job
    said, complained = started.communicate(timeout=120)
    assert (said, complained, started.returncode) == ("stopped\n", "", 0)
