from django.db import migrations

from wattana.kit import bulk
from wattana.thai.names import sound_key

AT_ONCE = 20_000


def reckon(apps, schema_editor):
    """Sound keys hear a final ช or จ as ด now and are written in letters of one byte."""
    person = apps.get_model("registry", "Person")
    rows = person.objects.order_by("pk").values_list(
        "first_name", "last_name", "first_key", "last_key", "pk"
    )
    after = 0
    while some := list(rows.filter(pk__gt=after)[:AT_ONCE]):
        after = some[-1][-1]
        changed = [
            (*new, pk)
            for first, last, *old, pk in some
            if (new := [sound_key(first), sound_key(last)]) != old
        ]
        bulk.update(person, ["first_key", "last_key"], changed)


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_surveyed_by_the_index_of_a_tambon")]

    operations = [migrations.RunPython(reckon, migrations.RunPython.noop)]
