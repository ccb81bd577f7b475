-- Kept reports can be computed again: no crash safety is paid for, and a crash empties both tables at once.
ALTER TABLE positions_reportrow SET UNLOGGED;
ALTER TABLE positions_report SET UNLOGGED;

-- A moment such that whatever is known by then can be seen, and whatever becomes known later is later than it.
-- It waits for the writer in flight, whose moment is set although nothing of it can be seen yet.
CREATE FUNCTION positions_issue_moment(company bigint) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE moment timestamptz;
BEGIN
    PERFORM pg_advisory_lock_shared(70519, company::int);
    moment := clock_timestamp() - interval '1 microsecond'; -- the next writer may read the same clock
    PERFORM pg_advisory_unlock_shared(70519, company::int);
    RETURN moment;
END $$;

-- An id up to which no movement of the company is still to come; null while someone writes in its books.
CREATE FUNCTION positions_last_movement(company bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE last bigint;
BEGIN
    IF NOT pg_try_advisory_lock_shared(70519, company::int) THEN
        RETURN NULL;
    END IF;
    SELECT last_value INTO last FROM ledger_movement_id_seq;
    PERFORM pg_advisory_unlock_shared(70519, company::int);
    RETURN last;
END $$;
