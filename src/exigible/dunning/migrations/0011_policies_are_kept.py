from django.db import migrations

# All that a version says is kept, whatever columns it has: only being in force ends.
KEPT = """
DROP TRIGGER is_unchanged ON dunning_policy;
CREATE TRIGGER is_unchanged BEFORE UPDATE ON dunning_policy FOR EACH ROW
    WHEN ((to_jsonb(NEW) - 'is_active') IS DISTINCT FROM (to_jsonb(OLD) - 'is_active')
          OR (NEW.is_active AND NOT OLD.is_active))
    EXECUTE FUNCTION dunning_policy_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("dunning", "0010_ends_of_policies")]

    operations = [migrations.RunSQL(KEPT)]
