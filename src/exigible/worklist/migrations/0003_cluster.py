from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A snapshot means nothing to another server; a list made before is made anew at its first look."""

    dependencies = [("worklist", "0002_made_from")]
    operations = [
        migrations.AddField(
            "worklist",
            "cluster",
            models.BigIntegerField(default=0, help_text="the database server whose snapshot is meant"),
        )
    ]
