-- Lettering: which allocations the file asks for, which of those in the ledger it contradicts.

-- name: stand
INSERT INTO plan_stand
SELECT key, id, customer_id, amount_minor, issued_on, effective_on, false FROM plan_new
UNION ALL
SELECT key, item_id, customer_id, amount_minor, issued_on, effective_on, true FROM plan_booked WHERE in_file
UNION ALL
SELECT key, item_id, customer_id, amount_minor, issued_on, effective_on, true FROM plan_adopted;

-- name: groups
-- The lines of one code on one account of a customer are one group; where they do not sum to zero but those of
-- one date do, the code was used again and each such date is a group of its own.
CREATE TEMP TABLE plan_group AS
WITH dated AS (
    SELECT customer_code, account, lettering, lettered_on, sum(amount_minor)::bigint AS total,
           sum(amount_minor) FILTER (WHERE amount_minor > 0)::bigint AS debit,
           sum(sum(amount_minor)) OVER (PARTITION BY customer_code, account, lettering) AS code_total
    FROM plan_line WHERE lettering <> ''
    GROUP BY customer_code, account, lettering, lettered_on
), numbered AS (
    SELECT *, dense_rank() OVER (
               ORDER BY customer_code, account, lettering,
                        CASE WHEN code_total <> 0 AND total = 0 THEN lettered_on ELSE 'infinity' END) AS gid
    FROM dated
)
SELECT *, sum(total) OVER same AS group_total, coalesce(sum(debit) OVER same, 0) AS group_debit
FROM numbered
WINDOW same AS (PARTITION BY gid);

-- name: members
CREATE TEMP TABLE plan_member AS
SELECT row_number() OVER () AS member, g.gid, s.item_id, s.amount_minor > 0 AS is_left, abs(s.amount_minor) AS size,
       greatest(s.effective_on, l.lettered_on) AS day,
       row_number() OVER (
           PARTITION BY g.gid, s.amount_minor > 0 ORDER BY s.effective_on, s.issued_on, s.key, s.item_id) AS place
FROM plan_line l
JOIN plan_group g
  ON g.customer_code = l.customer_code AND g.account = l.account AND g.lettering = l.lettering
 AND g.lettered_on = l.lettered_on
JOIN plan_stand s ON s.key = l.key;

-- name: verdicts
-- Items that stood for lines before this file, and whether the file says all there is to say of their lettering.
CREATE TEMP TABLE plan_verdict AS
SELECT s.item_id, bool_and(coalesce(g.group_total, 0) = 0) AS is_complete, false AS is_gone
FROM plan_stand s
JOIN plan_line l ON l.key = s.key
LEFT JOIN plan_group g
  ON g.customer_code = l.customer_code AND g.account = l.account AND g.lettering = l.lettering
 AND g.lettered_on = l.lettered_on
WHERE s.is_old
GROUP BY s.item_id
UNION ALL
SELECT item_id, true, true FROM plan_gone;

-- name: standing
-- Allocations in force on those items. The file may contradict those that books of the same period brought, where
-- it knows both items or says all of one; what people allocated, and other years' lettering, it leaves alone.
CREATE TEMP TABLE plan_standing AS
SELECT a.id, a.debit_item_id, a.credit_item_id, a.amount_minor, a.effective_on, a.group_code, a.source, a.by_id,
       a.import_id, coalesce(d.is_gone, false) OR coalesce(c.is_gone, false) AS loses_item,
       a.source = 'fec' AND a.import_id = ANY (%(same_period)s) AND NOT %(is_older)s
           AND ((d.item_id IS NOT NULL AND c.item_id IS NOT NULL)
                OR coalesce(d.is_complete, false) OR coalesce(c.is_complete, false)) AS is_open_to_change
FROM ledger_allocation a
LEFT JOIN plan_verdict d ON d.item_id = a.debit_item_id
LEFT JOIN plan_verdict c ON c.item_id = a.credit_item_id
WHERE a.company_id = %(company)s AND a.reverses_id IS NULL AND (d.item_id IS NOT NULL OR c.item_id IS NOT NULL)
  AND NOT EXISTS (SELECT FROM ledger_allocation r WHERE r.reverses_id = a.id);

-- name: moved
-- What people or other years allocated to a line that was corrected goes to the line that corrects it, as far as
-- that one reaches.
CREATE TEMP TABLE plan_moved AS
WITH asked AS (
    SELECT s.*, coalesce(d.successor_id, s.debit_item_id) AS new_debit, coalesce(c.successor_id, s.credit_item_id)
               AS new_credit, nd.amount_minor AS debit_size, -nc.amount_minor AS credit_size,
           greatest(s.effective_on, nd.effective_on, nc.effective_on) AS day
    FROM plan_standing s
    LEFT JOIN plan_gone d ON d.item_id = s.debit_item_id
    LEFT JOIN plan_gone c ON c.item_id = s.credit_item_id
    LEFT JOIN plan_new nd ON nd.id = d.successor_id
    LEFT JOIN plan_new nc ON nc.id = c.successor_id
    WHERE s.loses_item AND NOT s.is_open_to_change
      AND (d.item_id IS NULL OR nd.amount_minor > 0) AND (c.item_id IS NULL OR nc.amount_minor < 0)
), fitting_debit AS (
    SELECT *, CASE WHEN debit_size IS NULL THEN amount_minor
                   ELSE greatest(0, least(amount_minor, debit_size - (sum(amount_minor) OVER by_debit - amount_minor)))
              END AS debit_fit
    FROM asked WINDOW by_debit AS (PARTITION BY new_debit ORDER BY day, id)
), fitting AS (
    SELECT *, CASE WHEN credit_size IS NULL THEN debit_fit
                   ELSE greatest(0, least(debit_fit, credit_size - (sum(debit_fit) OVER by_credit - debit_fit)))
              END AS fit
    FROM fitting_debit WINDOW by_credit AS (PARTITION BY new_credit ORDER BY day, id)
)
SELECT id, new_debit AS debit_item_id, new_credit AS credit_item_id, fit::bigint AS amount_minor, day AS effective_on,
       group_code, source, by_id, import_id
FROM fitting WHERE fit > 0;

-- name: occupied
-- How much of each item is held by allocations that stay.
CREATE TEMP TABLE plan_occupied AS
SELECT item_id, sum(amount_minor)::bigint AS amount_minor
FROM (
    SELECT debit_item_id AS item_id, amount_minor FROM plan_standing WHERE NOT is_open_to_change AND NOT loses_item
    UNION ALL
    SELECT credit_item_id, amount_minor FROM plan_standing WHERE NOT is_open_to_change AND NOT loses_item
    UNION ALL
    SELECT debit_item_id, amount_minor FROM plan_moved
    UNION ALL
    SELECT credit_item_id, amount_minor FROM plan_moved
) AS held
GROUP BY item_id;

-- name: give_way
-- An item takes part in its groups with what is not held already.
UPDATE plan_member m SET size = left_over.size
FROM (
    SELECT m.member,
           greatest(0, least(m.size, sum(m.size) OVER earlier
                                     - greatest(0, sum(m.size) OVER (PARTITION BY m.item_id)
                                                   + o.amount_minor - abs(coalesce(i.amount_minor, n.amount_minor)))
           )) AS size
    FROM plan_member m
    JOIN plan_occupied o ON o.item_id = m.item_id
    LEFT JOIN ledger_openitem i ON i.id = m.item_id
    LEFT JOIN plan_new n ON n.id = m.item_id
    WINDOW earlier AS (PARTITION BY m.item_id ORDER BY m.gid, m.place ROWS UNBOUNDED PRECEDING)
) AS left_over
WHERE left_over.member = m.member AND left_over.size <> m.size;

-- name: floor_days
-- An item that an allocation held for a while, until it was undone, is not given again before that day.
UPDATE plan_member m SET day = greatest(m.day, undone.day)
FROM (
    SELECT item_id, max(day) AS day
    FROM (
        SELECT unnest(ARRAY[a.debit_item_id, a.credit_item_id]) AS item_id, r.effective_on AS day
        FROM ledger_allocation r JOIN ledger_allocation a ON a.id = r.reverses_id
        WHERE r.company_id = %(company)s AND r.reverses_id IS NOT NULL AND r.effective_on > a.effective_on
    ) AS legs GROUP BY item_id
) AS undone
WHERE undone.item_id = m.item_id;

-- name: sides
CREATE TEMP TABLE plan_side AS
SELECT gid, is_left, member, size, place FROM plan_member;

-- name: desired
-- The allocations that the file asks for, each from the day on which both items and the lettering are there.
CREATE TEMP TABLE plan_desired AS
SELECT d.item_id AS debit_item_id, c.item_id AS credit_item_id, sum(o.size)::bigint AS amount_minor,
       greatest(d.day, c.day) AS effective_on, o.gid
FROM plan_overlap o
JOIN plan_member d ON d.member = o.left_member
JOIN plan_member c ON c.member = o.right_member
GROUP BY 1, 2, 4, 5;

-- name: undone
CREATE TEMP TABLE plan_undone AS
SELECT s.*, NOT s.is_open_to_change AS was_by_others
FROM plan_standing s
WHERE s.loses_item OR (s.is_open_to_change AND NOT EXISTS (
    SELECT FROM plan_desired w
    WHERE (w.debit_item_id, w.credit_item_id, w.amount_minor, w.effective_on)
        = (s.debit_item_id, s.credit_item_id, s.amount_minor, s.effective_on)));

-- name: made
CREATE TEMP TABLE plan_made AS
SELECT w.*, left(g.lettering, 20) AS group_code
FROM plan_desired w
JOIN (SELECT DISTINCT gid, lettering FROM plan_group) AS g USING (gid)
WHERE NOT EXISTS (
    SELECT FROM plan_standing s
    WHERE s.is_open_to_change AND NOT s.loses_item
      AND (w.debit_item_id, w.credit_item_id, w.amount_minor, w.effective_on)
        = (s.debit_item_id, s.credit_item_id, s.amount_minor, s.effective_on));

-- name: warnings
-- Groups that do not sum to zero, or stand on one side only; and groups whose items are held by other allocations.
SELECT customer_code, account, lettering, group_total,
       CASE WHEN group_debit = 0 OR group_debit = group_total THEN 'lettering-one-side' ELSE 'lettering-unbalanced' END
FROM (SELECT DISTINCT gid, customer_code, account, lettering, group_total, group_debit FROM plan_group) AS g
WHERE group_total <> 0
UNION ALL
SELECT customer_code, account, lettering, missing, 'lettering-conflict'
FROM (
    SELECT g.customer_code, g.account, g.lettering,
           least(g.group_debit, g.group_debit - g.group_total) - coalesce(w.amount_minor, 0)
               - coalesce(k.amount_minor, 0) AS missing
    FROM (SELECT DISTINCT gid, customer_code, account, lettering, group_total, group_debit FROM plan_group) AS g
    LEFT JOIN (SELECT gid, sum(amount_minor) AS amount_minor FROM plan_desired GROUP BY gid) AS w USING (gid)
    LEFT JOIN (
        SELECT held.gid, sum(held.amount_minor) AS amount_minor
        FROM (
            SELECT DISTINCT d.gid, s.id, s.amount_minor
            FROM (
                SELECT id, debit_item_id, credit_item_id, amount_minor FROM plan_standing
                WHERE NOT is_open_to_change AND NOT loses_item
                UNION ALL
                SELECT id, debit_item_id, credit_item_id, amount_minor FROM plan_moved
            ) AS s
            JOIN plan_member d ON d.item_id = s.debit_item_id
            JOIN plan_member c ON c.item_id = s.credit_item_id AND c.gid = d.gid
        ) AS held
        GROUP BY held.gid
    ) AS k USING (gid)
) AS short
WHERE missing > 0
ORDER BY 5, 1, 3;
