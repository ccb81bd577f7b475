-- Balances brought forward from a year that the ledger already holds: they create nothing. Each line is matched to
-- the items that were open the day before, so that what it is lettered with later settles those.

-- name: before
-- Items of the books as they were left open the day before the opening; and settled ones that the file brings
-- forward all the same, as it does with both sides of what is lettered in part. `same_line` holds the due dates
-- together into which a line was split.
CREATE TEMP TABLE plan_before AS
SELECT * FROM (
    SELECT i.id AS item_id, coalesce(b.line_key, i.source_key)::text AS same_line,
           concat(i.document_number, sign(i.amount_minor)) AS same_document, '' AS any_document, i.customer_id,
           i.document_number::text AS document, i.issued_on, i.amount_minor,
           coalesce(held.open_minor, 0) AS open_minor
    FROM ledger_openitem i
    LEFT JOIN intake_bookline b ON b.company_id = i.company_id AND b.item_id = i.id
    LEFT JOIN (
        SELECT item_id, sum(amount_minor)::bigint AS open_minor
        FROM ledger_movement WHERE company_id = %(company)s AND effective_on < %(opening)s
        GROUP BY item_id
    ) AS held ON held.item_id = i.id
    WHERE i.company_id = %(company)s AND NOT i.is_reversed AND (i.source = 'fec' OR b.id IS NOT NULL)
      AND coalesce(b.entry_date, i.effective_on) < %(opening)s
      AND coalesce(b.account, i.account) LIKE ANY (%(patterns)s)
) AS item
WHERE open_minor <> 0 OR (customer_id, document) IN (
    SELECT c.id, l.piece_ref FROM plan_line l JOIN plan_customer c ON c.code = l.customer_code WHERE l.is_carried
);

-- name: differences
-- By how much the balance brought forward differs from ours, customer by customer.
CREATE TEMP TABLE plan_difference AS
SELECT coalesce(books.code, ours.code) AS code, coalesce(books.account, ours.account) AS account,
       (coalesce(books.amount_minor, 0) - coalesce(ours.amount_minor, 0))::bigint AS amount_minor
FROM (
    SELECT customer_code AS code, max(account) AS account, sum(amount_minor) AS amount_minor
    FROM plan_line WHERE is_carried GROUP BY customer_code
) AS books
FULL JOIN plan_continued ours USING (code)
WHERE coalesce(books.amount_minor, 0) <> coalesce(ours.amount_minor, 0);

-- name: difference_customers
INSERT INTO plan_customer (id, is_new, code, name, wants_name, terms)
SELECT k.id, false, k.code, k.name, false, coalesce(nullif(k.payment_terms, ''), %(payment_terms)s)
FROM plan_difference d JOIN ledger_customer k ON k.company_id = %(company)s AND k.code = d.code
WHERE NOT EXISTS (SELECT FROM plan_customer c WHERE c.code = d.code);

-- name: difference_lines
INSERT INTO plan_line (line, customer_code, account, nature, entry_number, entry_date, piece_ref, label, amount_minor,
                       lettering, lettered_on, is_carried, key)
SELECT 0, code, account, 'difference', '', %(opening)s, %(difference_number)s, %(difference_label)s, amount_minor,
       '', '-infinity', false,
       md5(concat_ws(chr(31), 'opening difference', code, account, %(opening)s - date '2000-01-01', amount_minor))::uuid
FROM plan_difference;

-- name: stand_table
-- Which items stand for which line, and for how much of it.
CREATE TEMP TABLE plan_stand (
    key uuid, item_id bigint, customer_id bigint, amount_minor bigint, issued_on date, effective_on date, is_old boolean
);

-- name: matching
-- Lines that agree with one line of earlier books ({unit}) in its document ({document}) and amount ({amount}, all
-- of it or what was left of it): they stand for its items.
INSERT INTO plan_stand
SELECT l.key, b.item_id, b.customer_id, b.{amount}, b.issued_on, %(opening)s, true
FROM (
    SELECT l.key, c.id AS customer_id, {line_document} AS document, l.amount_minor,
           row_number() OVER (PARTITION BY c.id, {line_document}, l.amount_minor ORDER BY l.piece_date, l.line) AS rank
    FROM plan_line l JOIN plan_customer c ON c.code = l.customer_code
    WHERE l.is_carried AND l.key NOT IN (SELECT key FROM plan_stand)
) AS l
JOIN (
    SELECT {unit} AS unit, customer_id, {document} AS document, sum({amount}) AS amount_minor,
           row_number() OVER (PARTITION BY customer_id, {document}, sum({amount})
                              ORDER BY sum(open_minor) = 0, min(issued_on), min(item_id)) AS rank
    FROM plan_before WHERE item_id NOT IN (SELECT item_id FROM plan_stand)
    GROUP BY {unit}, customer_id, {document}
) AS u USING (customer_id, document, amount_minor, rank)
JOIN plan_before b ON b.customer_id = u.customer_id AND b.{unit} = u.unit
WHERE b.item_id NOT IN (SELECT item_id FROM plan_stand) AND b.{amount} <> 0;

-- name: summary_sides
-- What is left: a line that sums several items up, or a part of one; by customer and side, oldest first.
CREATE TEMP TABLE plan_side AS
SELECT dense_rank() OVER (ORDER BY customer_id, is_debit) AS gid, is_left, member, size,
       row_number() OVER (PARTITION BY customer_id, is_debit, is_left ORDER BY day, member) AS place
FROM (
    SELECT c.id AS customer_id, l.amount_minor > 0 AS is_debit, true AS is_left, l.line::bigint AS member,
           abs(l.amount_minor) AS size, l.piece_date AS day
    FROM plan_line l JOIN plan_customer c ON c.code = l.customer_code
    WHERE l.is_carried AND l.key NOT IN (SELECT key FROM plan_stand)
    UNION ALL
    SELECT customer_id, open_minor > 0, false, item_id, abs(open_minor), issued_on
    FROM plan_before WHERE open_minor <> 0 AND item_id NOT IN (SELECT item_id FROM plan_stand)
) AS rest;

-- name: summary_stands
INSERT INTO plan_stand
SELECT l.key, b.item_id, b.customer_id, sign(b.open_minor) * o.size, b.issued_on, %(opening)s, true
FROM plan_overlap o
JOIN plan_line l ON l.line = o.left_member AND l.is_carried
JOIN plan_before b ON b.item_id = o.right_member;

-- name: differing
SELECT code, amount_minor FROM plan_difference ORDER BY abs(amount_minor) DESC, code;
