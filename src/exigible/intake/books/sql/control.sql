-- The control: what customers owe by the books at their last entry, beside what the items that stand for lines of
-- books sum to on that day.

-- name: items_now
-- As the ledger stands.
CREATE TEMP TABLE plan_held AS
SELECT i.customer_id, coalesce(b.account, i.account) AS account, sum(i.amount_minor)::bigint AS amount_minor,
       coalesce(sum(i.amount_minor) FILTER (WHERE coalesce(b.entry_date, i.effective_on) < %(start)s), 0)::bigint
           AS before_minor
FROM ledger_openitem i
LEFT JOIN intake_bookline b ON b.company_id = i.company_id AND b.item_id = i.id
WHERE i.company_id = %(company)s AND NOT i.is_reversed AND (i.source = 'fec' OR b.id IS NOT NULL)
  AND coalesce(b.entry_date, i.effective_on) <= %(end)s
  AND coalesce(b.account, i.account) LIKE ANY (%(patterns)s)
GROUP BY i.customer_id, coalesce(b.account, i.account);

-- name: items_planned
-- What the plan will add to it.
INSERT INTO plan_held
SELECT customer_id, account, sum(amount_minor)::bigint, 0
FROM (
    SELECT customer_id, account, amount_minor FROM plan_new
    UNION ALL
    SELECT customer_id, account, amount_minor FROM plan_adopted
    UNION ALL
    SELECT g.customer_id, b.account, -g.amount_minor FROM plan_gone g JOIN plan_booked b USING (item_id)
) AS change
GROUP BY customer_id, account;

-- name: totals
-- Books without balances brought forward are added to what was there before them.
SELECT coalesce((SELECT sum(closing_minor) FROM plan_balance), 0)::bigint
           + CASE WHEN %(adds_to_before)s THEN coalesce((SELECT sum(before_minor) FROM plan_held), 0) ELSE 0 END::bigint,
       coalesce((SELECT sum(amount_minor) FROM plan_held), 0)::bigint;

-- name: by_customer
SELECT coalesce(books.code, held.code), coalesce(books.amount_minor, 0)::bigint, coalesce(held.amount_minor, 0)::bigint
FROM (SELECT customer_code AS code, sum(closing_minor) AS amount_minor FROM plan_balance GROUP BY 1) AS books
FULL JOIN (
    SELECT coalesce(c.code, n.code) AS code,
           sum(h.amount_minor - CASE WHEN %(adds_to_before)s THEN h.before_minor ELSE 0 END) AS amount_minor
    FROM plan_held h
    LEFT JOIN ledger_customer c ON c.id = h.customer_id
    LEFT JOIN plan_customer n ON n.id = h.customer_id
    GROUP BY 1
) AS held USING (code)
WHERE coalesce(books.amount_minor, 0) <> coalesce(held.amount_minor, 0)
ORDER BY abs(coalesce(books.amount_minor, 0) - coalesce(held.amount_minor, 0)) DESC, 1
LIMIT 100;

-- name: by_account
SELECT coalesce(books.account, held.account), coalesce(books.amount_minor, 0)::bigint,
       coalesce(held.amount_minor, 0)::bigint
FROM (SELECT account, sum(closing_minor) AS amount_minor FROM plan_balance GROUP BY 1) AS books
FULL JOIN (
    SELECT account, sum(amount_minor - CASE WHEN %(adds_to_before)s THEN before_minor ELSE 0 END) AS amount_minor
    FROM plan_held GROUP BY 1
) AS held USING (account)
WHERE coalesce(books.amount_minor, 0) <> coalesce(held.amount_minor, 0)
ORDER BY 1;

-- name: counts
SELECT (SELECT count(*) FROM staged),
       (SELECT count(*) FROM plan_customer WHERE is_new),
       (SELECT count(*) FROM plan_customer WHERE NOT is_new AND wants_name AND name <> code),
       (SELECT count(*) FROM plan_new),
       (SELECT count(*) FROM plan_adopted),
       (SELECT count(*) FROM plan_booked WHERE in_file),
       (SELECT count(*) FROM plan_gone),
       (SELECT count(*) FROM plan_gone WHERE successor_id IS NOT NULL),
       (SELECT count(*) FROM plan_line WHERE is_carried),
       (SELECT count(*) FROM plan_line WHERE nature = 'difference'),
       (SELECT count(*) FROM plan_made),
       (SELECT count(*) FROM plan_moved),
       (SELECT count(*) FROM plan_undone),
       (SELECT count(*) FROM plan_undone WHERE was_by_others),
       (SELECT coalesce(sum(amount_minor), 0)::bigint FROM plan_new),
       (SELECT coalesce(sum(amount_minor), 0)::bigint FROM plan_gone);

-- name: has_before
SELECT EXISTS (SELECT FROM plan_held WHERE before_minor <> 0);
