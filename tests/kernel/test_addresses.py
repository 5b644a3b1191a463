"""The address of a database: what is read, and that a refusal repeats nothing of it."""

from __future__ import annotations

import pytest

from wattana.kernel.addresses import Database, read_database
from wattana.kernel.problems import Invalid


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("postgres://u:p%40%2F@h:5433/n", Database("n", "u", "p@/", "h", "5433")),
        ("postgresql://u@h/n", Database("n", "u", "", "h", "")),
        ("postgres://u@/n?host=/run/p%20g", Database("n", "u", "", "/run/p g", "")),
        ("postgres:///n", Database("n", "", "", "", "")),
    ],
)
def test_an_address_is_read(address: str, read: Database):
    assert read_database(address) == read


MISTYPED = {
    "mysql://x": "postgres://",
    "postgres:u:Geheim1@h/n": "postgres://",
    "Geheim1": "postgres://",
    "postgres://u:Geheim1@host": "name of the database",
    "postgres:///": "name of the database",
    "postgres://u:Geheim1@h:abc/n": "a port is a number",
    "postgres://u:Geheim1@[h/n": "a port is a number",
    "postgres://u:12/Geheim1@h/n": "perhaps in the password",
    "postgres://u:12#Geheim1@h/n": "name of the database",
    "postgres://u:Geheim1@h/n?sslmode=require": "only host=",
}


@pytest.mark.parametrize("address", MISTYPED)
def test_a_mistyped_address_is_refused_with_its_form_and_without_its_password(address: str):
    with pytest.raises(Invalid) as refused:
        read_database(address)
    said = str(refused.value)
    assert MISTYPED[address] in said and "postgres://user:password@host:port/name" in said
    assert "Geheim1" not in said
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
