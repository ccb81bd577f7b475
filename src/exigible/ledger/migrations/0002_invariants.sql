-- What must never be false in the ledger, held where it cannot be bypassed.
-- Triggers run once a statement over the rows of the statement, so that a million rows cost one pass.

CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: reverse, do not % ', TG_TABLE_NAME, lower(TG_OP)
        USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_allocation
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_itemreversal
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_movement
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER append_only BEFORE DELETE ON ledger_openitem
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();

-- Movements come from the triggers below and from nowhere else.
CREATE FUNCTION ledger_movement_by_trigger_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'ledger_movement is written by the database only' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER by_trigger_only BEFORE INSERT ON ledger_movement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_movement_by_trigger_only();

-- Room in each page, so that the remainder changes in place and no index has to follow it.
ALTER TABLE ledger_openitem SET (fillfactor = 60);

-- Open items ------------------------------------------------------------------------------------------------

CREATE FUNCTION ledger_item_before_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.open_minor := NEW.amount_minor;
    NEW.is_reversed := false;
    RETURN NEW;
END $$;
-- A bulk load that already says so is spared the call.
CREATE TRIGGER fill BEFORE INSERT ON ledger_openitem
    FOR EACH ROW WHEN (NEW.open_minor <> NEW.amount_minor OR NEW.is_reversed)
    EXECUTE FUNCTION ledger_item_before_insert();

CREATE FUNCTION ledger_item_after_insert() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
DECLARE moment timestamptz := ledger_now();
BEGIN
    IF EXISTS (
        SELECT FROM added a LEFT JOIN ledger_customer c ON c.id = a.customer_id AND c.company_id = a.company_id
        WHERE c.id IS NULL
    ) THEN
        RAISE EXCEPTION 'an item belongs to a customer of its company' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM added WHERE recorded_at <> moment) THEN
        RAISE EXCEPTION 'an item becomes known when it is recorded' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO ledger_movement (company_id, customer_id, item_id, amount_minor, recorded_at, effective_on,
                                 due_on, issued_on, fact, is_credit, currency)
    SELECT company_id, customer_id, id, amount_minor, recorded_at, effective_on, due_on, issued_on, 1,
           amount_minor < 0, currency
    FROM added;
    INSERT INTO ledger_change (company_id, transaction)
    SELECT DISTINCT company_id, pg_current_xact_id()::text::bigint FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER movements AFTER INSERT ON ledger_openitem REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_item_after_insert();

CREATE FUNCTION ledger_item_claims_what_it_claimed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what an item claims does not change: reverse it' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER unchanged
    BEFORE UPDATE OF id, company_id, customer_id, currency, amount_minor, effective_on, issued_on, recorded_at
    ON ledger_openitem FOR EACH ROW
    WHEN ((NEW.id, NEW.company_id, NEW.customer_id, NEW.currency, NEW.amount_minor, NEW.effective_on,
           NEW.issued_on, NEW.recorded_at)
          IS DISTINCT FROM
          (OLD.id, OLD.company_id, OLD.customer_id, OLD.currency, OLD.amount_minor, OLD.effective_on,
           OLD.issued_on, OLD.recorded_at))
    EXECUTE FUNCTION ledger_item_claims_what_it_claimed();

CREATE FUNCTION ledger_item_remainder_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the remainder of an item is kept by the database' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER remainder_is_kept BEFORE UPDATE OF open_minor, is_reversed ON ledger_openitem FOR EACH ROW
    WHEN (pg_trigger_depth() = 0
          AND (NEW.open_minor, NEW.is_reversed) IS DISTINCT FROM (OLD.open_minor, OLD.is_reversed))
    EXECUTE FUNCTION ledger_item_remainder_is_kept();

-- A due date that changes moves the item to another bucket from now on; what was known before stays.
CREATE FUNCTION ledger_item_redate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_movement (company_id, customer_id, item_id, amount_minor, recorded_at, effective_on,
                                 due_on, issued_on, fact, is_credit, currency)
    SELECT NEW.company_id, NEW.customer_id, NEW.id, leg.sign * held.amount_minor, ledger_now(), held.effective_on,
           CASE leg.sign WHEN 1 THEN NEW.due_on ELSE held.due_on END, NEW.issued_on, 5, NEW.amount_minor < 0,
           NEW.currency
    FROM (
        SELECT due_on, effective_on, sum(amount_minor)::bigint AS amount_minor
        FROM ledger_movement
        WHERE company_id = NEW.company_id AND item_id = NEW.id AND due_on <> NEW.due_on
        GROUP BY due_on, effective_on HAVING sum(amount_minor) <> 0
    ) AS held
    CROSS JOIN (VALUES (-1), (1)) AS leg (sign);
    INSERT INTO ledger_change (company_id, transaction)
    VALUES (NEW.company_id, pg_current_xact_id()::text::bigint);
    RETURN NULL;
END $$;
CREATE TRIGGER redate AFTER UPDATE OF due_on ON ledger_openitem
    FOR EACH ROW WHEN (NEW.due_on <> OLD.due_on) EXECUTE FUNCTION ledger_item_redate();

-- On no date may an item be settled beyond its amount, nor un-settled beyond zero, whatever the order in which
-- allocations and reversals became known.
CREATE FUNCTION ledger_refuse_over_allocation(items bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
    SELECT item_id INTO wrong
    FROM (
        SELECT m.item_id, i.amount_minor,
               sum(sum(m.amount_minor)) OVER (PARTITION BY m.item_id ORDER BY m.effective_on) AS remainder
        FROM ledger_movement m JOIN ledger_openitem i ON i.company_id = m.company_id AND i.id = m.item_id
        WHERE m.item_id = ANY (items) AND m.company_id = i.company_id
        GROUP BY m.item_id, i.amount_minor, m.effective_on
    ) AS day
    WHERE remainder * sign(amount_minor) NOT BETWEEN 0 AND abs(amount_minor)
    LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'item % would be allocated beyond its amount on some date', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_item_never_over_allocated';
    END IF;
END $$;

-- Reversal of an item ---------------------------------------------------------------------------------------

CREATE FUNCTION ledger_itemreversal_after_insert() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added r JOIN ledger_openitem i ON i.id = r.item_id
        WHERE i.company_id <> r.company_id OR r.effective_on < i.effective_on OR i.open_minor <> i.amount_minor
    ) THEN
        RAISE EXCEPTION 'only an item free of allocations is reversed, in its company and not before its date, now'
            USING ERRCODE = 'check_violation';
    END IF;
    UPDATE ledger_openitem i SET open_minor = 0, is_reversed = true FROM added r WHERE i.id = r.item_id;
    INSERT INTO ledger_movement (company_id, customer_id, item_id, amount_minor, recorded_at, effective_on,
                                 due_on, issued_on, fact, is_credit, currency)
    SELECT i.company_id, i.customer_id, i.id, -i.amount_minor, r.recorded_at, r.effective_on, i.due_on,
           i.issued_on, 2, i.amount_minor < 0, i.currency
    FROM added r JOIN ledger_openitem i ON i.id = r.item_id;
    PERFORM ledger_refuse_over_allocation(array(SELECT item_id FROM added));
    INSERT INTO ledger_change (company_id, transaction)
    SELECT DISTINCT company_id, pg_current_xact_id()::text::bigint FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER movements AFTER INSERT ON ledger_itemreversal REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_itemreversal_after_insert();

-- Allocations -----------------------------------------------------------------------------------------------

CREATE FUNCTION ledger_refuse_wrong_allocation(problem text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', problem USING ERRCODE = 'check_violation';
END $$;

CREATE INDEX ledger_allocation_reversed_debit ON ledger_allocation (debit_item_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX ledger_allocation_reversed_credit ON ledger_allocation (credit_item_id) WHERE reverses_id IS NOT NULL;

-- Plans are made anew at each call: what suits one allocation does not suit a million.
CREATE FUNCTION ledger_allocation_after_insert() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    problem text;
    moment timestamptz := ledger_now();
BEGIN
    SELECT CASE
        WHEN d.id IS NULL OR c.id IS NULL THEN 'an allocation links two items that exist'
        WHEN a.recorded_at <> moment THEN 'an allocation becomes known when it is recorded'
        WHEN d.company_id <> a.company_id OR c.company_id <> a.company_id
            THEN 'an allocation stays in one company'
        WHEN d.currency <> c.currency THEN 'an allocation stays in one currency'
        WHEN d.amount_minor < 0 OR c.amount_minor > 0 THEN 'an allocation links a debit item and a credit item'
        WHEN d.is_reversed OR c.is_reversed THEN 'a reversed item is not allocated'
        WHEN a.reverses_id IS NULL AND a.effective_on < greatest(d.effective_on, c.effective_on)
            THEN 'an allocation does not count before the items that it links'
        WHEN a.reverses_id IS NOT NULL AND (
                o.reverses_id IS NOT NULL OR a.effective_on < o.effective_on
                OR (o.company_id, o.debit_item_id, o.credit_item_id, o.amount_minor)
                   <> (a.company_id, a.debit_item_id, a.credit_item_id, a.amount_minor))
            THEN 'a reversal mirrors the allocation that it undoes, not before its date'
        WHEN d.customer_id <> c.customer_id AND NOT EXISTS (
                SELECT FROM ledger_customer dc JOIN ledger_customer cc ON cc.id = c.customer_id
                WHERE dc.id = d.customer_id
                  AND (dc.parent_id = cc.id OR cc.parent_id = dc.id OR dc.parent_id = cc.parent_id))
            THEN 'an allocation stays with one customer, or within its group'
        END INTO problem
    FROM added a
    LEFT JOIN ledger_openitem d ON d.id = a.debit_item_id
    LEFT JOIN ledger_openitem c ON c.id = a.credit_item_id
    LEFT JOIN ledger_allocation o ON o.id = a.reverses_id
    WHERE d.id IS NULL OR c.id IS NULL OR a.recorded_at <> moment OR d.company_id <> a.company_id OR c.company_id <> a.company_id OR d.currency <> c.currency
       OR d.amount_minor < 0 OR c.amount_minor > 0 OR d.is_reversed OR c.is_reversed
       OR a.reverses_id IS NOT NULL OR a.effective_on < greatest(d.effective_on, c.effective_on)
       OR d.customer_id <> c.customer_id
    ORDER BY 1 NULLS LAST
    LIMIT 1;
    IF problem IS NOT NULL THEN
        PERFORM ledger_refuse_wrong_allocation(problem);
    END IF;

    UPDATE ledger_openitem i SET open_minor = i.open_minor + leg.amount_minor
    FROM (
        SELECT item_id, sum(amount_minor)::bigint AS amount_minor
        FROM (
            SELECT debit_item_id AS item_id,
                   CASE WHEN reverses_id IS NULL THEN -amount_minor ELSE amount_minor END AS amount_minor
            FROM added
            UNION ALL
            SELECT credit_item_id, CASE WHEN reverses_id IS NULL THEN amount_minor ELSE -amount_minor END
            FROM added
        ) AS legs
        GROUP BY item_id
    ) AS leg
    WHERE i.id = leg.item_id;

    INSERT INTO ledger_movement (company_id, customer_id, item_id, amount_minor, recorded_at, effective_on,
                                 due_on, issued_on, fact, is_credit, currency, allocation_id)
    SELECT i.company_id, i.customer_id, i.id,
           CASE WHEN (a.reverses_id IS NULL) = side.is_credit THEN a.amount_minor ELSE -a.amount_minor END,
           a.recorded_at, a.effective_on, i.due_on, i.issued_on,
           CASE WHEN a.reverses_id IS NULL THEN 3 ELSE 4 END, side.is_credit, i.currency, a.id
    FROM added a
    CROSS JOIN (VALUES (false), (true)) AS side (is_credit)
    JOIN ledger_openitem i ON i.id = CASE WHEN side.is_credit THEN a.credit_item_id ELSE a.debit_item_id END;

    -- Without any reversal a remainder only shrinks with time, and the constraint on open_minor says it all.
    PERFORM ledger_refuse_over_allocation(array(
        SELECT a.debit_item_id FROM added a
        WHERE a.debit_item_id IN (SELECT debit_item_id FROM ledger_allocation WHERE reverses_id IS NOT NULL)
        UNION
        SELECT a.credit_item_id FROM added a
        WHERE a.credit_item_id IN (SELECT credit_item_id FROM ledger_allocation WHERE reverses_id IS NOT NULL)
    ));
    INSERT INTO ledger_change (company_id, transaction)
    SELECT DISTINCT company_id, pg_current_xact_id()::text::bigint FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER movements AFTER INSERT ON ledger_allocation REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_allocation_after_insert();

CREATE FUNCTION ledger_customer_keeps_its_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger_openitem i WHERE i.company_id = OLD.company_id AND i.customer_id = OLD.id) THEN
        RAISE EXCEPTION 'a customer with items is not deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER keeps_its_items BEFORE DELETE ON ledger_customer
    FOR EACH ROW EXECUTE FUNCTION ledger_customer_keeps_its_items();

-- Whether the books of a company changed since a snapshot was taken.
CREATE FUNCTION ledger_changed_since(company bigint, seen pg_snapshot) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM ledger_change
        WHERE company_id = company
          AND transaction >= pg_snapshot_xmin(seen)::text::bigint
          AND NOT pg_visible_in_snapshot(transaction::text::xid8, seen)
    )
$$;
