-- What was heard of a registered letter, and the files that prove it, are only added.
CREATE FUNCTION registered_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was noted of a registered letter is kept as it is' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER is_kept BEFORE UPDATE OR DELETE ON registered_statusevent
    FOR EACH ROW EXECUTE FUNCTION registered_is_kept();
CREATE TRIGGER is_kept BEFORE UPDATE OR DELETE ON registered_proof
    FOR EACH ROW EXECUTE FUNCTION registered_is_kept();

-- A letter that was posted stays posted, of its message and its day.
CREATE TRIGGER is_kept BEFORE DELETE ON registered_registeredletter FOR EACH ROW
    WHEN (OLD.status <> 'to_post') EXECUTE FUNCTION registered_is_kept();
CREATE TRIGGER stays_posted BEFORE UPDATE ON registered_registeredletter FOR EACH ROW
    WHEN (OLD.status <> 'to_post' AND (NEW.status = 'to_post'
          OR (NEW.company_id, NEW.customer_id, NEW.action_id, NEW.posted_on)
          IS DISTINCT FROM (OLD.company_id, OLD.customer_id, OLD.action_id, OLD.posted_on)))
    EXECUTE FUNCTION registered_is_kept();

-- An event and a proof are of a letter of their company; a letter is of the customer of its message.
CREATE FUNCTION registered_belongs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM registered_registeredletter l
                   WHERE l.id = NEW.letter_id AND l.company_id = NEW.company_id) THEN
        RAISE EXCEPTION 'it is of a letter of another company' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER belongs BEFORE INSERT ON registered_statusevent
    FOR EACH ROW EXECUTE FUNCTION registered_belongs();
CREATE TRIGGER belongs BEFORE INSERT ON registered_proof
    FOR EACH ROW EXECUTE FUNCTION registered_belongs();

CREATE FUNCTION registered_letter_belongs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM dunning_action a
                   WHERE a.company_id = NEW.company_id AND a.id = NEW.action_id
                     AND a.customer_id = NEW.customer_id) THEN
        RAISE EXCEPTION 'a registered letter is of the customer of its message' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER belongs BEFORE INSERT ON registered_registeredletter
    FOR EACH ROW EXECUTE FUNCTION registered_letter_belongs();
