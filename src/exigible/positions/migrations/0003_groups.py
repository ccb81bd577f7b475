from __future__ import annotations

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("positions", "0002_kept")]
    operations = [
        migrations.CreateModel(
            name="CustomerChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transaction", models.BigIntegerField()),
                ("company", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="ledger.company")),
            ],
            options={
                "indexes": [models.Index(fields=["company", "transaction"], name="positions_customer_change")],
            },
        ),
        migrations.AddField("report", "by", models.CharField(default="customer", max_length=9)),
        migrations.AddField("report", "made_from", models.BigIntegerField(help_text="for groups: the version of the report by customer", null=True)),
        migrations.RemoveConstraint("report", "positions_report_once"),
        migrations.AddConstraint(
            "report",
            models.UniqueConstraint(
                fields=("company", "as_of", "basis", "bounds", "known_at", "by"),
                name="positions_report_once",
                nulls_distinct=False,
            ),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")),
    ]
