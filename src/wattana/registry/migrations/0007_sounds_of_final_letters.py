from django.db import migrations
from django.utils.translation import gettext

from wattana.kit import bulk, progress
from wattana.thai.names import sound_key

AT_ONCE = 20_000


def reckon(apps, schema_editor):
    """Sound keys hear a final ช or จ as ด now and are written in letters of one byte."""
    person = apps.get_model("registry", "Person")
    rows = person.objects.values_list("first_name", "last_name", "first_key", "last_key", "pk")
    for some in progress.chunks(gettext("How names sound is worked out anew"), rows, AT_ONCE):
        changed = [
            (*new, pk)
            for first, last, *old, pk in some
            if (new := [sound_key(first), sound_key(last)]) != old
        ]
        bulk.update(person, ["first_key", "last_key"], changed)


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_surveyed_by_the_index_of_a_tambon")]

    operations = [migrations.RunPython(reckon, migrations.RunPython.noop)]
