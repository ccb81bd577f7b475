-- What must never be false of bank lines and their postings, held where it cannot be bypassed.

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_bankposting
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER append_only BEFORE DELETE ON ledger_bankline
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();

ALTER TABLE ledger_bankline SET (fillfactor = 80);

CREATE FUNCTION ledger_bank_line_is_a_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what the bank said does not change' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER unchanged
    BEFORE UPDATE OF id, company_id, account_id, line_key, reference, booked_on, value_on, amount_minor, currency,
                     recorded_at
    ON ledger_bankline FOR EACH ROW
    WHEN ((NEW.id, NEW.company_id, NEW.account_id, NEW.line_key, NEW.reference, NEW.booked_on, NEW.value_on,
           NEW.amount_minor, NEW.currency, NEW.recorded_at)
          IS DISTINCT FROM
          (OLD.id, OLD.company_id, OLD.account_id, OLD.line_key, OLD.reference, OLD.booked_on, OLD.value_on,
           OLD.amount_minor, OLD.currency, OLD.recorded_at))
    EXECUTE FUNCTION ledger_bank_line_is_a_fact();
CREATE TRIGGER left_is_kept BEFORE UPDATE OF left_minor ON ledger_bankline FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 AND NEW.left_minor IS DISTINCT FROM OLD.left_minor)
    EXECUTE FUNCTION ledger_item_remainder_is_kept();

CREATE FUNCTION ledger_bank_line_before_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.left_minor := NEW.amount_minor;
    RETURN NEW;
END $$;
CREATE TRIGGER fill BEFORE INSERT ON ledger_bankline
    FOR EACH ROW WHEN (NEW.left_minor IS DISTINCT FROM NEW.amount_minor)
    EXECUTE FUNCTION ledger_bank_line_before_insert();

CREATE FUNCTION ledger_bank_posting_after_insert() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    problem text;
    moment timestamptz := ledger_now();
BEGIN
    SELECT CASE
        WHEN l.id IS NULL OR i.id IS NULL THEN 'a posting links a bank line and an item that exist'
        WHEN p.recorded_at <> moment THEN 'a posting becomes known when it is recorded'
        WHEN l.company_id <> p.company_id OR i.company_id <> p.company_id THEN 'a posting stays in one company'
        WHEN sign(p.amount_minor) <> sign(l.amount_minor) THEN 'a posting has the sign of its bank line'
        WHEN sign(p.amount_minor) = sign(i.amount_minor) THEN 'what came in is a credit, what went out a debit'
        WHEN p.reverses_id IS NULL AND i.is_reversed THEN 'a reversed item stands for no bank line'
        WHEN p.reverses_id IS NOT NULL AND (
                o.reverses_id IS NOT NULL
                OR (o.company_id, o.line_id, o.item_id, o.amount_minor)
                   <> (p.company_id, p.line_id, p.item_id, p.amount_minor))
            THEN 'a reversal mirrors the posting that it undoes'
        END INTO problem
    FROM added p
    LEFT JOIN ledger_bankline l ON l.id = p.line_id
    LEFT JOIN ledger_openitem i ON i.id = p.item_id
    LEFT JOIN ledger_bankposting o ON o.id = p.reverses_id
    ORDER BY 1 NULLS LAST LIMIT 1;
    IF problem IS NOT NULL THEN
        PERFORM ledger_refuse_wrong_allocation(problem);
    END IF;
    UPDATE ledger_bankline l SET left_minor = l.left_minor - posted.amount_minor
    FROM (
        SELECT line_id, sum(CASE WHEN reverses_id IS NULL THEN amount_minor ELSE -amount_minor END)::bigint
                   AS amount_minor
        FROM added GROUP BY line_id
    ) AS posted
    WHERE l.id = posted.line_id;
    IF EXISTS (
        SELECT FROM ledger_bankposting p
        JOIN ledger_openitem i ON i.id = p.item_id
        JOIN ledger_bankline l ON l.id = p.line_id AND l.currency = i.currency
        WHERE p.item_id IN (SELECT item_id FROM added WHERE reverses_id IS NULL)
        GROUP BY i.id, i.amount_minor
        HAVING abs(sum(CASE WHEN p.reverses_id IS NULL THEN p.amount_minor ELSE -p.amount_minor END))
               > abs(i.amount_minor)
    ) THEN
        PERFORM ledger_refuse_wrong_allocation('an item stands for no more of the bank than its amount');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER postings AFTER INSERT ON ledger_bankposting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_bank_posting_after_insert();

-- An item that is reversed frees the bank line that it stood for.
CREATE FUNCTION ledger_reversed_item_is_unposted() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    INSERT INTO ledger_bankposting (company_id, line_id, item_id, amount_minor, recorded_at, by_id, reverses_id)
    SELECT p.company_id, p.line_id, p.item_id, p.amount_minor, r.recorded_at, r.by_id, p.id
    FROM added r
    JOIN ledger_bankposting p ON p.item_id = r.item_id AND p.reverses_id IS NULL
    WHERE NOT EXISTS (SELECT FROM ledger_bankposting o WHERE o.reverses_id = p.id);
    RETURN NULL;
END $$;
CREATE TRIGGER unpost AFTER INSERT ON ledger_itemreversal REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_reversed_item_is_unposted();
