"""Make an empty folder or PostgreSQL database into an installation; harmless to repeat."""

from __future__ import annotations

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from wattana.areas import actions as areas
from wattana.areas.models import Area
from wattana.kit import machine, vault


def ensure() -> None:
    """Install what is missing: folder, keys, tables, areas. Quick when nothing is."""
    vault.create_if_missing()
    try:
        if _is_behind():
            call_command("migrate", interactive=False, verbosity=0)
        if not Area.objects.exists():
            areas.load_areas()
    except DatabaseError as error:
        raise (machine.refusal(error) or error) from error


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
