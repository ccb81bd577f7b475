-- The moment of the current act. It exists once lock_books() was called in this transaction: whoever writes in
-- a ledger has its books locked, so that the order of the moments is the order of the commits.
CREATE FUNCTION ledger_now() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE moment text := current_setting('exigible.recorded_at', true);
BEGIN
    IF coalesce(moment, '') = '' THEN
        RAISE EXCEPTION 'the books are not locked: call ledger.services.lock_books first'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN moment::timestamptz;
END $$;

CREATE FUNCTION ledger_lock_books(company bigint) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(70519, company::int);
    IF coalesce(current_setting('exigible.recorded_at', true), '') = '' THEN
        PERFORM set_config('exigible.recorded_at', clock_timestamp()::text, true);
    END IF;
    RETURN current_setting('exigible.recorded_at')::timestamptz;
END $$;

