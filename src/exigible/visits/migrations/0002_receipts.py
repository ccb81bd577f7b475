"""A receipt says for ever what it said, and the receipts of a company follow one another without a gap."""

from __future__ import annotations

from django.db import migrations

KEPT = """
CREATE FUNCTION visits_receipt_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> 1 + coalesce(
        (SELECT max(number) FROM visits_receipt WHERE company_id = NEW.company_id), 0) THEN
        RAISE EXCEPTION 'receipts are numbered without a gap' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON visits_receipt
    FOR EACH ROW EXECUTE FUNCTION visits_receipt_follows();

CREATE FUNCTION visits_receipt_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - '{email,mail,mail_problem,mailed_at}'::text[]
        <> to_jsonb(OLD) - '{email,mail,mail_problem,mailed_at}'::text[] THEN
        RAISE EXCEPTION 'a receipt does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER is_kept BEFORE UPDATE OR DELETE ON visits_receipt
    FOR EACH ROW EXECUTE FUNCTION visits_receipt_is_kept();
"""
FORGOTTEN = """
DROP TRIGGER is_kept ON visits_receipt; DROP FUNCTION visits_receipt_is_kept();
DROP TRIGGER follows ON visits_receipt; DROP FUNCTION visits_receipt_follows();
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]
    operations = [migrations.RunSQL(KEPT, FORGOTTEN)]
