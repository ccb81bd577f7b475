-- Who speaks for a group is a customer of the same company.
CREATE FUNCTION dunning_head_is_of_company() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head bigint := CASE TG_TABLE_NAME WHEN 'dunning_action' THEN (to_jsonb(NEW) ->> 'through_id')::bigint
                                      ELSE (to_jsonb(NEW) ->> 'customer_id')::bigint END;
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_customer WHERE id = head AND company_id = NEW.company_id) THEN
        RAISE EXCEPTION 'who speaks for a group is a customer of the same company'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER head_is_of_company BEFORE INSERT OR UPDATE OF through_id ON dunning_action FOR EACH ROW
    WHEN (NEW.through_id IS NOT NULL) EXECUTE FUNCTION dunning_head_is_of_company();
CREATE TRIGGER head_is_of_company BEFORE INSERT OR UPDATE ON dunning_groupvoice FOR EACH ROW
    EXECUTE FUNCTION dunning_head_is_of_company();
