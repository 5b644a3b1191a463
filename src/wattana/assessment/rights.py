"""How many rights a household is due and gets on the day of a visit, for indicator H6."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wattana.assessment.unfolding import HOUSEHOLDS
from wattana.engines import DuckDB
from wattana.kernel import keys
from wattana.methods import rights
from wattana.methods.rights import bulk
from wattana.rules import codebook as codebooks
from wattana.rules import programmes
from wattana.rules.book import Codebook
from wattana.rules.programmes.facts import ID, Facts
from wattana.surveys.models import Visit
from wattana.thai.dates import PartialDate

_KEY = "household, visit_year, visit_round"


def count_rights(folder: Path, engine: DuckDB, codebook: Codebook) -> None:
    """Add rights_due and rights_received to the households of a snapshot, as of each visit's day.

    They count the rights of household and members whose receipt is known; both are NULL when none
    is known to be due while facts are missing.
    """
    working = folder / "rights"
    working.mkdir()
    bulk.assess(
        engine, folder, working, list(programmes.load().values()), codebook=codebook, on=None
    )
    engine.tables({"households": folder / HOUSEHOLDS, "rights": working / bulk.RIGHTS})
    counted = working / HOUSEHOLDS
    engine.write(
        f"SELECT households.*, {_counted('rights_due')}, {_counted('rights_received')} "
        f"FROM households LEFT JOIN rights USING ({_KEY}) ORDER BY households.area, {_KEY}",
        counted,
    )
    counted.replace(folder / HOUSEHOLDS)
    shutil.rmtree(working)


def _counted(name: str) -> str:
    open_ones = "rights_open + rights_unknown"
    return f"CASE WHEN rights_due > 0 OR {open_ones} = 0 THEN rights.{name} END AS {name}"


def counts(visit: Visit, people: Sequence[tuple[int, PartialDate | None, Any]]) -> dict[str, int]:
    """The same for one visit: {"rights_due": …, "rights_received": …}, empty when unknown.

    `people`: each member's key, birth and answers (with sex, relation, registered).
    """
    facts = Facts(
        visit.answers,
        [
            {
                ID: keys.to_text(key),
                **_known(answers),
                **({"birth_date": born.isoformat()} if born else {}),
            }
            for key, born, answers in people
        ],
    )
    owed = [one for one in programmes.load().values() if one.is_on and one.may_be_due]
    found = list(rights.standings(owed, facts, visit.surveyed_on, codebooks.load()))
    due = [received for outcome, received in found if outcome == rights.DUE]
    settled = [received for received in due if received is not None]
    if not settled and (due or any(outcome == rights.UNKNOWN for outcome, _ in found)):
        return {}
    return {"rights_due": len(settled), "rights_received": sum(settled)}


def _known(answers: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if value is not None and name != "age"}
