-- What a person does by hand (a call, a visit, a registered letter to post) waits, to be done. It holds its
-- levels meanwhile, so that nothing is proposed twice.
CREATE OR REPLACE FUNCTION dunning_action_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN (
        ('proposed', 'excluded'), ('proposed', 'approved'), ('proposed', 'superseded'),
        ('excluded', 'proposed'), ('excluded', 'superseded'),
        ('approved', 'reserved'), ('approved', 'excluded'), ('approved', 'superseded'), ('approved', 'failed'),
        ('reserved', 'sent'), ('reserved', 'ambiguous'), ('reserved', 'refused'), ('reserved', 'failed'),
        ('reserved', 'approved'), ('reserved', 'superseded'), ('reserved', 'to_do'),
        ('to_do', 'sent'), ('to_do', 'superseded'), ('to_do', 'failed'), ('to_do', 'refused'),
        ('ambiguous', 'sent'), ('ambiguous', 'approved'), ('ambiguous', 'failed')
    ) THEN
        RAISE EXCEPTION 'a message does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION dunning_is_live(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT state IN ('proposed', 'approved', 'reserved', 'to_do', 'sent', 'ambiguous')
$$;
