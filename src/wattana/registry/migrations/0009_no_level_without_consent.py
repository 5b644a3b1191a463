from django.db import migrations


def clear(apps, schema_editor):
    """Who withdrew consent to survey and analysis has no level, from the withdrawal on."""
    given = apps.get_model("registry", "Consent").objects.filter(
        purpose="survey", person__isnull=True
    )
    stands = given.filter(withdrawn_at__isnull=True).values("household_id")
    gone = given.exclude(withdrawn_at__isnull=True).exclude(household_id__in=stands)
    apps.get_model("registry", "Household").objects.filter(
        pk__in=gone.values("household_id"), standing_score__isnull=False
    ).update(standing_score=None, standing_level=None, standing_completeness=None)


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_consent_of_person")]

    operations = [migrations.RunPython(clear, migrations.RunPython.noop)]
