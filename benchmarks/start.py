"""How long `make run` takes: in a fresh clone beside its downloads, and once more.

    python benchmarks/start.py [--port 8300] [--rounds 3] [--json]

Clones what is committed into a temporary folder, fetches all packages beforehand (a step of its
own), and starts the demo province from what was fetched until its first page answers; then stops
it and starts it again, some rounds. Beside the seconds stands the processor time of all processes
until then, which other work on the machine hardly changes. Floors of the same run: a bare
`pip install` of the same packages, and a bare Django view under gunicorn until it answers.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from web import BARE

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import build_assets  # noqa: E402

LOCKS = ("build", "run")
PATIENCE = 1800  # seconds
TICKS = os.sysconf("SC_CLK_TCK")
Figure = tuple[float, float]
"""Seconds on the clock, and of the processor."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--rounds", type=int, default=3, help="of the second start and its floor")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wattana-start-") as folder:
        found = measure(Path(folder), options.port, options.rounds)
    if options.json:
        print(json.dumps(found))
        return
    for name, (seconds, processor) in found.items():
        print(f"{name:<34} {seconds:7.1f} s  {processor:7.1f} s of the processor")
    for one, floor in (("first start", "pip install"), ("second start", "bare view")):
        ratio, of_processor = (a / b for a, b in zip(found[one], found[floor], strict=True))
        print(f"{one} / {floor}: {ratio:.1f} ×, {of_processor:.1f} × the processor time")


def measure(folder: Path, port: int, rounds: int) -> dict[str, Figure]:
    clone, fetched = folder / "wattana", folder / "fetched"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    python = environment_in(folder / "tools")
    found = {"downloads": taken(lambda: download(python, clone, fetched))}
    without = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(fetched / "wheels"),
               "PIP_CONFIG_FILE": os.devnull, "npm_config_cache": str(fetched / "npm"),
               "npm_config_offline": "true"}  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name != "WATTANA_DATA"}
    environment |= without
    bare = environment_in(folder / "bare")
    found["pip install"] = taken(
        lambda: run([bare, "-m", "pip", "install", "-q", *locks(clone)], environment)
    )
    make = ["make", "-C", str(clone), "run", f"PORT={port}"]
    page = f"http://127.0.0.1:{port}/accounts/sign-in/"
    found["first start"] = until_it_answers(make, page, environment)
    (folder / "bare.py").write_text(BARE)
    view = [bare, "-m", "gunicorn", "--chdir", folder, "--workers", "2", "--threads", "2",
            "--no-control-socket", "--log-level", "warning",
            "--bind", f"127.0.0.1:{port}", "bare"]  # fmt: skip
    again, floors = [], []
    for _ in range(rounds):
        again.append(until_it_answers(make, page, environment))
        floors.append(until_it_answers(view, f"http://127.0.0.1:{port}/", environment))
    return found | {"second start": min(again), "bare view": min(floors)}


def environment_in(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder / "bin" / "python"


def locks(clone: Path, names: Sequence[str] = LOCKS) -> list[str]:
    files = [("-r", str(clone / "requirements" / f"{name}.txt")) for name in names]
    return ["--require-hashes", *(word for pair in files for word in pair)]


def download(python: Path, clone: Path, into: Path) -> None:
    """All wheels, and the packages of the front end, into folders from which they install."""
    npm = build_assets.machine_npm()
    names = LOCKS if npm else (*LOCKS, "node")
    wheels = ["-q", "--no-deps", "--dest", into / "wheels"]
    run([python, "-m", "pip", "download", *wheels, *locks(clone, names)])
    front = shutil.copytree(clone / "frontend", into / "frontend")
    if npm is None:
        npm = build_assets.wheel_npm(into / "node")
    run([*npm, "ci", "--silent", "--ignore-scripts", "--cache", into / "npm", "--prefix", front])


def run(command: Sequence[str | Path], environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env=environment)


def taken(work: Callable[[], None]) -> Figure:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, processor


def until_it_answers(
    command: Sequence[str | Path], page: str, environment: dict[str, str]
) -> Figure:
    """From the command until the page answers; then all its processes end, as with Ctrl-C."""
    began = time.perf_counter()
    with running(command, environment) as started:
        while not answers(page):
            if started.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise SystemExit(f"{page} never answered: {' '.join(map(str, command))}")
            time.sleep(0.05)
        return time.perf_counter() - began, processor_time(started.pid)


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGINT)
        started.wait(60)
        while list(stats_of(started.pid)):  # the port is free when all have ended
            time.sleep(0.05)


def answers(page: str) -> bool:
    try:
        with urllib.request.urlopen(page, timeout=60) as answer:  # noqa: S310
            return answer.status == 200
    except OSError:
        return False


def processor_time(session: int) -> float:
    """Seconds of the processor of a session's processes and their ended children."""
    return sum(sum(map(int, fields[11:15])) for fields in stats_of(session)) / TICKS


def stats_of(session: int) -> Iterator[list[str]]:
    """What /proc tells of each process of a session, from its state on."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = file.read_text().rpartition(")")[2].split()
            if fields[3] == str(session) and fields[0] != "Z":
                yield fields


if __name__ == "__main__":
    main()
