-- Promises were lines of the timeline alone, and the last one of a customer stood for it.
INSERT INTO negotiation_promise (company_id, customer_id, currency, amount_minor, made_on, due_on, text, by_id,
                                 recorded_at, withdrawn_on)
SELECT company_id, customer_id, currency, amount_minor, made_on, due_on, text, by_id, recorded_at,
       lead(made_on) OVER (PARTITION BY customer_id, currency ORDER BY happened_at, id)
FROM (
    SELECT id, company_id, customer_id, data ->> 'currency' AS currency, (data ->> 'amount_minor')::bigint AS amount_minor,
           happened_at::date AS made_on, (data ->> 'due_on')::date AS due_on, text, by_id, recorded_at, happened_at
    FROM timeline_event
    WHERE kind = 'promise' AND customer_id IS NOT NULL AND data ->> 'currency' <> ''
      AND data ->> 'amount_minor' ~ '^[1-9][0-9]*$' AND data ->> 'due_on' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
) AS promise
WHERE due_on >= made_on;
