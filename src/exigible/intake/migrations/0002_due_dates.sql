-- kernel.terms.PaymentTerms.due_on over whole tables; a property test holds the two equal.
CREATE FUNCTION intake_due_on(issued_on date, days int, counting text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE counting
        WHEN 'net' THEN issued_on + days
        WHEN 'days_then_month_end'
            THEN (date_trunc('month', (issued_on + days)::timestamp) + interval '1 month - 1 day')::date
        WHEN 'month_end_then_days'
            THEN (date_trunc('month', issued_on::timestamp) + interval '1 month - 1 day')::date + days
    END
$$;
