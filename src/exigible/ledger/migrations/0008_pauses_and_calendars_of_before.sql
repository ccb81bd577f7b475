-- The pauses that run become rows, since the day they were set where the timeline says it; so do the days
-- that a company had added to the calendar of its country or taken from it.
SET CONSTRAINTS ALL IMMEDIATE;

INSERT INTO ledger_pause (company_id, customer_id, starts_on, until, reason, created_at, by_id)
SELECT c.company_id, c.id,
       least(coalesce(said.happened_at::date, current_date), c.dunning_paused_until),
       c.dunning_paused_until, c.dunning_pause_reason, coalesce(said.happened_at, now()), said.by_id
FROM ledger_customer c
LEFT JOIN LATERAL (
    SELECT e.happened_at, e.by_id FROM timeline_event e
    WHERE e.company_id = c.company_id AND e.customer_id = c.id AND e.kind = 'dunning-paused'
    ORDER BY e.happened_at DESC LIMIT 1
) AS said ON true
WHERE c.dunning_paused_until IS NOT NULL;

INSERT INTO ledger_calendarday (company_id, country, day, state, name, why, created_at)
SELECT id, country, unnest(added_holidays), 'off', '', 'set before days had a history', now() FROM ledger_company
UNION ALL
SELECT id, country, unnest(removed_holidays), 'worked', '', 'set before days had a history', now()
FROM ledger_company;

UPDATE ledger_company SET calendar_key = md5(id::text || code)
WHERE cardinality(added_holidays) + cardinality(removed_holidays) > 0;
