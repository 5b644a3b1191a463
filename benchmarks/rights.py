"""The rights of everybody in a snapshot, beside a bare scan of the columns that they need.

    python benchmarks/rights.py --persons 10000000 [--rounds 3] [--data FOLDER] [--json]

Invented persons in households of about 3.3, written once into --data. Subjects, each in a process
of its own with its own peak memory, round by round; ratios are medians of ratios in a round:

    scan     DuckDB reads the columns that ten programmes use, one max() of each
    ten      those ten programmes: outcome, reasons as bits, receipt, satang, for every person
    twenty   twenty programmes
    all      all that are on

    python benchmarks/rights.py --persons 1000000 --openfisca PYTHON

compares instead with OpenFisca-Core, which the Python of another environment has
(`python -m venv X; X/bin/pip install openfisca-core pyarrow`; AGPL-3.0, never needed here): five
programmes of `openfisca_country`, from the same Parquet files to amounts in Parquet, all told, and
whether every amount is equal.

    five       ours, with reasons
    openfisca  amounts only
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

with contextlib.suppress(ImportError):
    import pandas as _pandas  # noqa: F401  where it is, Arrow loads it: imports are not timed

from wattana.engines import DuckDB
from wattana.methods.rights import bulk
from wattana.methods.rights.bulk.frame import KEY
from wattana.rules import codebook as codebooks
from wattana.rules import programmes as rulebook

TEN = (
    "old_age_allowance", "disability_allowance", "child_support_grant", "state_welfare_card",
    "elderly_low_income_topup", "eef_conditional", "school_lunch", "nsf", "sso_40",
    "universal_coverage",
)  # fmt: skip
FIVE = (
    "old_age_allowance",
    "disability_allowance",
    "child_support_grant",
    "elderly_low_income_topup",
    "state_welfare_card",
)  # those of openfisca_country
DAY = dt.date(2025, 8, 1)  # all ten are in force
SUBJECTS = ("scan", "ten", "twenty", "all")
MEMORY = "1536MB"


def main() -> None:
    options = read_options()
    folder = options.data / f"rights-{options.persons}"
    if options.step:
        print(json.dumps(step(options.step, folder)))
        return
    if not (folder / bulk.PERSONS).exists():
        print("writing the persons …", file=sys.stderr)
        write(folder, options.persons)
    subjects = ("scan", "five", "openfisca") if options.openfisca else SUBJECTS
    rounds = [{name: measured(name, options) for name in subjects} for _ in range(options.rounds)]
    if options.openfisca:
        check_equal(folder)
    told = {"persons": options.persons, "programmes_on": len(chosen("all")), **summary(rounds)}
    print(json.dumps(told, indent=1) if options.json else table(told))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "bench-rights")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--openfisca", type=Path, help="a Python with openfisca-core")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    return parser.parse_args()


def chosen(subject: str) -> list[rulebook.Programme]:
    on = [one for one in rulebook.load().values() if one.is_on]
    ten = [one for one in on if one.id in TEN]
    others = [one for one in on if one.id not in TEN]
    five = [one for one in on if one.id in FIVE]
    return {
        "five": five,
        "openfisca": five,
        "ten": ten,
        "scan": ten,
        "twenty": [*ten, *others[:10]],
        "all": on,
    }[subject]


def write(folder: Path, persons: int) -> None:
    """Households and members with the facts that programmes ask about, in the order of areas."""
    folder.mkdir(parents=True, exist_ok=True)
    homes = round(persons / 3.3)
    with closing(duckdb.connect(config={"memory_limit": MEMORY})) as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(f"COPY ({HOMES.format(homes=homes)}) TO '{folder / bulk.HOUSEHOLDS}'"
                           " (FORMAT parquet, COMPRESSION zstd)")  # fmt: skip
        connection.execute(f"COPY ({PEOPLE.format(homes=homes)}) TO '{folder / 'partial'}'"
                           " (FORMAT parquet, COMPRESSION zstd)")  # fmt: skip
    (folder / "partial").rename(folder / bulk.PERSONS)


AREA = (
    "printf('%02d%02d%02d%02d', 10 + h // 20000 % 77, h // 1500 % 12 + 1, h // 200 % 8 + 1,"
    " h // 20 % 10 + 1)"
)
HOMES = f"""
    SELECT printf('%012d', h) AS household, 2025::SMALLINT AS visit_year,
        1::SMALLINT AS visit_round, left({AREA}, 2) AS province, left({AREA}, 4) AS district,
        left({AREA}, 6) AS tambon,
        {AREA} AS area, DATE '2025-06-01' AS surveyed_on, true AS latest,
        CASE WHEN h % 50 <> 0 THEN round(20000 + hash(h, 1) % 200000) END AS income_per_person_year,
        CASE WHEN h % 9 = 0 THEN round(hash(h, 2) % 200000) END AS financial_assets_per_person
    FROM range({{homes}}) AS homes(h)"""
PEOPLE = """
    SELECT printf('%012d', h) AS household, 2025::SMALLINT AS visit_year,
        1::SMALLINT AS visit_round, printf('%012d-%d', h, p) AS person,
        CASE WHEN hash(h, p, 3) % 2 = 0 THEN 'female' ELSE 'male' END AS sex,
        DATE '2025-06-01' - (hash(h, p, 4) % 33000)::INTEGER AS birth_date, NULL::INTEGER AS age,
        hash(h, p, 5) % 100 <> 0 AS thai_national, hash(h, p, 6) % 12 = 0 AS state_pension,
        CASE WHEN hash(h, p, 7) % 10 = 0 THEN 'here_away' ELSE 'here_lives' END AS registered,
        CASE hash(h, p, 8) % 20 WHEN 0 THEN 'with_card' WHEN 1 THEN 'without_card'
            ELSE 'none' END AS disability,
        CASE WHEN hash(h, p, 9) % 4 = 0 THEN ['welfare_card', 'old_age'] WHEN hash(h, p, 9) % 4 = 1
            THEN ['disability'] ELSE ['none'] END AS welfare,
        (hash(h, p, 10) % 15000)::DOUBLE AS income_month,
        CASE hash(h, p, 11) % 8 WHEN 0 THEN 'primary' WHEN 1 THEN 'lower_secondary'
            WHEN 2 THEN 'bachelor' ELSE 'none' END AS studying_level,
        'none' AS social_security_section, hash(h, p, 12) % 9 = 0 AS civil_servant_medical,
        hash(h, p, 13) % 7 = 0 AS in_pension_fund, hash(h, p, 14) % 3 = 0 AS credit_card,
        (hash(h, p, 15) % 200000)::DOUBLE AS financial_assets, 'none' AS excluded_status,
        0.0 AS home_loan, 0.0 AS car_loan, false AS owns_land
    FROM range({homes}) AS homes(h), range(7) AS people(p) WHERE p < 1 + hash(h) % 6
    ORDER BY h, p"""  # fmt: skip


def measured(name: str, options: argparse.Namespace) -> dict[str, Any]:
    if name == "openfisca":
        script = Path(__file__).with_name("rights_openfisca.py")
        folder = options.data / f"rights-{options.persons}"
        done = subprocess.run(
            [options.openfisca, script, folder, DAY.isoformat()],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return json.loads(done.stdout)
    command = [sys.executable, __file__, "--persons", str(options.persons), "--data",
               str(options.data), "--step", name]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def step(name: str, folder: Path) -> dict[str, Any]:
    with closing(DuckDB(memory_limit=MEMORY)) as engine, tempfile.TemporaryDirectory() as out:
        programmes = chosen(name)
        begun = time.perf_counter()
        into = folder / "five" if name == "five" else Path(out)
        into.mkdir(exist_ok=True)
        if name == "scan":
            scan(engine, folder)
        else:
            bulk.assess(engine, folder, into, programmes, codebook=codebooks.load(), on=DAY)
        seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mib": round(peak), "programmes": len(programmes)}


def check_equal(folder: Path) -> None:
    """Every amount of every person, in satang; an amount that is not due or not known is 0."""
    with closing(DuckDB()) as engine:
        engine.tables({"theirs": folder / "openfisca.parquet"})
        ours = bulk.judged(engine, folder / "five", "person", chosen("five"))
        for name in FIVE:
            both = engine.rows(
                f"SELECT COUNT(*) AS rows, SUM(b.{name}) AS satang, "
                f"COUNT(*) FILTER (COALESCE(a.{name}_satang, 0) <> b.{name}) AS differ "
                f"FROM {ours} AS a JOIN theirs AS b USING (person)"
            ).to_pylist()[0]
            assert both["differ"] == 0, f"{name}: {both['differ']} of {both['rows']} amounts differ"
            assert both["satang"] > 0, f"{name}: nobody gets anything, so nothing is compared"
            print(f"{name}: {both['rows']:,} amounts are equal", file=sys.stderr)


def scan(engine: DuckDB, folder: Path) -> None:
    """One max() of every column that exists, keys and places apart."""
    engine.tables({"homes": folder / bulk.HOUSEHOLDS, "people": folder / bulk.PERSONS})
    apart = {*KEY[1:], "province", "district", "tambon", "latest"}
    for name in ("homes", "people"):
        columns = [column for column in engine.columns(name) if column not in apart]
        engine.rows(f"SELECT {', '.join(f'max({column})' for column in columns)} FROM {name}")


def summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: {
            "seconds": round(statistics.median(one[name]["seconds"] for one in rounds), 2),
            "ratio": round(
                statistics.median(one[name]["seconds"] / one["scan"]["seconds"] for one in rounds),
                2,
            ),
            "peak_mib": max(one[name]["peak_mib"] for one in rounds),
            "programmes": rounds[0][name]["programmes"],
        }
        for name in rounds[0]
    }


def table(told: dict[str, Any]) -> str:
    lines = [f"{told['persons']:,} persons", "subject  programmes  seconds  x scan  peak MiB"]
    for name in (name for name in told if name not in ("persons", "programmes_on")):
        one = told[name]
        figures = (one["programmes"], one["seconds"], one["ratio"], one["peak_mib"])
        lines.append(f"{name:<8} {figures[0]:>10} {figures[1]:>8} {figures[2]:>7} {figures[3]:>9}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
