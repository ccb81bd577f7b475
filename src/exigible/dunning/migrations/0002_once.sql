-- What must never be false of reminders, held where it cannot be bypassed.

-- Policies: a version says for ever what it said.
CREATE FUNCTION dunning_policy_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of a policy does not change: make a new one' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER is_kept BEFORE DELETE ON dunning_policy FOR EACH ROW EXECUTE FUNCTION dunning_policy_is_kept();
CREATE TRIGGER is_unchanged BEFORE UPDATE ON dunning_policy FOR EACH ROW
    WHEN ((NEW.id, NEW.company_id, NEW.name, NEW.country, NEW.segment, NEW.version, NEW.steps,
           NEW.minimum_minor, NEW.min_days_between_contacts, NEW.promise_grace_days, NEW.oldest_days)
          IS DISTINCT FROM
          (OLD.id, OLD.company_id, OLD.name, OLD.country, OLD.segment, OLD.version, OLD.steps,
           OLD.minimum_minor, OLD.min_days_between_contacts, OLD.promise_grace_days, OLD.oldest_days)
          OR (NEW.is_active AND NOT OLD.is_active))
    EXECUTE FUNCTION dunning_policy_is_kept();

-- Messages: the ways from one state to another. What was sent, refused or given up stays so.
CREATE FUNCTION dunning_action_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN (
        ('proposed', 'excluded'), ('proposed', 'approved'), ('proposed', 'superseded'),
        ('excluded', 'proposed'), ('excluded', 'superseded'),
        ('approved', 'reserved'), ('approved', 'excluded'), ('approved', 'superseded'), ('approved', 'failed'),
        ('reserved', 'sent'), ('reserved', 'ambiguous'), ('reserved', 'refused'), ('reserved', 'failed'),
        ('reserved', 'approved'), ('reserved', 'superseded'),
        ('ambiguous', 'sent'), ('ambiguous', 'approved'), ('ambiguous', 'failed')
    ) THEN
        RAISE EXCEPTION 'a message does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moves_on BEFORE UPDATE OF state ON dunning_action FOR EACH ROW
    WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION dunning_action_moves_on();

CREATE FUNCTION dunning_action_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a message that was % is kept as it is', OLD.state USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER is_unchanged BEFORE UPDATE ON dunning_action FOR EACH ROW
    WHEN (OLD.state = 'sent') EXECUTE FUNCTION dunning_action_is_kept();
CREATE TRIGGER is_kept BEFORE DELETE ON dunning_action FOR EACH ROW
    WHEN (OLD.state <> 'proposed') EXECUTE FUNCTION dunning_action_is_kept();

-- Items of messages: of the message's customer and currency; they hold their level while the message is live.
CREATE FUNCTION dunning_is_live(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT state IN ('proposed', 'approved', 'reserved', 'sent', 'ambiguous')
$$;

CREATE FUNCTION dunning_actionitem_added() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added n
        LEFT JOIN dunning_action a ON a.id = n.action_id AND a.company_id = n.company_id
        LEFT JOIN ledger_openitem i ON i.id = n.item_id AND i.company_id = n.company_id
        WHERE a.id IS NULL OR i.id IS NULL OR a.customer_id <> i.customer_id OR a.currency <> i.currency
           OR n.is_live <> dunning_is_live(a.state)
    ) THEN
        RAISE EXCEPTION 'a message speaks of items of its customer, in its currency'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER belongs AFTER INSERT ON dunning_actionitem REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION dunning_actionitem_added();

CREATE FUNCTION dunning_actionitem_is_kept() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF EXISTS (
        SELECT FROM was w JOIN dunning_action a ON a.id = w.action_id
        WHERE a.state = 'sent' OR (TG_OP = 'DELETE' AND a.state <> 'proposed')
    ) THEN
        RAISE EXCEPTION 'the items of a message that was sent are kept as they are'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER is_kept AFTER DELETE ON dunning_actionitem REFERENCING OLD TABLE AS was
    FOR EACH STATEMENT EXECUTE FUNCTION dunning_actionitem_is_kept();
CREATE TRIGGER is_unchanged AFTER UPDATE ON dunning_actionitem REFERENCING OLD TABLE AS was
    FOR EACH STATEMENT EXECUTE FUNCTION dunning_actionitem_is_kept();

CREATE FUNCTION dunning_live_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'whether an item holds its level is kept by the database' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER live_is_kept BEFORE UPDATE OF is_live ON dunning_actionitem FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 AND NEW.is_live IS DISTINCT FROM OLD.is_live)
    EXECUTE FUNCTION dunning_live_is_kept();

CREATE FUNCTION dunning_action_tells_items() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF EXISTS (SELECT FROM was WHERE NOT dunning_is_live(state))
       OR EXISTS (SELECT FROM now WHERE NOT dunning_is_live(state)) THEN
        UPDATE dunning_actionitem i SET is_live = dunning_is_live(n.state)
        FROM now n
        WHERE i.action_id = n.id AND i.is_live <> dunning_is_live(n.state);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tells_items AFTER UPDATE ON dunning_action REFERENCING OLD TABLE AS was NEW TABLE AS now
    FOR EACH STATEMENT EXECUTE FUNCTION dunning_action_tells_items();
