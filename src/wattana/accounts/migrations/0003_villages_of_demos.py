from django.db import migrations


def list_villages(apps, schema_editor):
    """The villages of a demo province are all that there are; the areas' own migration, which knows
    a village of a list by its name, could not tell: an import then let any number (moo) in."""
    if apps.get_model("accounts", "Agreement").objects.filter(is_demo=True).exists():
        villages = apps.get_model("areas", "Area").objects.filter(level=8, listed=False)
        villages.update(listed=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_agencies"), ("areas", "0002_villages_of_a_list")]

    operations = [migrations.RunPython(list_villages, migrations.RunPython.noop)]
