"""Inbox, board, area pages and the nightly job with 200,000 open referrals, and closed ones behind.

    python benchmarks/referrals.py                        SQLite
    python benchmarks/referrals.py --database postgres    PostgreSQL
    python benchmarks/referrals.py --closed 200000        as many more that were helped and closed

The demo province of --data is built and filled with referrals once; each run works on a copy of it.
Pages are measured as in `web.py`: 8 clients at once, beside a bare Django view.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import web
from tests import postgres

PAGES = [
    ("inbox of an agency", "agency", "/referrals/?box=inbox"),
    ("inbox, our turn and late", "agency", "/referrals/?box=inbox&turn=mine&clock=breached"),
    ("outbox of a tambon", "tambon", "/referrals/?box=outbox"),
    ("all of the district", "district", "/referrals/?box=area"),
    ("board of the province", "province", "/referrals/board/"),
    ("area page of the district", "district", "/areas/3301/"),
    ("area page of a tambon", "tambon", "/areas/330103/"),
]
STATES = (("sent", 25), ("received", 25), ("fact_finding", 20), ("documents_asked", 5),
          ("approved", 15), ("helped", 10))  # fmt: skip
BATCH = 5_000


def main() -> None:
    options = read_options()
    if options.fill:
        set_up()
        fill(options.fill, options.closed)
        return
    with contextlib.ExitStack() as stack:
        environment = os.environ | {"WATTANA_DATA": str(options.data), "WATTANA_DATABASE": ""}
        address = ""
        if options.database == "postgres":
            address = stack.enter_context(postgres.cluster(durable=True))
        web.build(options, environment)
        copy = copied(filled(options), options.data.with_name(f"{options.data.name}-run"))
        environment |= {"WATTANA_DATA": str(copy), "WATTANA_DATABASE": address}
        web.build(argparse.Namespace(**vars(options) | {"data": copy}), environment)
        report = night(options, environment)
        web.PAGES = PAGES
        site = stack.enter_context(web.served(environment))
        bare = stack.enter_context(web.bare_view(copy))
        report["pages"] = web.measure(options, site, bare, web.folder_of(address))
    print(json.dumps(report, indent=None if options.json else 1))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--referrals", type=int, default=200_000)
    parser.add_argument("--closed", type=int, default=0, help="helped within two years, closed")
    parser.add_argument("--households", type=int, default=6_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--data", type=Path, default=None, help="folder of the province, kept")
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    parser.set_defaults(only="")
    options = parser.parse_args()
    options.data = (options.data or web.ROOT / "var/bench-referrals").resolve()
    return options


def filled(options: argparse.Namespace) -> Path:
    """The province with its referrals, made in a process of its own the first time."""
    behind = f"-{options.closed}" if options.closed else ""
    folder = options.data.with_name(f"{options.data.name}-{options.referrals}{behind}")
    if not (folder / "filled").exists():
        copied(options.data, folder)
        command = [sys.executable, __file__, "--fill", str(options.referrals)]
        command += ["--closed", str(options.closed)]
        environment = os.environ | {"WATTANA_DATA": str(folder), "WATTANA_DATABASE": ""}
        subprocess.run(command, env=environment, check=True)
        (folder / "filled").touch()
    return folder


def copied(folder: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return shutil.copytree(folder, to)


def set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "wattana.site.settings"
    import django  # noqa: PLC0415  the settings read the environment when it is imported

    django.setup()


def night(options: argparse.Namespace, environment: dict[str, str]) -> dict[str, object]:
    """Time the nightly job twice: all at once, as if it had never run, and with nothing new."""
    os.environ.update(environment)
    set_up()
    from django.db import connection  # noqa: PLC0415

    from wattana.referrals import nightly  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    times, reports = [], []
    for _ in range(2):
        started = time.perf_counter()
        reports.append(nightly.run())
        times.append(time.perf_counter() - started)
        print(f"nightly job: {times[-1]:.1f} s", file=sys.stderr)
    connection.close()
    first = reports[0]
    return {
        "database": options.database, "open": first.open, "late": first.breached,
        "reminded": first.reminded, "escalated": first.escalated,
        "nightly_s": times[0], "nightly_again_s": times[1],
    }  # fmt: skip


def fill(count: int, closed: int) -> None:
    """Open referrals of all states, due from three weeks ago to three weeks ahead, then closed."""
    from django.utils import timezone  # noqa: PLC0415

    from wattana.accounts.models import Organization  # noqa: PLC0415
    from wattana.kernel.keys import new_keys  # noqa: PLC0415
    from wattana.referrals.models import Event, Need, Referral  # noqa: PLC0415
    from wattana.registry.models import Household  # noqa: PLC0415
    from wattana.rules import referrals as rulebook  # noqa: PLC0415

    chance, now = random.Random(1), timezone.now()
    homes = list(Household.objects.values_list("pk", "area_id", "owner_id"))
    agencies = list(Organization.objects.filter(kind="agency").values_list("pk", flat=True))
    services = list(rulebook.load().services.values())
    states, weights = zip(*STATES, strict=True)
    need_keys, case_keys = new_keys(count + closed), new_keys(count + closed)
    for begin in range(0, count + closed, BATCH):
        needs, cases, events = [], [], []
        for n in range(begin, min(begin + BATCH, count + closed)):
            home, area, owner = homes[n % len(homes)]
            service = services[(n // len(homes)) % len(services)]
            entered = now - dt.timedelta(days=chance.randint(0, 60))
            due = now.date() + dt.timedelta(days=chance.randint(-21, 21))
            state = chance.choices(states, weights)[0]
            ended = n >= count
            if ended:  # `entered` is when the help came and the case was closed
                entered, state = now - dt.timedelta(days=chance.randint(0, 730)), "closed"
            wait = dt.timedelta(days=chance.randint(5, 90) if ended else 0)
            need = Need(
                id=next(need_keys), household_id=home, owner_id=owner, service=service.id,
                programme=f"b{n}", dimension=service.dimension, source="survey",
                state="met" if ended else "confirmed", found_on=(entered - wait).date(),
                created_at=entered - wait, met_on=entered.date() if ended else None,
            )  # fmt: skip
            case = Referral(
                id=next(case_keys), number=f"B-{n}", need=need, household_id=home, area_code=area,
                sender_id=owner, receiver_id=chance.choice(agencies), service=service.id,
                dimension=service.dimension, state=state, version=1, basis="vital",
                created_at=entered, sent_at=entered, entered_at=entered,
                entered_on=entered.date(), due_on=None if ended else due,
                risk_on=None if ended else due - dt.timedelta(days=4),
                escalate_on=None if ended else due + dt.timedelta(days=1),
                helped_on=entered.date() if ended else None,
                helped_after=wait.days if ended else None, closed_at=entered if ended else None,
            )  # fmt: skip
            needs.append(need)
            cases.append(case)
            events.append(
                Event(
                    referral=case,
                    at=entered,
                    side="sender",
                    action="create",
                    new_state=state,
                    version=1,
                )
            )
        Need.objects.bulk_create(needs)
        Referral.objects.bulk_create(cases)
        Event.objects.bulk_create(events)


if __name__ == "__main__":
    main()
