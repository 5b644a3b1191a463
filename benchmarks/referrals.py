"""Inbox, board and the nightly job with 200,000 open referrals.

    python benchmarks/referrals.py                        SQLite
    python benchmarks/referrals.py --database postgres    PostgreSQL

The demo province of --data is built once; the referrals are made of it anew in a copy at each run.
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
]
STATES = (("sent", 25), ("received", 25), ("fact_finding", 20), ("documents_asked", 5),
          ("approved", 15), ("helped", 10))  # fmt: skip
BATCH = 5_000


def main() -> None:
    options = read_options()
    with contextlib.ExitStack() as stack:
        environment = os.environ | {"WATTANA_DATA": str(options.data), "WATTANA_DATABASE": ""}
        address = ""
        if options.database == "postgres":
            address = stack.enter_context(postgres.cluster(durable=True))
        web.build(options, environment)
        copy = options.data.with_name(f"{options.data.name}-referrals")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(options.data, copy)
        environment |= {"WATTANA_DATA": str(copy), "WATTANA_DATABASE": address}
        web.build(argparse.Namespace(**vars(options) | {"data": copy}), environment)
        report = fill_and_run(options, environment)
        web.PAGES = PAGES
        site = stack.enter_context(web.served(environment))
        bare = stack.enter_context(web.bare_view(copy))
        report["pages"] = web.measure(options, site, bare)
    print(json.dumps(report, indent=None if options.json else 1))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--referrals", type=int, default=200_000)
    parser.add_argument("--households", type=int, default=6_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--data", type=Path, default=None, help="folder of the province, kept")
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.data = (options.data or web.ROOT / "var/bench-referrals").resolve()
    return options


def fill_and_run(options: argparse.Namespace, environment: dict[str, str]) -> dict[str, object]:
    """Make the referrals in this process, then time the nightly job twice."""
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "wattana.site.settings"
    import django  # noqa: PLC0415  the settings read the environment when it is imported

    django.setup()
    from django.db import connection  # noqa: PLC0415

    from wattana.referrals import nightly  # noqa: PLC0415

    started = time.perf_counter()
    fill(options.referrals)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"filled in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    times = []
    for _ in range(2):
        started = time.perf_counter()
        found = nightly.run()
        times.append(time.perf_counter() - started)
        print(f"nightly job: {times[-1]:.1f} s", file=sys.stderr)
    connection.close()
    return {
        "database": options.database, "open": found.open, "late": found.breached,
        "nightly_s": times[0], "nightly_again_s": times[1],
    }  # fmt: skip


def fill(count: int) -> None:
    """Open referrals of all states, due from three weeks ago to three weeks ahead."""
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
    need_keys, case_keys = new_keys(count), new_keys(count)
    for begin in range(0, count, BATCH):
        needs, cases, events = [], [], []
        for n in range(begin, min(begin + BATCH, count)):
            home, area, owner = homes[n % len(homes)]
            service = services[(n // len(homes)) % len(services)]
            entered = now - dt.timedelta(days=chance.randint(0, 60))
            due = now.date() + dt.timedelta(days=chance.randint(-21, 21))
            state = chance.choices(states, weights)[0]
            need = Need(
                id=next(need_keys), household_id=home, owner_id=owner, service=service.id,
                programme=f"b{n}", dimension=service.dimension, source="survey",
                state="confirmed", found_on=entered.date(), created_at=entered,
            )  # fmt: skip
            case = Referral(
                id=next(case_keys), number=f"B-{n}", need=need, household_id=home, area_code=area,
                sender_id=owner, receiver_id=chance.choice(agencies), service=service.id,
                dimension=service.dimension, state=state, version=1, basis="vital",
                created_at=entered, sent_at=entered, entered_at=entered,
                entered_on=entered.date(), due_on=due,
                risk_on=due - dt.timedelta(days=4), escalate_on=due + dt.timedelta(days=1),
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
