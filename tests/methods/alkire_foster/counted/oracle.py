"""Poverty figures by the book, person by person in exact fractions; and files to try things on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from wattana.engines import DuckDB
from wattana.methods.alkire_foster.counted import Specification
from wattana.rules.poverty import PovertyMeasure, read_poverty_measure


@dataclass(frozen=True)
class Person:
    area: str
    answers: tuple[bool | None, ...]
    weight: Decimal = Decimal(1)
    group: str = "a"


@dataclass(frozen=True)
class Expected:
    n: int
    left_out: int
    poor_n: int
    population: Fraction
    poor: Fraction
    points: Fraction
    """Sum of weight × score of the poor."""
    uncensored: tuple[Fraction, ...]
    censored: tuple[Fraction, ...]


def names(count: int) -> list[str]:
    return [f"i{j}" for j in range(count)]


def expected(people: Sequence[Person], asked: Specification, prefix: str = "") -> Expected:
    """The sums of the area whose code begins with `prefix`."""
    shares = [Fraction(weight, asked.denominator) for weight in asked.weights.values()]
    places = [int(name[1:]) for name in asked.names]
    n = left_out = poor_n = 0
    population = poor = points = Fraction(0)
    uncensored, censored = [Fraction(0)] * len(shares), [Fraction(0)] * len(shares)
    for person in people:
        if not person.area.startswith(prefix):
            continue
        answers = [person.answers[place] for place in places]
        if None in answers and asked.missing == "complete_case":
            left_out += 1
            continue
        deprived = [asked.missing == "deprived" if one is None else one for one in answers]
        weight = Fraction(person.weight)
        score = sum((s for s, one in zip(shares, deprived, strict=True) if one), Fraction(0))
        is_poor = score >= asked.cutoff
        n, population = n + 1, population + weight
        if is_poor:
            poor_n, poor, points = poor_n + 1, poor + weight, points + weight * score
        for j, one in enumerate(deprived):
            uncensored[j] += weight if one else 0
            censored[j] += weight if one and is_poor else 0
    return Expected(
        n, left_out, poor_n, population, poor, points, tuple(uncensored), tuple(censored)
    )


def write(folder: Path, people: Sequence[Person], row_group: int | None = None) -> Path:
    """A Parquet file of persons: area, weight, group, i0, i1 … (1, 0 or NULL)."""
    count = len(people[0].answers) if people else 0
    columns = {
        "area": pa.array([one.area for one in people], pa.string()),
        "weight": pa.array([float(one.weight) for one in people], pa.float64()),
        "head": pa.array([one.group for one in people], pa.string()),
    }
    for j, name in enumerate(names(count)):
        values = [None if one.answers[j] is None else int(one.answers[j]) for one in people]
        columns[name] = pa.array(values, pa.int8())
    path = folder / "persons.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=row_group)
    return path


def measure(folder: Path, asked: Specification, count: int) -> PovertyMeasure:
    """A measure of `count` indicators; those that `asked` does not name have weight 0."""
    content = {
        "name": "tried",
        "unit": "person",
        "poverty_cutoff": str(asked.cutoff),
        "missing": asked.missing,
        "dimensions": [
            {
                "name": "all",
                "indicators": [
                    {
                        "name": name,
                        "deprived": f"{name} = 1",
                        "weight": f"{asked.weights.get(name, 0)}/{asked.denominator}",
                    }
                    for name in names(count)
                ],
            }
        ],
    }
    path = folder / "tried.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return read_poverty_measure(path, dict.fromkeys(names(count), "TINYINT"))


def engine(persons: Path) -> DuckDB:
    made = DuckDB()
    made.tables({"persons": persons})
    return made
