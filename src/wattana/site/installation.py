"""Make an empty folder or PostgreSQL database into an installation; harmless to repeat."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext

from wattana.accounts.models import Organization
from wattana.areas import actions as areas
from wattana.areas.models import Area
from wattana.kernel import speaking
from wattana.kernel.problems import N_, Conflict
from wattana.kit import key_mark, machine, turns, vault
from wattana.registry import national_ids


def ensure() -> bool:
    """Install what is missing: folder, keys, tables, areas. Quick when nothing is.

    Returns whether there was nothing before.

    Raises `Conflict` where the keys of a database that is in use are not there, or are those of
    another one: they could open none of its numbers, and would find no
    person again; also where a new database would not find the beginning of a name.
    """
    try:
        turns.be_patient()
        is_new = _is_new()
        in_use = not is_new and Organization.objects.exists()
        if in_use:
            vault.vault()
        else:
            _refuse_other_order()
            vault.create_if_missing()
        if _is_behind():
            with _without_collector():
                call_command("migrate", interactive=False, verbosity=0)
        if in_use:
            key_mark.recognise(national_ids.prove)
        else:
            key_mark.make()
        if not Area.objects.exists():
            areas.load_areas()
        return is_new
    except DatabaseError as error:
        raise (machine.refusal(error) or error) from error


_OTHER_ORDER = N_(
    "This database sorts text as a language does, not by the codes of the letters, and would not "
    "find the beginning of a name. Make an empty one with: createdb --template=template0 "
    "--encoding=UTF8 --lc-collate=C --lc-ctype=C.UTF-8 NAME"
)

_OTHER_ENCODING = N_(
    "This database does not hold its text as UTF-8 but as %(encoding)s, and would not hold Thai. "
    "Make an empty one with: createdb --template=template0 --encoding=UTF8 --lc-collate=C "
    "--lc-ctype=C.UTF-8 NAME"
)


def _refuse_other_order() -> None:
    """SQLite compares codes of letters; PostgreSQL does so only where it was told."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_encoding")
            if (encoding := cursor.fetchone()[0]) != "UTF8":
                raise Conflict(_OTHER_ENCODING, encoding=encoding)
            cursor.execute("SELECT 'กข' < 'ก' || chr(65535) AND 'B' < 'a' AND 'เก' > 'ขา'")
            if not cursor.fetchone()[0]:
                raise Conflict(_OTHER_ORDER)


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Migrations make very many models that last; looking for garbage takes a quarter longer."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def told_as_new() -> str:
    """Where a new installation was made, and what to do if it was not meant."""
    with translation.override(speaking.language()):
        if connection.vendor == "postgresql":
            return gettext(
                "A new installation was made in the database that WATTANA_DATABASE names; it is "
                "empty."
            )
        return gettext(
            "A new installation was made in %(folder)s; it is empty. If your data lie elsewhere, "
            "name their folder in WATTANA_DATA."
        ) % {"folder": settings.DATA.absolute()}


def _is_new() -> bool:
    return Organization._meta.db_table not in connection.introspection.table_names()


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
