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

-- name: new
-- Lines that no item stands for yet. A line of a sale is an invoice or a credit note; of the bank, a payment or,
-- when it is a debit, a payment returned. A balance brought forward by document is taken for an invoice.
CREATE TEMP TABLE plan_new AS
SELECT nextval(pg_get_serial_sequence('ledger_openitem', 'id')) AS id, fresh.*,
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
-- Lines that the ledger knows and the file does not have any more, each with the new line that corrects it:
-- the one of the same amount, else the one of the same document.
CREATE TEMP TABLE plan_gone AS
WITH gone AS (
    SELECT *, row_number() OVER (PARTITION BY customer_id, account, amount_minor ORDER BY entry_date, item_id)
           AS rank
    FROM plan_booked WHERE is_of_period AND NOT in_file
), same_amount AS (
    SELECT g.item_id, n.id
    FROM gone g
    JOIN (
        SELECT *, row_number() OVER (PARTITION BY customer_id, account, amount_minor ORDER BY effective_on, id) AS rank
        FROM plan_new
    ) AS n USING (customer_id, account, amount_minor, rank)
), same_document AS (
    SELECT g.item_id, n.id
    FROM (
        SELECT *, row_number() OVER (PARTITION BY customer_id, document_number, sign(amount_minor)
                                     ORDER BY entry_date, item_id) AS place
        FROM gone WHERE item_id NOT IN (SELECT item_id FROM same_amount)
    ) AS g
    JOIN (
        SELECT *, row_number() OVER (PARTITION BY customer_id, document_number, sign(amount_minor)
                                     ORDER BY effective_on, id) AS place
        FROM plan_new WHERE id NOT IN (SELECT id FROM same_amount)
    ) AS n
      ON n.customer_id = g.customer_id AND n.document_number = g.document_number
     AND sign(n.amount_minor) = sign(g.amount_minor) AND n.place = g.place
)
SELECT g.item_id, g.effective_on, g.due_on, g.due_derived, g.issued_on, g.reference, g.order_number,
       g.customer_id, g.amount_minor, coalesce(a.id, d.id) AS successor_id
FROM gone g
LEFT JOIN same_amount a USING (item_id)
LEFT JOIN same_document d USING (item_id);

-- name: inherit
-- A corrected line keeps what was learnt of it: its true due date, its references.
UPDATE plan_new n
SET due_on = CASE WHEN g.due_derived OR g.issued_on <> n.issued_on OR n.amount_minor < 0
                  THEN n.due_on ELSE g.due_on END,
    due_derived = n.due_derived AND (g.due_derived OR g.issued_on <> n.issued_on),
    reference = g.reference, order_number = g.order_number
FROM plan_gone g WHERE g.successor_id = n.id;
