from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import CharField, IntegerField, Value
from django.db.models.functions import Cast, Concat, Substr


def note_those_made_by_numbers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A village that only a household's number made has no other name than that number."""
    moo = Cast(Cast(Substr("code", 7), IntegerField()), CharField())
    villages = apps.get_model("areas", "Area").objects.filter(level=8)
    villages.filter(name_th=Concat(Value("หมู่ "), moo)).update(listed=False)


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="area", name="listed", field=models.BooleanField(default=True)
        ),
        migrations.RunPython(note_those_made_by_numbers, migrations.RunPython.noop),
    ]
