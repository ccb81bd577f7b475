from __future__ import annotations

from django.db import migrations

# The last line of a chain is found by the index of the chains. A plan made while the table was small sorted
# all lines instead, and was kept for the session: each line took longer than the one before.
ALTER = """
ALTER FUNCTION timeline_event_chain() SET enable_sort = off;
ALTER FUNCTION timeline_event_chain() SET enable_seqscan = off;
"""
RESET = "ALTER FUNCTION timeline_event_chain() RESET ALL"


class Migration(migrations.Migration):
    dependencies = [("timeline", "0002_chain")]
    operations = [migrations.RunSQL(ALTER, RESET)]
