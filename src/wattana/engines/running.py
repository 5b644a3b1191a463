"""The one Spark of this process: started in its own temporary folder, shared, watched, stopped."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from wattana.engines.joining import ROWS
from wattana.engines.port import EngineFailed
from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.kernel.settings import is_spark_master

JAVA = 17
PATIENCE = 60.0
"""Seconds without any executor after which work on a cluster is given up."""
_LEAST_MIB = 512
_LOOPBACK = "127.0.0.1"
_LOG = """
appender.error.type = Console
appender.error.name = error
appender.error.target = SYSTEM_ERR
appender.error.layout.type = PatternLayout
appender.error.layout.pattern = Spark: %m%n
logger.shell.name = org.apache.spark.api.python.PythonGatewayServer
logger.shell.level = fatal
rootLogger.level = fatal
rootLogger.appenderRef.error.ref = error
"""
"""What fails is raised; the log would tell it again, with a hundred lines of Java's stack."""
_NO_JAVA = N_(
    "Spark needs Java %(java)s or newer. Install it (Debian: apt-get install "
    "openjdk-17-jre-headless), or let JAVA_HOME name its folder."
)
_MASTER = N_("“%(master)s” is no Spark master. Write local[2] or spark://host:7077.")
_NO_ANSWER = N_("The Spark master %(master)s does not answer. Start it, or correct its address.")
_MEMORY = N_("“%(memory)s” is no amount of memory. Write it like 1536MB or 4GB.")
_OTHER = N_(
    "Spark already runs in this process with %(master)s. Close it before using another master."
)


@dataclass
class Running:
    """A started Spark. `users` engines share it."""

    master: str
    session: SparkSession
    folder: Path
    users: int = 0

    @property
    def local(self) -> bool:
        return self.master.startswith("local")

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Give up when the cluster has no executor for long: Spark itself would wait for ever.

        Raises `EngineFailed` in place of the cancelled job's error.
        """
        if self.local:
            yield
            return
        done, gone = threading.Event(), threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done, gone), daemon=True)
        watcher.start()
        try:
            yield
        except (PySparkException, Py4JError) as error:
            if gone.is_set():
                raise EngineFailed(f"No executor of {self.master} answers.") from error
            raise
        finally:
            done.set()
            watcher.join()

    def _watch(self, done: threading.Event, gone: threading.Event) -> None:
        waited, pause = 0.0, 1.0
        while not done.wait(pause):
            waited = 0.0 if self._executors() else waited + pause
            if waited >= PATIENCE:
                gone.set()
                self.session.sparkContext.cancelAllJobs()
                return

    def _executors(self) -> int:
        """How many executors are there, besides the driver."""
        with suppress(Py4JError):
            context: Any = self.session.sparkContext._jsc
            return int(context.sc().getExecutorMemoryStatus().size()) - 1
        return 0


_lock = threading.Lock()
_running: list[Running] = []  # none or one


def join(master: str, memory: str) -> Running:
    """The Spark of this process, started when there is none.

    Raises `Conflict` (no Java, no answer, another master in use) and `Invalid`.
    """
    if not is_spark_master(master):
        raise Invalid(_MASTER, master=master)
    with _lock:
        if not _running:
            _running.append(_start(master, memory))
        current = _running[0]
        if current.master != master:
            raise Conflict(_OTHER, master=current.master)
        current.users += 1
        return current


def leave(running: Running) -> None:
    """Stop Spark and its Java machine with the last engine, and remove its folder."""
    with _lock:
        running.users -= 1
        if running.users == 0:
            _running.remove(running)
            _stop(running)


def _start(master: str, memory: str) -> Running:
    _check_answer(master)
    mebibytes = _mebibytes(memory)
    _check_java()
    folder = Path(tempfile.mkdtemp(prefix="wattana-spark-"))
    try:
        with _address(master):
            builder: Any = SparkSession.builder
            builder = builder.appName("wattana").master(master)
            for key, value in _settings(folder, mebibytes, master).items():
                builder = builder.config(key, value)
            session = builder.getOrCreate()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Running(master, session, folder)


def _stop(running: Running) -> None:
    gateway: Any = SparkContext._gateway
    with suppress(Py4JError, OSError):  # Java may be gone already
        running.session.stop()
    if gateway is not None:  # stop() leaves the Java machine and its memory behind
        gateway.shutdown()
        SparkContext._gateway = SparkContext._jvm = None
        gateway.proc.stdin.close()
        gateway.proc.wait()
    shutil.rmtree(running.folder, ignore_errors=True)


def _settings(folder: Path, mebibytes: int, master: str) -> dict[str, str]:
    log = folder / "log4j2.properties"
    log.write_text(_LOG)
    settings = {
        "spark.driver.memory": f"{mebibytes}m",
        "spark.executor.memory": f"{mebibytes}m",
        "spark.driver.extraJavaOptions": (
            f"-Djava.io.tmpdir={folder} -XX:-UsePerfData -Dlog4j2.configurationFile=file:{log}"
        ),
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.ansi.enabled": "true",  # an overflow is an error, as on DuckDB
        "spark.sql.decimalOperations.allowPrecisionLoss": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # province=33 is text
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.hadoop.parquet.block.row.count.limit": str(ROWS),
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "true",
    }
    if master.startswith("local"):
        settings["spark.sql.shuffle.partitions"] = str(2 * _threads(master))
        settings["spark.sql.adaptive.enabled"] = "false"  # of use where stages cross a network
    if _at_home(master):
        settings |= {"spark.driver.host": _LOOPBACK, "spark.driver.bindAddress": _LOOPBACK}
    return settings


def _at_home(master: str) -> bool:
    """Whether all of it runs on this machine: then nothing of it listens to others."""
    return master.startswith("local") or _LOOPBACK in master or "//localhost" in master


@contextmanager
def _address(master: str) -> Iterator[None]:
    """Java asks the environment for its own address, once at its start."""
    if not _at_home(master) or "SPARK_LOCAL_IP" in os.environ:
        yield
        return
    os.environ["SPARK_LOCAL_IP"] = _LOOPBACK
    try:
        yield
    finally:
        del os.environ["SPARK_LOCAL_IP"]


def _threads(master: str) -> int:
    found = re.fullmatch(r"local\[(\d+)\]", master)
    return int(found[1]) if found else 1


def _check_answer(master: str) -> None:
    """A wrong address is told at once; Spark would try for a minute and stop by itself."""
    if master.startswith("local"):
        return
    host, port = master.removeprefix("spark://").split(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except OSError as error:
        raise Conflict(_NO_ANSWER, master=master) from error


def _mebibytes(memory: str) -> int:
    found = re.fullmatch(r"(\d+)([MG])B", memory)
    if not found:
        raise Invalid(_MEMORY, memory=memory)
    return max(int(found[1]) * (1024 if found[2] == "G" else 1), _LEAST_MIB)


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else "java"
    command = [java, "-version"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True).stderr  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise Conflict(_NO_JAVA, java=JAVA) from error
    found = re.search(r'version "(\d+)', told)
    if not found or int(found[1]) < JAVA:
        raise Conflict(_NO_JAVA, java=JAVA)
