"""What a start installs, and what it must not make anew."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests import factories, postgres
from tests.site.commands import wattana
from wattana.kernel.problems import Conflict, Problem
from wattana.kernel.sealing import Keyring
from wattana.kit.models import KeyMark
from wattana.registry import national_ids
from wattana.site import installation

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Path:
    settings.KEYS_FILE = tmp_path / "keys.json"
    return settings.KEYS_FILE


def test_an_empty_database_gets_keys_once(keys: Path):
    installation.ensure()
    made = keys.read_bytes()
    factories.organization()
    installation.ensure()
    assert keys.read_bytes() == made


def test_a_database_in_use_never_gets_new_keys(keys: Path):
    factories.organization()
    with pytest.raises(Conflict, match="Restore it from its backup"):
        installation.ensure()
    assert not keys.exists()


def another_file(settings: Any, tmp_path: Path) -> None:
    """Somebody puts the key file of another installation in place."""
    settings.KEYS_FILE = tmp_path / "others.json"
    Keyring.create(settings.KEYS_FILE)


def as_before_marks() -> None:
    KeyMark.objects.all().delete()


def test_keys_of_another_database_are_refused_at_the_start(keys: Path, settings, tmp_path):
    installation.ensure()
    factories.organization()
    another_file(settings, tmp_path)
    with pytest.raises(Conflict, match="does not belong to this database"):
        installation.ensure()
    settings.KEYS_FILE = keys
    installation.ensure()


def test_a_file_whose_index_key_alone_differs_is_refused(keys: Path, settings, tmp_path):
    installation.ensure()
    factories.organization()
    content = json.loads(keys.read_text())
    settings.KEYS_FILE = tmp_path / "mixed.json"
    settings.KEYS_FILE.touch(mode=0o600)
    settings.KEYS_FILE.write_text(json.dumps(content | {"index": content["pseudonym"]}))
    with pytest.raises(Conflict, match="does not belong"):
        installation.ensure()


def test_a_database_in_which_nothing_was_done_takes_other_keys(keys: Path, settings, tmp_path):
    installation.ensure()
    another_file(settings, tmp_path)
    installation.ensure()
    factories.organization()
    installation.ensure()


def test_a_database_from_before_marks_proves_its_keys_on_a_sealed_number(
    keys: Path, settings, tmp_path
):
    installation.ensure()
    person = factories.person(factories.household())
    person.national_id_sealed, person.national_id_hash = national_ids.seal(
        "9330100001018", person.pk
    )
    person.no_id_reason = ""
    person.save()
    as_before_marks()
    another_file(settings, tmp_path)
    with pytest.raises(Conflict, match="does not belong"):
        installation.ensure()
    assert not KeyMark.objects.exists(), "a wrong file leaves no mark"
    settings.KEYS_FILE = keys
    installation.ensure()
    assert KeyMark.objects.exists()


def test_a_database_without_a_sealed_number_takes_the_keys_that_it_has(keys: Path):
    installation.ensure()
    factories.organization()
    as_before_marks()
    installation.ensure()
    assert KeyMark.objects.exists()


def test_a_rotation_goes_on_and_an_older_copy_of_the_file_is_noticed_then(
    keys: Path, settings, tmp_path
):
    installation.ensure()
    factories.organization()
    settings.KEYS_FILE = tmp_path / "rotated.json"
    settings.KEYS_FILE.touch(mode=0o600)
    settings.KEYS_FILE.write_bytes(keys.read_bytes())
    Keyring.rotate(settings.KEYS_FILE)
    installation.ensure()
    settings.KEYS_FILE = keys
    with pytest.raises(Problem, match="Restore the newest key file"):
        installation.ensure()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compares codes of letters")
def test_a_database_that_sorts_as_a_language_does_is_refused_before_anything_is_made(tmp_path):
    thai = ("--template=template0", "--locale-provider=icu", "--icu-locale=th-TH")
    database = postgres.fresh(f"thai_{os.getpid()}", *thai)
    done = wattana(tmp_path, "install", WATTANA_DATABASE=database)
    assert done.returncode == 1
    assert "--lc-collate=C" in done.stderr
    assert not list(tmp_path.glob("*keys*"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite holds UTF-8 always")
def test_a_database_without_utf8_is_refused_with_the_command_that_makes_a_right_one(tmp_path):
    ascii_only = ("--template=template0", "--encoding=SQL_ASCII", "--lc-collate=C", "--lc-ctype=C")
    database = postgres.fresh(f"ascii_{os.getpid()}", *ascii_only)
    done = wattana(tmp_path, "install", WATTANA_DATABASE=database)
    assert done.returncode == 1
    assert "SQL_ASCII" in done.stderr and "--encoding=UTF8" in done.stderr
    assert not list(tmp_path.glob("*keys*"))
