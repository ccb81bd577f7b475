-- That customers of a company were changed by a transaction, so that kept sums by group know they are stale.
CREATE FUNCTION positions_customers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO positions_customerchange (company_id, transaction)
    SELECT DISTINCT company_id, pg_current_xact_id()::text::bigint FROM changed;
    RETURN NULL;
END $$;
CREATE TRIGGER positions_added AFTER INSERT ON ledger_customer REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION positions_customers_changed();
CREATE TRIGGER positions_changed AFTER UPDATE ON ledger_customer REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION positions_customers_changed();
