from django.db import migrations

from wattana.kit import bulk
from wattana.thai.names import sound_key


def reckon(apps, schema_editor):
    """Sound keys tell more of a name than before: those on record are reckoned anew."""
    person = apps.get_model("registry", "Person")
    rows = person.objects.order_by("pk").values_list(
        "first_name", "last_name", "first_key", "last_key", "pk"
    )
    changed = (
        (*now, key)
        for some in list_of(rows)
        for first, last, *was, key in some
        if (now := [sound_key(first), sound_key(last)]) != was
    )
    bulk.update(person, ["first_key", "last_key"], changed)


def list_of(rows, size=20_000):
    """The rows in pieces, each read before the one ahead of it is written."""
    after = 0
    while some := list(rows.filter(pk__gt=after)[:size]):
        after = some[-1][-1]
        yield some


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_imports_without_index")]

    operations = [migrations.RunPython(reckon, migrations.RunPython.noop)]
