"""The poverty table of a nation, as multiples of a bare DuckDB scan of the persons' columns.

    python benchmarks/poverty.py --rows 10e6 [--rounds 5] [--data FOLDER] [--json]
    python benchmarks/poverty.py --rows 66e6 --rounds 5       the nation; 3 GB of disk, 10 minutes
    python benchmarks/poverty.py --rows 1e6 --check           besides: against the SQL figures

One row for the whole, 6 regions, 77 provinces, 928 districts, 7,435 tambons and 75,142 villages: n,
population, H, A, M0, uncensored and censored headcount ratios and contributions of 12 indicators.

    scan          the floor: DuckDB decodes the 14 columns, one max() each
    foreign       the table straight from the persons' Parquet file
    packed        from the project's own layout: deprivations of a person in one whole number
    counted       from the stored counts of (village, profile)
    respecified   other weights and another k for the nation, from the stored counts
    province      the same for one province

Each run is a process of its own, so its peak memory is its own; rounds are interleaved. ratio: the
median of the ratios to the scan of the same round; r-min: quietest run by quietest scan; cpu: the
same for processor time, which other work on the machine disturbs less. All tables are compared bit
for bit. --data keeps the files; --growth and --shuffled see benchmarks/poverty_growth.py.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SUBJECTS = ("scan", "foreign", "packed", "counted", "respecified", "province")
GOALS = {"foreign": 2.0, "packed": 0.6, "respecified": 0.35}
PROVINCE_GOAL_MS = 100
PEAK_GOAL_MIB = 1024
AREAS = 83_589
NATION = 60_000_000
WARM = 100_000


def main() -> None:
    options = read_options()
    options.data.mkdir(parents=True, exist_ok=True)
    for rows in (WARM, options.rows):
        build(options.data, rows)
    rounds = [
        {subject: run(subject, options.data, options.rows) for subject in SUBJECTS}
        for _ in range(options.rounds)
    ]
    check_equal(rounds, run("respecified-packed", options.data, options.rows))
    if options.check:
        subprocess.run(
            [sys.executable, ROOT / "benchmarks" / "poverty_check.py", options.data,
             str(options.rows)],
            check=True,
        )  # fmt: skip
    figures = {
        "rows": options.rows,
        "rounds": options.rounds,
        "built": built(options.data, options.rows),
        "subjects": {subject: told(subject, rounds) for subject in SUBJECTS},
    }
    print(json.dumps(figures, indent=1) if options.json else table(figures))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "bench-poverty")
    parser.add_argument("--check", action="store_true", help="compare with the SQL figures (1 M)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.data = options.data.resolve()
    return options


def build(folder: Path, rows: int) -> None:
    """The files of so many rows, once; how long each took is kept beside them."""
    persons = folder / f"persons-{rows}.parquet"
    if not persons.exists():
        told_about(persons)
        command = [sys.executable, ROOT / "benchmarks" / "poverty_data.py", str(rows), persons]
        subprocess.run(command, check=True)
    for kind in ("packed", "counted"):
        path = folder / f"{kind}-{rows}.parquet"
        if not path.with_suffix(".json").exists():
            told_about(path)
            took = run(f"build-{kind}", folder, rows)
            (folder / f"built-{kind}-{rows}.json").write_text(json.dumps(took))


def told_about(path: Path) -> None:
    print(f"{path.name} …", file=sys.stderr, flush=True)


def run(subject: str, folder: Path, rows: int) -> dict[str, Any]:
    """One run in a process of its own."""
    command = [sys.executable, ROOT / "benchmarks" / "poverty_steps.py", subject, folder, str(rows)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def check_equal(rounds: list[dict[str, Any]], respecified: dict[str, Any]) -> None:
    """Every way to a table gives it bit for bit, in every round."""
    for way in ("foreign", "packed", "counted"):
        assert {one[way]["digest"] for one in rounds} == {rounds[0]["packed"]["digest"]}, way
    assert {one["respecified"]["digest"] for one in rounds} == {respecified["digest"]}
    assert len({one["province"]["digest"] for one in rounds}) == 1
    assert all(one[way]["rows"] == AREAS for one in rounds for way in ("foreign", "packed"))


def built(folder: Path, rows: int) -> dict[str, Any]:
    """The one-off costs and the sizes of the files."""
    return {
        "persons": {"megabytes": megabytes(folder / f"persons-{rows}.parquet")},
        **{
            kind: json.loads((folder / f"built-{kind}-{rows}.json").read_text())
            | {"megabytes": megabytes(folder / f"{kind}-{rows}.parquet")}
            for kind in ("packed", "counted")
        },
    }


def megabytes(path: Path) -> float:
    return round(path.stat().st_size / 1e6, 1)


def told(subject: str, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    runs = [one[subject] for one in rounds]
    seconds = [run["seconds"] for run in runs]
    ratios = [one[subject]["seconds"] / one["scan"]["seconds"] for one in rounds]
    cpu = [one[subject]["cpu"] / one["scan"]["cpu"] for one in rounds]
    figures = {
        "seconds": round(statistics.median(seconds), 3),
        "least": round(min(seconds), 3),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_min": round(min(seconds) / min(one["scan"]["seconds"] for one in rounds), 3),
        "ratio_cpu": round(statistics.median(cpu), 3),
        "peak_mib": max(run["peak_mib"] for run in runs),
    }
    return figures | {key: runs[0][key] for key in ("rows", "columns", "digest") if key in runs[0]}


def table(figures: dict[str, Any]) -> str:
    made = figures["built"]
    lines = [
        f"{figures['rows']:,} persons, {made['persons']['megabytes']:,} MB;"
        f" packed {made['packed']['megabytes']:,} MB in {made['packed']['seconds']:.1f} s"
        f" ({made['packed']['peak_mib']} MiB); counted {made['counted']['megabytes']:,} MB in"
        f" {made['counted']['seconds']:.1f} s ({made['counted']['peak_mib']} MiB)",
        f"{'subject':12}{'seconds':>9}{'least':>9}{'x scan':>9}{'r-min':>8}{'cpu':>8}{'MiB':>7}"
        f"{'areas':>8}  goal",
    ]
    for name, one in figures["subjects"].items():
        lines.append(
            f"{name:12}{one['seconds']:>9.3f}{one['least']:>9.3f}{one['ratio']:>9.2f}"
            f"{one['ratio_min']:>8.2f}{one['ratio_cpu']:>8.2f}{one['peak_mib']:>7,}"
            f"{one.get('rows', 0):>8,}  {goal(name, one, figures['rows'])}"
        )
    lines.append("tables equal bit for bit in every round")
    return "\n".join(lines)


def goal(name: str, one: dict[str, Any], rows: int) -> str:
    """The goals are those of a nation: of fewer persons the table itself takes most of the time."""
    if rows < NATION:
        return ""
    if name == "province":
        return f"≤ {PROVINCE_GOAL_MS} ms: {verdict(one['seconds'] * 1000 <= PROVINCE_GOAL_MS)}"
    if name not in GOALS:
        return ""
    met = one["ratio"] <= GOALS[name] and one["peak_mib"] <= PEAK_GOAL_MIB
    return f"≤ {GOALS[name]} x, ≤ {PEAK_GOAL_MIB:,} MiB: {verdict(met)}"


def verdict(met: bool) -> str:
    return "met" if met else "NOT met"


if __name__ == "__main__":
    main()
