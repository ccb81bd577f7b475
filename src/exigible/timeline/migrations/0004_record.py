from __future__ import annotations

from django.db import migrations

# Adds a line where another statement is at work, so that an act and its line are one statement of the database.
RECORD = """
CREATE FUNCTION timeline_record(
    company bigint, customer bigint, kind text, happened_at timestamptz, by_id bigint, body text, data jsonb
) RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO timeline_event (company_id, customer_id, sequence, kind, happened_at, by_id, text, data)
    VALUES (company, customer, 0, kind, happened_at, by_id, body, data) RETURNING id
$$;
"""
FORGET = "DROP FUNCTION timeline_record(bigint, bigint, text, timestamptz, bigint, text, jsonb)"


class Migration(migrations.Migration):
    dependencies = [("timeline", "0003_last_by_index")]
    operations = [migrations.RunSQL(RECORD, FORGET)]
