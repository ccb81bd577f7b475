-- The timeline only grows, and each line carries the hash of the one before it.

CREATE FUNCTION timeline_event_digest(
    company bigint, customer bigint, sequence bigint, kind text, happened_at timestamptz,
    recorded_at timestamptz, by_id bigint, body text, data jsonb, previous bytea
) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        company, coalesce(customer, 0), sequence, kind, extract(epoch FROM happened_at),
        extract(epoch FROM recorded_at), coalesce(by_id, 0), body, data, encode(previous, 'hex')
    )::text, 'UTF8'))
$$;

CREATE FUNCTION timeline_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.company_id || '/' || coalesce(NEW.customer_id, 0), 70520));
    SELECT sequence, hash INTO last FROM timeline_event
    WHERE company_id = NEW.company_id AND coalesce(customer_id, 0) = coalesce(NEW.customer_id, 0)
    ORDER BY sequence DESC LIMIT 1;
    NEW.sequence := coalesce(last.sequence, 0) + 1;
    NEW.previous_hash := coalesce(last.hash, '\x'::bytea);
    NEW.recorded_at := clock_timestamp();
    NEW.hash := timeline_event_digest(NEW.company_id, NEW.customer_id, NEW.sequence, NEW.kind, NEW.happened_at,
        NEW.recorded_at, NEW.by_id, NEW.text, NEW.data, NEW.previous_hash);
    RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON timeline_event FOR EACH ROW EXECUTE FUNCTION timeline_event_chain();

CREATE FUNCTION timeline_event_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the timeline only grows' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON timeline_event
    FOR EACH ROW EXECUTE FUNCTION timeline_event_only_grows();
