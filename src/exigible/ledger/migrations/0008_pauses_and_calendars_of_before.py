from __future__ import annotations

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_pauses_and_calendars"), ("timeline", "0001_initial")]

    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")),
        migrations.RemoveField(model_name="company", name="added_holidays"),
        migrations.RemoveField(model_name="company", name="removed_holidays"),
    ]
