from django.db import migrations


class Migration(migrations.Migration):
    """Reckoned the sound keys on record anew; 0007 does so for all rules since."""

    dependencies = [("registry", "0004_imports_without_index")]

    operations = []
