"""Amounts of five programmes by OpenFisca-Core, from Parquet to Parquet; see rights.py.

    PYTHON_WITH_OPENFISCA benchmarks/rights_openfisca.py FOLDER 2025-08-01

Prints seconds, peak memory and programmes as JSON. Runs apart from the project, without its code.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from openfisca_core.simulation_builder import SimulationBuilder

sys.path.insert(0, str(Path(__file__).resolve().parent))

from openfisca_country import PROGRAMMES, CountryTaxBenefitSystem


def main() -> None:
    folder, day = Path(sys.argv[1]), dt.date.fromisoformat(sys.argv[2])
    begun = time.perf_counter()
    people = pq.read_table(folder / "persons.parquet")
    homes = pq.read_table(folder / "households.parquet")
    month = f"{day:%Y-%m}"
    simulation = built(people, homes, month, day)
    found = {
        one.__name__: np.rint(simulation.calculate(one.__name__, month) * 100).astype(np.int64)
        for one in PROGRAMMES
    }
    table = pa.table({"person": people["person"], **found})
    pq.write_table(table, folder / "openfisca.parquet", compression="zstd")
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": round(peak), "programmes": len(found)}))


def built(people: pa.Table, homes: pa.Table, month: str, day: dt.date):
    """A simulation with every fact; both tables are in the order of households."""
    builder = SimulationBuilder()
    system = CountryTaxBenefitSystem()
    builder.create_entities(system)
    builder.declare_person_entity("person", np.arange(people.num_rows))
    households = builder.declare_entity("household", np.arange(homes.num_rows))
    of = np.searchsorted(array(homes["household"]), array(people["household"]))
    builder.join_with_persons(households, of, roles=np.repeat("member", people.num_rows))
    simulation = builder.build(system)
    for name, values in facts(people, homes, day).items():
        simulation.set_input(name, month, values)
    return simulation


def facts(people: pa.Table, homes: pa.Table, day: dt.date) -> dict[str, np.ndarray]:
    """The input variables; what is not known is such that no condition on it is fulfilled."""
    born = array(people["birth_date"]).astype("datetime64[D]")
    return {
        "age": ages(born, day),
        "born_since_october_2015": born >= np.datetime64("2015-10-01"),
        "registered_here": np.isin(array(people["registered"]), ["here_lives", "here_away"]),
        "lives_here": array(people["registered"]) == "here_lives",
        "disability_card": array(people["disability"]) == "with_card",
        "holds_welfare_card": holds(people["welfare"], "welfare_card"),
        **{
            name: array(people[name])
            for name in (
                "thai_national", "state_pension", "credit_card", "income_month", "financial_assets"
            )
        },
        "income_per_person_year": known(homes["income_per_person_year"]),
        "assets_per_person": known(homes["financial_assets_per_person"]),
    }  # fmt: skip


def ages(born: np.ndarray, day: dt.date) -> np.ndarray:
    """Full years on the day."""
    years = born.astype("datetime64[Y]").astype(int) + 1970
    months = born.astype("datetime64[M]").astype(int) % 12 + 1
    days = (born - born.astype("datetime64[M]")).astype(int) + 1
    later = (months > day.month) | ((months == day.month) & (days > day.day))
    return (day.year - years - later).astype(np.int32)


def holds(lists: pa.ChunkedArray, code: str) -> np.ndarray:
    """Which lists have the code in them."""
    whole = lists.combine_chunks()
    rows = np.asarray(pc.list_parent_indices(whole))
    found = np.zeros(len(whole), dtype=bool)
    found[rows[np.asarray(pc.equal(pc.list_flatten(whole), code))]] = True
    return found


def known(values: pa.ChunkedArray) -> np.ndarray:
    """Infinite where it is not known."""
    return np.asarray(values.fill_null(np.inf))


def array(values: pa.ChunkedArray) -> np.ndarray:
    return values.to_numpy()


if __name__ == "__main__":
    main()
