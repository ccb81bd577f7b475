from __future__ import annotations

from django.db import migrations

# The patience after a promise is the company's; where its policies differed, the longest stays.
KEEP_PATIENCE = """
    INSERT INTO negotiation_promiseterms (company_id, kept_percent, grace_days)
    SELECT company_id, 95, least(max(promise_grace_days), 30) FROM dunning_policy
    WHERE is_active GROUP BY company_id HAVING max(promise_grace_days) <> 3
    ON CONFLICT DO NOTHING
"""

# The trigger that names the field goes with it, and comes back without.
FORGET_VERSIONS = "DROP TRIGGER is_unchanged ON dunning_policy"
KEEP_VERSIONS = """
    CREATE TRIGGER is_unchanged BEFORE UPDATE ON dunning_policy FOR EACH ROW
    WHEN ((NEW.id, NEW.company_id, NEW.name, NEW.country, NEW.segment, NEW.version, NEW.steps,
           NEW.minimum_minor, NEW.min_days_between_contacts, NEW.oldest_days)
          IS DISTINCT FROM
          (OLD.id, OLD.company_id, OLD.name, OLD.country, OLD.segment, OLD.version, OLD.steps,
           OLD.minimum_minor, OLD.min_days_between_contacts, OLD.oldest_days)
          OR (NEW.is_active AND NOT OLD.is_active))
    EXECUTE FUNCTION dunning_policy_is_kept()
"""


class Migration(migrations.Migration):
    dependencies = [("dunning", "0003_counts_of_a_run"), ("negotiation", "0001_initial")]
    operations = [
        migrations.RunSQL(KEEP_PATIENCE),
        migrations.RunSQL(FORGET_VERSIONS),
        migrations.RemoveField(model_name="policy", name="promise_grace_days"),
        migrations.RunSQL(KEEP_VERSIONS),
    ]
