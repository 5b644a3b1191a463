"""What PostgreSQL says before it lets anybody in, and what to check then."""

from __future__ import annotations

import psycopg
import pytest
from django.db import OperationalError

from wattana.kit import machine

SERVER = 'connection failed: connection to server at "10.0.0.1", port 5432 failed: '


def of_connection(said: str) -> OperationalError:
    error = OperationalError(said)
    error.__cause__ = psycopg.OperationalError(said)
    return error


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ('FATAL:  password authentication failed for user "u"', "Check user name and password"),
        ("fe_sendauth: no password supplied", "Check user name and password"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.2"', "Check user name and password"),
        ('FATAL:  database "n" does not exist', "Check the name"),
        ("failed to resolve host 'x': Name or service not known", "Check that the server runs"),
        ("No route to host", "Check that the server runs"),
        ("FATAL:  sorry, too many clients already", "has room for more connections"),
        ("ВАЖНО:  база данных не существует", "then host, name, user and password"),
    ],
)
def test_a_fault_of_the_connection_names_the_part_to_check(said: str, advice: str):
    told = str(machine.refusal(of_connection(SERVER + said)))
    assert advice in told and "disk" not in told


def test_a_full_disk_of_the_server_stays_a_full_disk():
    refused = machine.refusal(of_connection("could not extend file: No space left on device"))
    assert refused and refused.message == machine.FULL
