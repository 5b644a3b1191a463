"""What is Spark's own: its start, its end, its cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wattana.engines import make
from wattana.kernel.problems import Conflict, Invalid

pytestmark = pytest.mark.spark
running = pytest.importorskip("wattana.engines.running", reason="NOT TESTED: pyspark is missing")


def test_importing_the_engines_does_not_import_pyspark():
    code = "import sys, wattana.engines; sys.exit('pyspark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("master", ["yarn", "spark://", "local[two]", "http://127.0.0.1:7077"])
def test_a_master_that_is_none_is_refused(master):
    with pytest.raises(Invalid, match="no Spark master"):
        make("spark", master=master)


def test_a_master_that_does_not_answer_is_told_at_once():
    with pytest.raises(Conflict, match="does not answer"):
        running._check_answer("spark://127.0.0.1:9")


@pytest.mark.parametrize("memory", ["lots", "1536", "1g", "-1GB"])
def test_memory_is_written_in_one_way(memory):
    with pytest.raises(Invalid, match="no amount of memory"):
        running._mebibytes(memory)


def test_spark_gets_at_least_what_it_needs_to_start():
    assert running._mebibytes("256MB") == 512
    assert running._mebibytes("2GB") == 2048


def java(folder: Path, script: str) -> None:
    binary = folder / "bin" / "java"
    binary.parent.mkdir(parents=True)
    binary.write_text(f"#!/bin/sh\n{script}\n")
    binary.chmod(0o700)


@pytest.mark.parametrize("script", ["echo 'openjdk version \"11.0.2\"' >&2", "exit 1"])
def test_an_old_or_broken_java_is_refused_with_what_to_install(tmp_path, monkeypatch, script):
    java(tmp_path, script)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Conflict, match=r"needs Java 17.*openjdk-17"):
        running._check_java()


def test_without_java_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Conflict, match=r"needs Java 17.*openjdk-17"):
        running._check_java()


def test_a_process_has_one_master(spark):
    with pytest.raises(Conflict, match="already runs"):
        running.join("local[1]", "512MB")


WHOLE_LIFE = """
import os, sys
from wattana.engines import make
engine = make("spark", memory="512MB", threads=1)
assert engine.rows("SELECT 1 AS one").to_pylist() == [{"one": 1}]
assert os.listdir(os.environ["TMPDIR"])
if sys.argv[1] == "close":
    engine.close()
    assert not os.listdir(os.environ["TMPDIR"]), os.listdir(os.environ["TMPDIR"])
"""


@pytest.mark.parametrize("end", ["close", "just stop"])
def test_spark_ends_with_its_engine_and_leaves_nothing_behind(spark, tmp_path, end):
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", WHOLE_LIFE, end],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
