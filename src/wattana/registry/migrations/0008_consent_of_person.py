import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0007_sounds_of_final_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consent",
            name="person",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="consents",
                to="registry.person",
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("person__isnull", False)),
                fields=["person"],
                name="consent_of_person",
            ),
        ),
    ]
