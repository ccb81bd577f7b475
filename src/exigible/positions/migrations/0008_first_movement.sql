-- A sequence that was never drawn from says 1, which would pass the first movement for one already counted.
CREATE OR REPLACE FUNCTION positions_last_movement(company bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE last bigint;
BEGIN
    IF NOT pg_try_advisory_lock_shared(70519, company::int) THEN
        RETURN NULL;
    END IF;
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO last FROM ledger_movement_id_seq;
    PERFORM pg_advisory_unlock_shared(70519, company::int);
    RETURN last;
END $$;
-- What was kept under the old rule may miss that movement.
UPDATE positions_report SET last_movement = 0 WHERE last_movement = 1;
