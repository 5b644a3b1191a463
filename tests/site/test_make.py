"""What `make run` does in which order, and that it ends when a step fails."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("check_python", "-m venv", "--require-hashes", "--editable", "build_assets", "catalogues",
         "site.assets", "wattana demo", "wattana serve")  # fmt: skip
_PYTHON = """#!/bin/sh
# Notes what it is asked for instead of doing it, and fails where the test wants it.
echo "$0 $*" >> done
if [ "$2" = venv ]; then mkdir -p .venv/bin && cp python .venv/bin/ && cp python .venv/bin/wattana
fi
case "$0 $*" in *"${FAILS:-nothing}"*) exit 1;; esac
"""


@pytest.fixture
def clone(tmp_path) -> Path:
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "build_assets.py", tmp_path / "tools")
    (tmp_path / "python").write_text(_PYTHON)
    (tmp_path / "python").chmod(0o755)
    return tmp_path


def run(clone: Path, *variables: str, fails: str = "nothing") -> tuple[int, list[str]]:
    """The exit code of `make run`, and which steps it came to, in order."""
    (clone / "done").write_text("")
    made = subprocess.run(
        ["make", "run", "PYTHON=./python", *variables], cwd=clone, capture_output=True, timeout=60,
        env={"PATH": "/usr/bin:/bin", "FAILS": fails},
    )  # fmt: skip
    lines = (clone / "done").read_text().splitlines()
    return made.returncode, [next(step for step in STEPS if step in line) for line in lines]


def test_a_fresh_clone_goes_through_each_step_once_and_serves_last(clone):
    code, steps = run(clone)
    assert code == 0
    assert sorted(steps) == sorted(STEPS)
    assert steps[:2] == ["check_python", "-m venv"] and steps[-1] == STEPS[-1]
    for before, after in (("--require-hashes", "--editable"), ("--editable", "catalogues"),
                          ("catalogues", "wattana demo"), ("build_assets", "site.assets"),
                          ("--editable", "site.assets")):  # fmt: skip
        assert steps.index(before) < steps.index(after)


def test_again_it_only_looks_for_the_demo_and_serves(clone):
    run(clone)
    assert run(clone) == (0, ["wattana demo", "wattana serve"])


@pytest.mark.parametrize(
    ("variables", "asked"),
    [([], "demo --if-missing"), (["HOUSEHOLDS=600"], "demo --if-missing --households 600")],
)
def test_the_demo_is_as_large_as_it_is_asked_to_be(clone, variables, asked):
    run(clone, *variables)
    assert any(line.strip().endswith(asked) for line in (clone / "done").read_text().splitlines())


@pytest.mark.parametrize("step", STEPS[:-1])
def test_a_step_that_fails_ends_it_and_is_where_the_next_run_begins(clone, step):
    code, steps = run(clone, fails=step)
    assert code != 0 and step in steps and STEPS[-1] not in steps
    code, steps = run(clone)
    assert code == 0 and step in steps and steps[-1] == STEPS[-1]
