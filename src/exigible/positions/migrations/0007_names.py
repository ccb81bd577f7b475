from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The names of groups are kept with their sums, so that a page in order of name reads its rows alone."""

    dependencies = [("positions", "0006_segments")]
    operations = [
        migrations.RunSQL("TRUNCATE positions_report, positions_reportrow", migrations.RunSQL.noop),
        migrations.AddField(
            "reportrow",
            "name",
            models.CharField(
                blank=True, db_default="", max_length=254, help_text="of a group, collector or segment"
            ),
        ),
        migrations.AddField(
            "reportrow",
            "sort_name",
            models.CharField(
                blank=True, db_default="", max_length=254, help_text="the name without capitals and accents"
            ),
        ),
    ]
