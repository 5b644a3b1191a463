"""The files of the R package mpindex, which nobody here wrote, mapped on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.registry.imports.pages.sending import at, fields_of, send
from wattana.registry.models import Household, ImportBatch, Person

pytestmark = pytest.mark.django_db


def brought(client, file: Path, kind: str, mapped: dict[str, str], **constants: str) -> ImportBatch:
    """A file sent, its columns mapped (all others left out), checked and committed."""
    assert send(client, file.read_bytes(), name=file.name, kind=kind).status_code == 302
    batch = ImportBatch.objects.get(status="uploaded")
    sent = fields_of(client.get(at("mapping", batch)))
    header = file.read_text().splitlines()[0].replace('"', "").split(",")
    sent |= {f"column-{n}": mapped.get(name, "") for n, name in enumerate(header)}
    for number, (field, value) in enumerate(constants.items()):
        sent |= {f"constant-{number}": field, f"value-{number}": value}
    assert client.post(at("mapping", batch), sent).status_code == 302
    assert client.post(at("commit", batch)).status_code == 302
    batch.refresh_from_db()
    return batch


def test_households_and_their_roster_come_in_with_a_constant_for_the_area(officer, shared: Path):
    folder = shared / "data" / "alkire_foster"
    homes = brought(
        officer, folder / "af_mpindex_household_raw.csv", "households",
        {"uuid": "household_key"}, area_code="33010301", list_source="other",
    )  # fmt: skip
    assert (homes.status, homes.accepted, homes.rejected) == ("committed", 198, 0)
    roster = {"uuid": "household_key", "line_number": "person_key", "sex": "sex", "age": "age"}
    people = brought(officer, folder / "af_mpindex_roster_raw.csv", "persons", roster)
    assert (people.status, people.accepted, people.rejected) == ("committed", 905, 0)
    assert (Household.objects.count(), Person.objects.count()) == (198, 905)
