"""National IDs of persons: sealed for the row they stand in, found by keyed hash.

Importer and screens use these functions only, so that both bind a value to the same place.
"""

from __future__ import annotations

from wattana.kernel.sealing import Keyring
from wattana.kit.vault import vault
from wattana.registry.models import Person

TABLE = "registry_person"
COLUMN = "national_id_sealed"


def seal(digits: str, person_id: int) -> tuple[bytes, bytes]:
    """The sealed value and the blind index (32 bytes) of 13 checked digits."""
    keyring = vault()
    sealed = keyring.seal(digits, table=TABLE, column=COLUMN, row=person_id)
    return sealed, keyring.blind_index(digits)


def reveal(sealed: bytes, person_id: int) -> str:
    """The 13 digits of a sealed value; the caller writes the audit row."""
    return vault().open(bytes(sealed), table=TABLE, column=COLUMN, row=person_id)


def hashed(digits: str) -> bytes:
    """The blind index under which a person with these 13 digits is found."""
    return vault().blind_index(digits)


def prove(keyring: Keyring) -> None:
    """Raise `Conflict` when these keys did not seal the newest number, if there is one."""
    sealed = Person.objects.exclude(national_id_hash=None).order_by("-pk")
    newest = sealed.values_list("national_id_sealed", "national_id_hash", "pk").first()
    if newest:
        value, index, row = newest
        keyring.recognise(value, index, table=TABLE, column=COLUMN, row=row)
