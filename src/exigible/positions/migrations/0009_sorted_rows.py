from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """The largest positions of a kept report: the first page by total or by overdue is read, not sought out."""

    dependencies = [("positions", "0008_first_movement")]
    operations = [
        migrations.RunSQL(
            f"CREATE INDEX positions_row_by_{column} ON positions_reportrow"
            f" (report_id, {column}, customer_id, currency)",
            f"DROP INDEX positions_row_by_{column}",
        )
        for column in ("total", "overdue")
    ]
