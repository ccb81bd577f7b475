-- Lines of the file against the items that stand for lines of the books.

-- name: booked
-- Items that stand for lines of the period that the file covers.
CREATE TEMP TABLE plan_booked AS
SELECT i.id AS item_id, coalesce(b.line_key, i.source_key) AS key, i.customer_id,
       coalesce(b.account, i.account) AS account, i.amount_minor, i.document_number, i.issued_on, i.due_on,
       i.due_derived, i.reference, i.order_number, coalesce(b.entry_date, i.effective_on) AS entry_date,
       i.effective_on, coalesce(b.import_id, i.import_id) = ANY (%(same_period)s) AS is_of_period,
       l.key IS NOT NULL AS in_file
FROM ledger_openitem i
LEFT JOIN intake_bookline b ON b.company_id = i.company_id AND b.item_id = i.id
LEFT JOIN plan_line l ON l.key = coalesce(b.line_key, i.source_key) AND NOT l.is_carried
WHERE i.company_id = %(company)s AND NOT i.is_reversed AND (i.source = 'fec' OR b.id IS NOT NULL)
  AND coalesce(b.entry_date, i.effective_on) BETWEEN %(start)s AND %(end)s
  AND coalesce(b.account, i.account) LIKE ANY (%(patterns)s);

-- name: adopted
-- Items that came from elsewhere before the books did: same customer, number and amount.
CREATE TEMP TABLE plan_adopted AS
SELECT line.key, item.id AS item_id, item.customer_id, item.amount_minor, item.issued_on, item.effective_on,
       line.account, line.entry_date
FROM (
    SELECT l.key, c.id AS customer_id, l.piece_ref, l.amount_minor, l.account, l.entry_date,
           row_number() OVER (PARTITION BY l.customer_code, l.piece_ref, l.amount_minor ORDER BY l.entry_date, l.key)
               AS rank
    FROM plan_line l JOIN plan_customer c ON c.code = l.customer_code
    WHERE NOT l.is_carried AND l.piece_ref <> ''
      AND NOT EXISTS (SELECT FROM plan_booked b WHERE b.key = l.key)
) AS line
JOIN (
    SELECT i.*, row_number() OVER (
               PARTITION BY i.customer_id, i.document_number, i.amount_minor ORDER BY i.issued_on, i.id) AS rank
    FROM ledger_openitem i
    WHERE i.company_id = %(company)s AND NOT i.is_reversed AND i.source <> 'fec'
      AND NOT EXISTS (SELECT FROM intake_bookline b WHERE b.company_id = i.company_id AND b.item_id = i.id)
) AS item
  ON item.customer_id = line.customer_id AND item.document_number = line.piece_ref
 AND item.amount_minor = line.amount_minor AND item.rank = line.rank;

-- name: adopted_from_bank
-- Payments that the bank told of before the books did, and what was waived with them: same customer and amount,
-- {what}. They bear the bank's references, not the books', so that their documents say nothing.
INSERT INTO plan_adopted
SELECT line.key, item.id, item.customer_id, item.amount_minor, item.issued_on, item.effective_on, line.account,
       line.entry_date
FROM (
    SELECT l.key, c.id AS customer_id, l.amount_minor, l.account, l.entry_date, {line_day} AS day,
           row_number() OVER (PARTITION BY c.id, l.amount_minor, {line_day} ORDER BY l.entry_date, l.key) AS rank
    FROM plan_line l JOIN plan_customer c ON c.code = l.customer_code
    WHERE NOT l.is_carried AND l.nature <> 'sale'
      AND NOT EXISTS (SELECT FROM plan_booked b WHERE b.key = l.key)
      AND NOT EXISTS (SELECT FROM plan_adopted a WHERE a.key = l.key)
) AS line
JOIN (
    SELECT i.id, i.customer_id, i.amount_minor, i.issued_on, i.effective_on, i.source, {item_day} AS day,
           row_number() OVER (PARTITION BY i.customer_id, i.amount_minor, {item_day} ORDER BY i.effective_on, i.id)
               AS rank
    FROM ledger_openitem i
    WHERE i.company_id = %(company)s AND NOT i.is_reversed AND i.source IN ('bank', 'adjustment')
      AND i.effective_on BETWEEN %(start)s::date - 62 AND %(end)s::date + 7
      AND NOT EXISTS (SELECT FROM intake_bookline b WHERE b.company_id = i.company_id AND b.item_id = i.id)
      AND NOT EXISTS (SELECT FROM plan_adopted a WHERE a.item_id = i.id)
) AS item
  ON (item.customer_id, item.amount_minor, item.rank) = (line.customer_id, line.amount_minor, line.rank)
 AND item.day IS NOT DISTINCT FROM line.day
 AND line.entry_date BETWEEN item.effective_on - 7
                         AND item.effective_on + CASE item.source WHEN 'bank' THEN 7 ELSE 62 END;

-- name: new
-- Lines that no item stands for yet. A line of a sale is an invoice or a credit note; of the bank, a payment or,
-- when it is a debit, a payment returned. A balance brought forward by document is taken for an invoice.
-- The items of a customer are written side by side, where its page will look for them.
CREATE TEMP TABLE plan_new AS
SELECT nextval(%(item_ids)s::regclass) AS id, fresh.*,
       CASE WHEN dated_by_terms THEN intake_due_on(issued_on, days, counting) ELSE issued_on END AS due_on,
       dated_by_terms AS due_derived, ''::text AS reference, ''::text AS order_number, 1 AS installment
FROM (
    SELECT l.key, l.line, c.id AS customer_id, l.account, l.amount_minor, l.entry_date AS effective_on,
           coalesce(l.piece_date, l.entry_date) AS issued_on, coalesce(nullif(l.piece_ref, ''), l.entry_number)
               AS document_number,
           l.label, l.foreign_currency, l.foreign_minor, t.days, t.counting,
           l.amount_minor > 0 AND l.nature NOT IN ('bank', 'difference') AS dated_by_terms,
           CASE
               WHEN l.nature = 'bank' THEN 'payment'
               WHEN l.nature = 'sale' THEN CASE WHEN l.amount_minor > 0 THEN 'invoice' ELSE 'credit_note' END
               WHEN l.nature = 'opening' AND l.amount_minor > 0 AND l.piece_date < l.entry_date THEN 'invoice'
               ELSE 'other'
           END AS document_type
    FROM plan_line l
    JOIN plan_customer c ON c.code = l.customer_code
    JOIN plan_terms t ON t.terms = c.terms
    WHERE NOT l.is_carried
      AND NOT EXISTS (SELECT FROM plan_booked b WHERE b.key = l.key)
      AND NOT EXISTS (SELECT FROM plan_adopted a WHERE a.key = l.key)
    ORDER BY c.id, l.entry_date, l.line
) AS fresh;

-- name: installments
-- Several lines of one document are its due dates, numbered after those that the ledger knows.
UPDATE plan_new n SET installment = least(numbered.installment, 32000)
FROM (
    SELECT s.id, coalesce(known.installment, 0)
               + row_number() OVER (PARTITION BY s.customer_id, s.document_type, s.document_number, s.issued_on
                                    ORDER BY s.due_on, s.line) AS installment
    FROM (
        SELECT *, count(*) OVER (PARTITION BY customer_id, document_type, document_number, issued_on) AS lines
        FROM plan_new
    ) AS s
    LEFT JOIN (
        SELECT i.customer_id, i.document_type, i.document_number, i.issued_on, max(i.installment) AS installment
        FROM ledger_openitem i
        WHERE i.company_id = %(company)s AND NOT i.is_reversed AND %(has_items)s
          AND i.document_number IN (SELECT document_number FROM plan_new)
        GROUP BY 1, 2, 3, 4
    ) AS known
      ON (known.customer_id, known.document_type, known.document_number, known.issued_on)
       = (s.customer_id, s.document_type, s.document_number, s.issued_on)
    WHERE s.lines > 1 OR known.installment IS NOT NULL
) AS numbered
WHERE numbered.id = n.id AND numbered.installment > 1;

-- name: gone
-- Lines that books of this period brought and the file does not have any more.
CREATE TEMP TABLE plan_gone AS
SELECT item_id, effective_on, entry_date, due_on, due_derived, issued_on, reference, order_number, customer_id, account,
       document_number, amount_minor, NULL::bigint AS successor_id
FROM plan_booked WHERE is_of_period AND NOT in_file;

-- name: succeed
-- The new line that corrects one that is gone: the same document for the same amount, else the same document, else
-- the same amount on the same day.
UPDATE plan_gone SET successor_id = pair.id
FROM (
    SELECT g.item_id, n.id
    FROM (
        SELECT item_id, customer_id, {what} AS what,
               row_number() OVER (PARTITION BY customer_id, {what} ORDER BY entry_date, item_id) AS rank
        FROM (SELECT *, entry_date AS day FROM plan_gone WHERE successor_id IS NULL) AS g
    ) AS g
    JOIN (
        SELECT id, customer_id, {what} AS what,
               row_number() OVER (PARTITION BY customer_id, {what} ORDER BY effective_on, id) AS rank
        FROM (SELECT *, effective_on AS day FROM plan_new) AS n
        WHERE id NOT IN (SELECT successor_id FROM plan_gone WHERE successor_id IS NOT NULL)
    ) AS n USING (customer_id, what, rank)
) AS pair
WHERE pair.item_id = plan_gone.item_id;

-- name: inherit
-- A corrected line keeps what was learnt of it: its true due date, its references.
UPDATE plan_new n
SET due_on = CASE WHEN g.due_derived OR g.issued_on <> n.issued_on OR n.amount_minor < 0
                  THEN n.due_on ELSE g.due_on END,
    due_derived = n.due_derived AND (g.due_derived OR g.issued_on <> n.issued_on),
    reference = g.reference, order_number = g.order_number
FROM plan_gone g WHERE g.successor_id = n.id;
