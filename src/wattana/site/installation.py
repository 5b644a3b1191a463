"""Make an empty folder or PostgreSQL database into an installation; harmless to repeat."""

from __future__ import annotations

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from wattana.areas import actions as areas
from wattana.areas.models import Area
from wattana.kernel.problems import N_, Conflict
from wattana.kit import vault


def ensure() -> None:
    """Install what is missing: folder, keys, tables, areas. Quick when nothing is."""
    vault.create_if_missing()
    try:
        if _is_behind():
            call_command("migrate", interactive=False, verbosity=0)
        if not Area.objects.exists():
            areas.load_areas()
    except DatabaseError as error:
        raise Conflict(
            N_(
                "The database cannot be used (%(reason)s). Put back the last backup, or name "
                "another place with WATTANA_DATA or WATTANA_DATABASE."
            ),
            reason=str(error).splitlines()[0][:200],
        ) from error


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
