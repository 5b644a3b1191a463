"""How long pages take on a province-sized database, beside a bare Django view in the same run.

    python benchmarks/web.py --households 400000                      SQLite
    python benchmarks/web.py --households 400000 --database postgres  PostgreSQL

The demo province is built once into the folder of --data, used again, and copied for PostgreSQL.
Every figure is the time that a client waits: 8 clients at once, two server processes, the clients
on the same cores. Beside it stands the processor time that a request takes of the server and the
database, which other work on the machine hardly changes.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import postgres  # noqa: E402

BIN = Path(sys.executable).parent
PASSWORD = "demo-wattana-2569"  # noqa: S105
PAGES = [  # (name, account, address)
    ("list, whole province", "province", "/households/"),
    ("list, second page", "province", "next"),
    ("list, level 1", "province", "/households/?level=1"),
    ("list, one district", "district", "/households/"),
    ("list, one tambon", "tambon", "/households/"),
    ("list, not yet surveyed", "tambon", "/households/?surveyed=no"),
    ("area, province", "province", "/areas/33/"),
    ("area, district", "district", "/areas/3301/"),
    ("area, tambon", "tambon", "/areas/330103/"),
    ("area, province by tambon", "province", "/areas/33/?by=tambon"),
    ("who misses what, tambon", "tambon", "/rights/missing/"),
    ("inbox of an agency", "agency", "/referrals/"),
    ("household", "tambon", "first"),
]
BARE = """
import sys
from django.conf import settings
settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF="bare")
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("", lambda request: HttpResponse("hello"))]
sys.modules["bare"] = sys.modules[__name__]
application = get_wsgi_application()
"""


def main() -> None:
    options = read_options()
    with contextlib.ExitStack() as stack:
        environment = os.environ | {"WATTANA_DATA": str(options.data), "WATTANA_DATABASE": ""}
        if options.address:
            environment["WATTANA_DATABASE"] = options.address
        elif options.database == "postgres":
            address = stack.enter_context(postgres.cluster(durable=True))
            environment["WATTANA_DATABASE"] = address
        if not options.address:
            build(options, environment)
        site = stack.enter_context(served(environment))
        bare = stack.enter_context(bare_view(options.data))
        rows = measure(options, site, bare, folder_of(environment["WATTANA_DATABASE"]))
    if options.json:
        print(
            json.dumps(
                {"households": options.households, "database": options.database, "rows": rows}
            )
        )
    else:
        show(options, rows)


def folder_of(address: str) -> str:
    """The folder of the PostgreSQL cluster at an address; empty for SQLite."""
    return address.rpartition("host=")[2]


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--households", type=int, default=400_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--address", default="", help="PostgreSQL that to_postgres.py has filled")
    parser.add_argument("--data", type=Path, default=None, help="folder of the province, kept")
    parser.add_argument(
        "--seconds", type=float, default=6.0, help="for each page and number of clients"
    )
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--only", default="", help="pages whose name begins so")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.database = "postgres" if options.address else options.database
    options.data = (options.data or ROOT / f"var/bench-sqlite-{options.households}").resolve()
    return options


def build(options: argparse.Namespace, environment: dict[str, str]) -> None:
    """Build the province in SQLite once; for PostgreSQL, copy it."""
    if not (options.data / "demo.json").exists():
        command = [
            BIN / "wattana",
            "demo",
            "--households",
            str(options.households),
            "--rounds",
            "1",
        ]
        started = time.perf_counter()
        subprocess.run(command, env=environment | {"WATTANA_DATABASE": ""}, check=True)
        print(f"built in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    migrate = [sys.executable, "-m", "django", "migrate", "-v", "0"]  # a kept one may be older
    embedded = {"WATTANA_DATABASE": "", "DJANGO_SETTINGS_MODULE": "wattana.site.settings"}
    subprocess.run(migrate, env=environment | embedded, check=True)
    if address := environment.get("WATTANA_DATABASE"):
        copier = Path(__file__).with_name("to_postgres.py")
        subprocess.run([sys.executable, copier, options.data, address], check=True)


@contextlib.contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    command = [BIN / "wattana", "serve", "--demo", "--no-work", "--port", str(port)]
    with running(command, port, environment):
        yield port


@contextlib.contextmanager
def bare_view(folder: Path) -> Iterator[int]:
    port = free_port()
    (folder / "bare.py").write_text(BARE)
    command = [BIN / "gunicorn", "bare:application", "-b", f"127.0.0.1:{port}", "-w", "2",
               "-k", "gthread", "--threads", "2", "--keep-alive", "0",  # as `wattana serve`
               "--no-control-socket", "--chdir", str(folder)]  # fmt: skip
    with running(command, port, dict(os.environ) | {"DJANGO_SETTINGS_MODULE": ""}):
        yield port


@contextlib.contextmanager
def running(command: list[object], port: int, environment: dict[str, str]) -> Iterator[None]:
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing answers at port {port}")


class Client:
    """One signed-in browser without a screen."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def get(self, address: str) -> str:
        return self._send("GET", address, None)

    def sign_in(self, username: str) -> None:
        page = self.get("/accounts/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, "no sign-in form"
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        self._send("POST", "/accounts/sign-in/", urlencode(form))
        assert "sessionid" in self.cookies, f"{username} could not sign in"

    def _send(self, method: str, address: str, body: str | None) -> str:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, address, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        assert answer.status in (200, 302), f"{address}: {answer.status}"
        return text


def measure(
    options: argparse.Namespace, site: int, bare: int, database: str
) -> list[dict[str, object]]:
    """`database`: the folder of the PostgreSQL cluster; empty for SQLite."""
    sessions = {name: signed_in(site, name) for name in {page[1] for page in PAGES}}
    rows = []
    for name, account, address in PAGES:
        if not name.startswith(options.only):
            continue
        target = resolve(site, sessions[account], address)
        before = processor_time(f":{bare}")
        floor = load(options, bare, {}, "/")
        bare_cpu = (processor_time(f":{bare}") - before) / len(floor)
        alone = load(options, site, sessions[account], target, clients=1)
        before = processor_time(f":{site}", database)
        crowd = load(options, site, sessions[account], target)
        cpu = processor_time(f":{site}", database) - before
        rows.append(
            {
                "page": name,
                "p50_1": percentile(alone, 50),
                "p50": percentile(crowd, 50),
                "p95": percentile(crowd, 95),
                "per_second": len(crowd) / options.seconds,
                "bare_p95": percentile(floor, 95),
                "ratio": percentile(crowd, 95) / percentile(floor, 95),
                "cpu": cpu / len(crowd),
                "bare_cpu": bare_cpu,
            }
        )
        print(f"{name}: p95 {rows[-1]['p95']:.0f} ms", file=sys.stderr)
    return rows


def signed_in(port: int, account: str) -> dict[str, str]:
    client = Client(port)
    client.sign_in(account)
    return client.cookies


def resolve(port: int, cookies: dict[str, str], address: str) -> str:
    """The address behind “next” (second page of the list) and “first” (first household of it)."""
    if address.startswith("/"):
        return address
    client = Client(port)
    client.cookies = dict(cookies)
    page = client.get("/households/")
    pattern = (
        r'rel="next" href="([^"]+)"' if address == "next" else r'href="(/households/[0-9A-Z]{13}/)"'
    )
    found = re.search(pattern, page)
    assert found, f"no {address} on the list"
    target = found[1].replace("&amp;", "&")
    return f"/households/{target}" if target.startswith("?") else target


def load(
    options: argparse.Namespace, port: int, cookies: dict[str, str], address: str, clients: int = 0
) -> list[float]:
    """Waiting times in milliseconds of `clients` that ask again as soon as they are answered."""
    times: list[float] = []
    until = time.perf_counter() + options.seconds
    errors: list[BaseException] = []

    def one() -> None:
        client = Client(port)
        client.cookies = dict(cookies)
        try:
            while time.perf_counter() < until:
                started = time.perf_counter()
                client.get(address)
                times.append((time.perf_counter() - started) * 1000)
        except (AssertionError, OSError) as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(clients or options.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise SystemExit(f"{address}: {errors[0]}")
    return times


def processor_time(*marks: str) -> float:
    """Milliseconds taken by the processes with a mark in their command, and by their children."""
    tasks = Path("/proc").glob("[0-9]*")
    parents, commands = {}, {}
    for folder in tasks:
        with contextlib.suppress(OSError):
            commands[folder] = (folder / "cmdline").read_text().replace("\0", " ")
            parents[folder] = (folder / "stat").read_text().rpartition(")")[2].split()[1]
    roots = {one for one, said in commands.items() if any(mark in said for mark in marks if mark)}
    total = 0
    for folder, parent in parents.items():
        if folder in roots or Path("/proc") / parent in roots:
            with contextlib.suppress(OSError):
                for task in folder.glob("task/*/schedstat"):
                    total += int(task.read_text().split()[0])
    return total / 1_000_000


def percentile(times: list[float], share: int) -> float:
    return statistics.quantiles(times, n=100)[share - 1]


def show(options: argparse.Namespace, rows: list[dict[str, object]]) -> None:
    print(f"{options.households:,} households, {options.database}; milliseconds")
    print(
        f"{'page':<26}{'p50 alone':>10}{'p50':>8}{'p95':>8}{'req/s':>8}{'bare p95':>10}{'ratio':>8}"
        f"{'cpu':>8}{'bare cpu':>10}{'ratio':>8}"
    )
    for row in rows:
        print(
            f"{row['page']:<26}{row['p50_1']:>10.1f}{row['p50']:>8.1f}{row['p95']:>8.1f}"
            f"{row['per_second']:>8.0f}{row['bare_p95']:>10.1f}{row['ratio']:>8.1f}"
            f"{row['cpu']:>8.1f}{row['bare_cpu']:>10.2f}{row['cpu'] / row['bare_cpu']:>8.1f}"
        )


if __name__ == "__main__":
    main()
