"""A Spark cluster of a master and workers on this machine, on loopback only.

    python benchmarks/spark_cluster.py [--workers 2] [--cores 1] [--memory 1g]

prints the master's address, for `wattana measure … --engine spark --master ADDRESS`, and runs until
Ctrl+C. Needs pyspark (pip install 'wattana[spark]') and Java 17. See docs/spark.md.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

HOST = "127.0.0.1"
SPARK = Path(pyspark.__file__).parent
PATIENCE = 60


@dataclass
class Cluster:
    """What runs: the master's address, and each worker with its executors as a process group."""

    master: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill(self, number: int) -> None:
        """Kill a worker and all its executors, as when a machine loses its power."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)
        self.workers[number].wait()


@contextlib.contextmanager
def cluster(workers: int = 2, cores: int = 1, memory: str = "1g") -> Iterator[Cluster]:
    """Start a cluster, wait until its workers are there; at the end nothing of it is left."""
    folder = Path(tempfile.mkdtemp(prefix="wattana-cluster-"))
    port = free_port()
    started = [start(folder, "master.Master", "--port", str(port))]
    made = Cluster(f"spark://{HOST}:{port}", folder)
    try:
        wait_for(port)
        for number in range(workers):
            made.workers.append(
                start(folder, "worker.Worker", "--cores", str(cores), "--memory", memory,
                      "--work-dir", str(folder / f"worker{number}"), made.master)
            )  # fmt: skip
        started += made.workers
        wait_until(lambda: registered(folder) >= workers, "the workers do not come")
        yield made
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def start(folder: Path, role: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A process group of its own, so that executors can be ended with their worker."""
    environment = os.environ | {
        "SPARK_HOME": str(SPARK),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_DAEMON_JAVA_OPTS": f"-XX:-UsePerfData -Djava.io.tmpdir={folder}",
    }
    command = [SPARK / "bin" / "spark-class", f"org.apache.spark.deploy.{role}",
               "--host", HOST, "--webui-port", "0", *arguments]  # fmt: skip
    with (folder / f"{role}.log").open("ab") as log:
        return subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )


def registered(folder: Path) -> int:
    """How many workers the master has taken in, by its log."""
    return (folder / "master.Master.log").read_text(errors="replace").count("Registering worker")


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def wait_for(port: int) -> None:
    def answers() -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, port), timeout=1).close()
            return True
        return False

    wait_until(answers, "the master does not answer")


def wait_until(held, otherwise: str) -> None:
    end = time.monotonic() + PATIENCE
    while not held():
        if time.monotonic() > end:
            raise SystemExit(otherwise)
        time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cores", type=int, default=1, help="of each worker")
    parser.add_argument("--memory", default="1g", help="of each worker")
    options = parser.parse_args()
    with cluster(options.workers, options.cores, options.memory) as made:
        print(made.master, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
