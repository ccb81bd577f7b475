from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """Customers by segment: to pick those of one, and to know which segments there are, without reading all."""

    dependencies = [("positions", "0005_sum"), ("ledger", "0002_invariants")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX positions_customer_segment ON ledger_customer (company_id, segment, id)",
            "DROP INDEX positions_customer_segment",
        )
    ]
