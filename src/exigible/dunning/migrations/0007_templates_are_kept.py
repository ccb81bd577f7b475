"""A version of a template says for ever what it said: past reminders go by it."""

from __future__ import annotations

from django.db import migrations

KEPT = """
CREATE FUNCTION dunning_template_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of a template does not change: make a new one' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER is_kept BEFORE UPDATE OR DELETE ON dunning_template
    FOR EACH ROW EXECUTE FUNCTION dunning_template_is_kept();
"""
FORGOTTEN = "DROP TRIGGER is_kept ON dunning_template; DROP FUNCTION dunning_template_is_kept();"


class Migration(migrations.Migration):
    dependencies = [("dunning", "0006_templates")]
    operations = [migrations.RunSQL(KEPT, FORGOTTEN)]
