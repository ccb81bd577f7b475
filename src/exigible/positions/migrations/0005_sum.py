from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """A sum of minor units that stays bigint: PostgreSQL's own goes through numeric, at a third of the time.

    It is 0 for no rows, and raises when the sum does not fit.
    """

    dependencies = [("positions", "0004_export")]
    operations = [
        migrations.RunSQL(
            "CREATE AGGREGATE positions_sum(bigint) (SFUNC = int8pl, STYPE = bigint, INITCOND = '0',"
            " COMBINEFUNC = int8pl, PARALLEL = SAFE)",
            "DROP AGGREGATE positions_sum(bigint)",
        )
    ]
