"""Importing persons and households with full validation, beside the bare databases.

    python benchmarks/imports.py --persons 1000000 [--json]                      SQLite
    python benchmarks/imports.py --persons 1000000 --database postgres [--json]  PostgreSQL

The files (invented people, class 9 national IDs) are made once. Each step runs in a process of its
own, so that its peak memory is its own:

    first    both files into an empty registry: read, checked, compared, IDs sealed, written
    second   the same files again: nothing changes
    floor    the rows that the first import made, straight into bare tables: SQLite executemany into
             households, persons and list entries with keys, foreign keys and unique ID (WAL, FULL),
             and also into the registry's own tables with all their indexes and checks; PostgreSQL
             COPY of the persons into one table with the unique ID; once behind each import, and
           its seconds are the mean of both, since machines are quicker and slower by the minute
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import importlib.abc
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import postgres  # noqa: E402

PER_HOUSEHOLD = 10 / 3
ORGANIZATION = "BENCH"
CHUNK = 50_000
HOUSEHOLD_HEADER = ["HC", "รหัสประจำบ้าน", "บ้านเลขที่", "รหัสหมู่บ้าน", "ถนน", "lat", "lon"]
PERSON_HEADER = ["HC", "ลำดับที่สมาชิก", "เลขประจำตัวประชาชน", "คำนำหน้า", "ชื่อ", "นามสกุล", "เพศ",
                 "วันเกิด", "ความสัมพันธ์", "เบอร์โทร"]  # fmt: skip


def main() -> None:
    options = read_options()
    if options.step:
        print(json.dumps(STEPS[options.step](options)))
        return
    make_files(options)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="wattana-bench-"))
        environment = os.environ | {"WATTANA_DATA": folder}
        if options.database == "postgres":
            environment["WATTANA_DATABASE"] = stack.enter_context(postgres.cluster(durable=True))
        in_own_process("install", options, environment)
        runs = [
            (step, in_own_process(step, options, environment))
            for step in ("first", "floor", "second", "floor")
        ]
    told(options, dict(runs) | {"floor": mean([of for step, of in runs if step == "floor"])})


def mean(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The mean of each figure of some runs, and the seconds of each."""
    names = runs[0].keys()
    means = {name: sum(run[name] for run in runs) / len(runs) for name in names}
    return means | {"each": [round(run["seconds"], 1) for run in runs]}


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--files", type=Path, default=None, help="folder of the files, kept")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.files = (options.files or ROOT / f"var/bench-import-{options.persons}").resolve()
    return options


def in_own_process(
    step: str, options: argparse.Namespace, environment: dict[str, str]
) -> dict[str, Any]:
    print(f"{step} …", file=sys.stderr, flush=True)
    command = [sys.executable, __file__, "--step", step, "--persons", str(options.persons),
               "--database", options.database, "--files", str(options.files)]  # fmt: skip
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


# The files


def make_files(options: argparse.Namespace) -> None:
    if (options.files / "persons.csv").exists():
        return
    print("files …", file=sys.stderr, flush=True)
    options.files.mkdir(parents=True, exist_ok=True)
    random.seed(33)
    count = round(options.persons / PER_HOUSEHOLD)
    beside = options.files / "persons.new"
    with (options.files / "households.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HOUSEHOLD_HEADER)
        writer.writerows(households(count))
    with beside.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(PERSON_HEADER)
        writer.writerows(persons(options.persons, count))
    beside.rename(options.files / "persons.csv")


def households(count: int) -> Iterator[list[Any]]:
    import geothai  # noqa: PLC0415

    tambons = [one.code for district in geothai.districts("33")
               for one in geothai.subdistricts(district.code)]  # fmt: skip
    for number in range(count):
        tambon = tambons[number * len(tambons) // count]
        yield [f"HC{number:07}", f"{tambon[:4]}{number:07}",
               f"{random.randint(1, 400)}/{random.randint(1, 30)}",
               f"{tambon}{random.randint(1, 12):02}", "" if number % 3 else "ถนนศรีสุข",
               f"{random.uniform(14.5, 15.5):.6f}",
               f"{random.uniform(103.9, 105):.6f}"]  # fmt: skip


def persons(count: int, homes: int) -> Iterator[list[Any]]:
    firsts = [invented("สม", 3) for _ in range(8_000)]
    lasts = [invented("วงศ์", 4) for _ in range(80_000)]
    for number in range(count):
        home = number * homes // count
        new_home = number == 0 or home != (number - 1) * homes // count
        place = 1 if new_home else place + 1  # noqa: F821  set in the first round
        sex = random.choice(["ชาย", "หญิง"])
        year = random.randint(2470, 2567)
        yield [f"HC{home:07}", place, national_id(number), "นาย" if sex == "ชาย" else "นาง",
               random.choice(firsts), random.choice(lasts), sex,
               f"{random.randint(1, 28)}/{random.randint(1, 12)}/{year}",
               "หัวหน้าครัวเรือน" if place == 1 else random.choice(["คู่สมรส", "บุตร", "หลาน"]),
               f"08{random.randint(0, 99_999_999):08}" if number % 3 == 0 else ""]  # fmt: skip


def invented(beginning: str, letters: int) -> str:
    return beginning + "".join(random.choices("กขคงจชดตนบปมยรลวสหอาิี", k=letters))


def national_id(number: int) -> str:
    digits = f"9{number * 7919 % 10**11:011}"
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(digits))
    return f"{digits}{(11 - total % 11) % 10}"


# The steps


def install(options: argparse.Namespace) -> dict[str, Any]:
    django_ready()
    from wattana.accounts.models import Organization, OrganizationArea  # noqa: PLC0415
    from wattana.site import installation  # noqa: PLC0415

    installation.ensure()
    made = Organization.objects.create(code=ORGANIZATION, kind="province", name_th="จังหวัด")
    OrganizationArea.objects.create(organization=made, area_id="33")
    return {}


def bring(options: argparse.Namespace) -> dict[str, Any]:
    django_ready()
    from wattana.accounts.models import Organization  # noqa: PLC0415
    from wattana.accounts.viewer import System  # noqa: PLC0415
    from wattana.registry.imports import actions  # noqa: PLC0415

    figures: dict[str, Any] = {"steps": {}}
    owner = Organization.objects.get(code=ORGANIZATION)
    for kind in ("households", "persons"):
        started = time.perf_counter()
        with (options.files / f"{kind}.csv").open("rb") as file:
            batch = actions.upload(
                pieces=iter(lambda: file.read(1 << 20), b""), name=kind, kind=kind, year=2025,
                by=System(), organization=owner,
            )  # fmt: skip
        checked: list[float] = []
        report = actions.bring(batch=batch, by=System(), read=clock(checked))
        done = time.perf_counter()
        figures["steps"][kind] = {"check": checked[0] - started, "commit": done - checked[0],
                                  "created": report.counts.created,
                                  "rejected": report.totals.rejected}  # fmt: skip
    figures["seconds"] = sum(step["check"] + step["commit"] for step in figures["steps"].values())
    figures["peak_mib"] = peak()
    return figures


def clock(times: list[float]) -> Callable[[Any], None]:
    """A function that notes when it is called."""
    return lambda _: times.append(time.perf_counter())


def floor(options: argparse.Namespace) -> dict[str, Any]:
    django_ready()
    return (copy_floor if options.database == "postgres" else executemany_floor)(options)


PERSON_COLUMNS = [
    "id", "household_id", "relation", "registered", "title", "first_name", "last_name",
    "first_key", "last_key", "sex", "birth_year", "birth_month", "birth_day", "phone",
    "national_id_sealed", "national_id_hash", "no_id_reason", "created_at", "batch_id",
    "source_key", "source_digest",
]  # fmt: skip
HOME_COLUMNS = ["id", "owner_id", "area_id", "household_code", "house_code", "house_no", "road",
                "latitude", "longitude", "status", "list_status", "created_at", "batch_id",
                "source_key", "source_digest"]  # fmt: skip
ENTRY_COLUMNS = ["id", "household_id", "source", "source_year", "verification", "reason",
                 "batch_id"]  # fmt: skip


def executemany_floor(options: argparse.Namespace) -> dict[str, Any]:
    from django.conf import settings  # noqa: PLC0415

    source = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    bare = opened(
        "bare",
        f"CREATE TABLE registry_household ({', '.join(HOME_COLUMNS)}, PRIMARY KEY (id));"
        f"CREATE TABLE registry_listentry ({', '.join(ENTRY_COLUMNS)}, PRIMARY KEY (id),"
        " FOREIGN KEY (household_id) REFERENCES registry_household (id));"
        f"CREATE TABLE registry_person ({', '.join(PERSON_COLUMNS)}, PRIMARY KEY (id),"
        " UNIQUE (national_id_hash),"
        " FOREIGN KEY (household_id) REFERENCES registry_household (id));",
    )
    schema = source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE"
                            " 'sqlite%' ORDER BY type = 'index'")  # fmt: skip
    same = opened("same", "PRAGMA foreign_keys=OFF;" + ";".join(sql for (sql,) in schema))
    for table in ("areas_area", "accounts_organization", "registry_importbatch"):
        rows = source.execute(f"SELECT * FROM {table}").fetchall()
        same.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    same.execute("PRAGMA foreign_keys=ON")
    figures = {
        "seconds": executemany(source, bare),
        "same_tables_seconds": executemany(source, same),
        "peak_mib": peak(),
    }
    for one in (bare, same):
        Path(one.execute("PRAGMA database_list").fetchone()[2]).unlink()
    return figures


def opened(name: str, schema: str) -> sqlite3.Connection:
    from django.conf import settings  # noqa: PLC0415

    made = sqlite3.connect(Path(settings.DATA) / f"{name}.sqlite3", isolation_level=None)
    made.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        f"PRAGMA cache_size=-65536; {schema}"
    )
    return made


def executemany(source: sqlite3.Connection, to: sqlite3.Connection) -> float:
    """Seconds to write all rows, without the time to read them."""
    seconds = 0.0
    for table, columns in (("registry_household", HOME_COLUMNS),
                           ("registry_listentry", ENTRY_COLUMNS),
                           ("registry_person", PERSON_COLUMNS)):  # fmt: skip
        names = ", ".join(columns)
        rows = source.execute(f"SELECT {names} FROM {table} ORDER BY id")
        insert = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
        to.execute("BEGIN IMMEDIATE")
        while some := rows.fetchmany(CHUNK):
            started = time.perf_counter()
            to.executemany(insert, some)
            seconds += time.perf_counter() - started
        started = time.perf_counter()
        to.execute("COMMIT")
        seconds += time.perf_counter() - started
    return seconds


def copy_floor(options: argparse.Namespace) -> dict[str, Any]:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare AS SELECT * FROM registry_person WITH NO DATA")
        cursor.execute("ALTER TABLE bare ADD PRIMARY KEY (id), ADD UNIQUE (national_id_hash)")
        with tempfile.TemporaryFile() as file:
            with cursor.copy("COPY registry_person TO STDOUT") as copy:
                for piece in copy:
                    file.write(piece)
            file.seek(0)
            started = time.perf_counter()
            with cursor.copy("COPY bare FROM STDIN") as copy:
                while piece := file.read(1 << 20):
                    copy.write(piece)
            seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bare")
    return {"seconds": seconds, "peak_mib": peak()}


STEPS = {"install": install, "first": bring, "second": bring, "floor": floor}


def django_ready() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wattana.site.settings")
    sys.meta_path.insert(0, WithoutPandas())
    import django  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    from wattana.kit import garbage  # noqa: PLC0415

    django.setup()
    translation.activate("en")
    garbage.keep_what_is_loaded()  # as the command does


class WithoutPandas(importlib.abc.MetaPathFinder):
    """Only developers have it; where it is there, DuckDB loads it."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def told(options: argparse.Namespace, figures: dict[str, Any]) -> None:
    for figure in figures.values():
        figure["persons_per_second"] = round(options.persons / figure["seconds"])
        figure["ratio_to_floor"] = round(figure["seconds"] / figures["floor"]["seconds"], 2)
    answer = {"persons": options.persons, "database": options.database, **figures}
    if options.json:
        print(json.dumps(answer, indent=1))
        return
    print(f"{options.persons:,} persons, {options.database}")
    print(f"{'':10}{'s':>8}{'persons/s':>12}{'× floor':>9}{'peak MiB':>10}")
    for step, figure in figures.items():
        print(f"{step:10}{figure['seconds']:8.1f}{figure['persons_per_second']:12,}"
              f"{figure['ratio_to_floor']:9.2f}{figure['peak_mib']:10.0f}")  # fmt: skip
    print("floors: " + ", ".join(f"{one} s" for one in figures["floor"]["each"]))
    if "same_tables_seconds" in figures["floor"]:
        same = figures["floor"]["same_tables_seconds"]
        print(f"executemany into the registry's own tables: {same:.1f} s;"
              f" first import {figures['first']['seconds'] / same:.2f} × that")  # fmt: skip
    for step in ("first", "second"):
        for kind, parts in figures[step]["steps"].items():
            print(f"  {step} {kind}: check {parts['check']:.1f} s, commit {parts['commit']:.1f} s")


if __name__ == "__main__":
    main()
