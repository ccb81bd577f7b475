-- Due dates of a list against the open items of the ledger.
-- A document is what bears one number on one side of one customer's account, issued on one day.

-- name: named_twice
-- Customers that a line gives by name alone, and that several bear.
SELECT min(s.line), s.customer_name
FROM sheet s
JOIN ledger_customer k ON k.company_id = %(company)s AND k.sort_name = s.sort_name
WHERE s.customer_code = ''
GROUP BY s.customer_name HAVING count(DISTINCT k.id) > 1 ORDER BY 1;

-- name: coded
-- Each line with its customer's code; one that is given by name alone has the code of who bears it, or the name.
CREATE TEMP TABLE sheet_coded AS
SELECT s.*, coalesce(nullif(s.customer_code, ''), k.code, left(s.customer_name, 40)) AS code
FROM sheet s
LEFT JOIN (
    SELECT sort_name, min(code) AS code FROM ledger_customer
    WHERE company_id = %(company)s AND sort_name IN (SELECT sort_name FROM sheet WHERE customer_code = '')
    GROUP BY sort_name
) AS k ON s.customer_code = '' AND k.sort_name = s.sort_name
WHERE s.amount_minor <> 0;

-- name: parties
CREATE TEMP TABLE sheet_party AS
SELECT coalesce(k.id, nextval(pg_get_serial_sequence('ledger_customer', 'id'))) AS id, k.id IS NULL AS is_new, said.*,
       coalesce(nullif(k.payment_terms, ''), %(company_terms)s) AS terms
FROM (
    SELECT DISTINCT ON (code) code, coalesce(nullif(customer_name, ''), code) AS name, sort_name, line
    FROM sheet_coded ORDER BY code, customer_name = '', line
) AS said
LEFT JOIN ledger_customer k ON k.company_id = %(company)s AND k.code = said.code;

-- name: terms
SELECT DISTINCT terms FROM sheet_party;

-- name: said
-- A number without any figure, such as VIR, names no document: it only says what it was.
CREATE TEMP TABLE sheet_said AS
SELECT r.line, p.id AS customer_id, r.code, r.document_type, r.document_number, r.issued_on, r.due_on, r.currency,
       r.amount_minor, r.open_minor, r.reference, r.order_number, sign(r.amount_minor)::int AS side,
       r.document_type IN ('invoice', 'credit_note') OR r.document_number ~ '[0-9]' AS is_numbered, t.days, t.counting,
       dense_rank() OVER (ORDER BY p.id, r.document_number, sign(r.amount_minor), r.currency, r.issued_on) AS doc
FROM sheet_coded r
JOIN sheet_party p USING (code)
JOIN sheet_terms t ON t.terms = p.terms;

-- name: held
-- What the ledger has under these numbers.
CREATE TEMP TABLE sheet_held AS
SELECT i.id AS item_id, i.customer_id, i.document_number, sign(i.amount_minor)::int AS side, i.currency, i.issued_on,
       i.due_on, i.due_derived, i.amount_minor, i.open_minor, i.reference, i.order_number, i.document_type,
       i.installment, i.effective_on, i.label, i.account, i.foreign_currency,
       CASE WHEN i.source = 'fec' THEN i.source_key ELSE b.line_key END AS line_key,
       coalesce(b.account, i.account) AS books_account, coalesce(b.entry_date, i.effective_on) AS entry_date,
       coalesce(b.import_id, i.import_id) AS books_import, NULL::bigint AS doc
FROM ledger_openitem i
LEFT JOIN intake_bookline b ON b.company_id = i.company_id AND b.item_id = i.id
WHERE i.company_id = %(company)s AND NOT i.is_reversed AND i.source <> 'settlement'
  AND (i.customer_id, i.document_number) IN (SELECT customer_id, document_number FROM sheet_said);

-- name: documents
-- The document of the ledger has the same day of issue; where both sides have a single one, another day will do.
CREATE TEMP TABLE sheet_document AS
SELECT f.*, CASE WHEN f.issued_on = ANY (l.days) THEN f.issued_on
                 WHEN f.is_numbered AND f.alike = 1 AND cardinality(l.days) = 1 THEN l.days[1] END AS held_on,
       l.days IS NULL AND EXISTS (
           SELECT FROM sheet_held o
           WHERE (o.customer_id, o.document_number, o.side) = (f.customer_id, f.document_number, f.side)
       ) AS is_in_other_currency
FROM (
    SELECT doc, customer_id, document_number, side, currency, issued_on, bool_or(is_numbered) AS is_numbered,
           min(line) AS line, count(*) OVER (PARTITION BY customer_id, document_number, side, currency) AS alike
    FROM sheet_said GROUP BY doc, customer_id, document_number, side, currency, issued_on
) AS f
LEFT JOIN (
    SELECT customer_id, document_number, side, currency, array_agg(DISTINCT issued_on) AS days
    FROM sheet_held GROUP BY customer_id, document_number, side, currency
) AS l USING (customer_id, document_number, side, currency);

-- name: held_documents
UPDATE sheet_held h SET doc = d.doc
FROM sheet_document d
WHERE (d.customer_id, d.document_number, d.side, d.currency, d.held_on)
    = (h.customer_id, h.document_number, h.side, h.currency, h.issued_on);

-- name: match_table
CREATE TEMP TABLE sheet_match (line int, item_id bigint);

-- name: same_due_date
INSERT INTO sheet_match
SELECT r.line, h.item_id
FROM (
    SELECT *, row_number() OVER (PARTITION BY doc, amount_minor, due_on ORDER BY line) AS rank FROM sheet_said
) AS r
JOIN (
    SELECT *, row_number() OVER (PARTITION BY doc, amount_minor, due_on ORDER BY item_id) AS rank FROM sheet_held
) AS h USING (doc, amount_minor, due_on, rank);

-- name: same_amount
INSERT INTO sheet_match
SELECT r.line, h.item_id
FROM (
    SELECT *, row_number() OVER (PARTITION BY doc, amount_minor ORDER BY due_on, line) AS rank
    FROM sheet_said WHERE line NOT IN (SELECT line FROM sheet_match)
) AS r
JOIN (
    SELECT *, row_number() OVER (PARTITION BY doc, amount_minor ORDER BY due_on, item_id) AS rank
    FROM sheet_held WHERE item_id NOT IN (SELECT item_id FROM sheet_match)
) AS h USING (doc, amount_minor, rank);

-- name: verdicts
-- What becomes of the lines of a document that have no item of their amount. Several due dates take the place of
-- what the ledger holds as one where they sum to it, unless lettering came and went on it: that past cannot be
-- laid on others. Due dates of a credit say nothing.
CREATE TEMP TABLE sheet_verdict AS
SELECT d.doc, d.line, said.total AS said_total, coalesce(held.total, 0) AS held_total,
       CASE WHEN d.is_in_other_currency THEN 'other-currency'
            WHEN d.held_on IS NULL THEN 'new'
            WHEN held.total IS NULL OR held.total <> said.total
                THEN CASE WHEN d.is_numbered THEN 'amount-differs' ELSE 'new' END
            WHEN d.side < 0 THEN 'same'
            WHEN held.lines > 1 OR (held.lines = 1 AND held.unbooked > 0) OR held.came_and_went
                THEN 'due-dates-left'
            ELSE 'split' END AS verdict
FROM sheet_document d
JOIN (
    SELECT doc, sum(amount_minor) AS total FROM sheet_said
    WHERE line NOT IN (SELECT line FROM sheet_match) GROUP BY doc
) AS said USING (doc)
LEFT JOIN (
    SELECT doc, sum(amount_minor) AS total, count(DISTINCT line_key) AS lines,
           count(*) FILTER (WHERE line_key IS NULL) AS unbooked,
           bool_or(EXISTS (
               SELECT FROM ledger_allocation r JOIN ledger_allocation a ON a.id = r.reverses_id
               WHERE r.reverses_id IS NOT NULL AND r.debit_item_id = h.item_id AND r.effective_on > a.effective_on
           )) AS came_and_went
    FROM sheet_held h
    WHERE doc IS NOT NULL AND item_id NOT IN (SELECT item_id FROM sheet_match) GROUP BY doc
) AS held USING (doc);

-- name: gone
-- Items that their due dates replace, each with what it hands on.
CREATE TEMP TABLE sheet_gone AS
SELECT h.*, row_number() OVER (PARTITION BY doc ORDER BY h.due_on, h.item_id) AS rank
FROM sheet_held h JOIN sheet_verdict v USING (doc)
WHERE v.verdict = 'split' AND h.item_id NOT IN (SELECT item_id FROM sheet_match);

-- name: new
-- Items to make, numbered by due date: lettering then settles the oldest first, as the books' import does.
CREATE TEMP TABLE sheet_new AS
SELECT nextval(pg_get_serial_sequence('ledger_openitem', 'id')) AS id, fresh.*,
       row_number() OVER (PARTITION BY doc ORDER BY due_on, line) + coalesce((
           SELECT max(h.installment) FROM sheet_held h
           WHERE h.doc = fresh.doc AND h.item_id NOT IN (SELECT item_id FROM sheet_gone)), 0) AS installment,
       md5(concat_ws(chr(31), 'item', code, document_type, document_number, issued_on - date '2000-01-01',
                     due_on - date '2000-01-01', currency, amount_minor, line_key,
                     row_number() OVER (PARTITION BY doc, due_on, amount_minor ORDER BY line)))::uuid AS key
FROM (
    SELECT r.line, r.doc, r.code, g.item_id IS NOT NULL AS is_part, r.customer_id, r.document_number,
           coalesce(g.document_type, r.document_type) AS document_type, coalesce(g.issued_on, r.issued_on) AS issued_on,
           coalesce(g.effective_on, r.issued_on) AS effective_on,
           coalesce(r.due_on, CASE WHEN r.side > 0 THEN intake_due_on(r.issued_on, r.days, r.counting)
                                   ELSE r.issued_on END) AS due_on,
           r.due_on IS NULL AND r.side > 0 AS due_derived, r.currency, r.amount_minor,
           CASE WHEN g.item_id IS NULL THEN r.amount_minor - r.open_minor ELSE 0 END AS settled_minor,
           coalesce(g.label, '') AS label, coalesce(g.account, '') AS account,
           coalesce(g.foreign_currency, '') AS foreign_currency,
           coalesce(nullif(r.reference, ''), g.reference, '') AS reference,
           coalesce(nullif(r.order_number, ''), g.order_number, '') AS order_number,
           g.line_key, g.books_account, g.entry_date, g.books_import
    FROM sheet_said r
    JOIN sheet_verdict v USING (doc)
    LEFT JOIN sheet_gone g ON g.doc = r.doc AND g.rank = 1
    WHERE v.verdict IN ('new', 'split') AND r.line NOT IN (SELECT line FROM sheet_match)
    ORDER BY r.doc, 10, r.line
) AS fresh;

-- name: distinct_keys
-- A key that another item bears already, by an earlier due date of its own, gives way.
UPDATE sheet_new n SET key = md5(concat_ws(chr(31), n.key, %(import)s))::uuid
WHERE EXISTS (SELECT FROM ledger_openitem i WHERE i.company_id = %(company)s AND i.source_key = n.key
                AND NOT i.is_reversed AND i.id NOT IN (SELECT item_id FROM sheet_gone));

-- name: changed
CREATE TEMP TABLE sheet_changed AS
SELECT h.item_id, coalesce(r.due_on, h.due_on) AS due_on, r.due_on IS NULL AND h.due_derived AS due_derived,
       coalesce(nullif(r.reference, ''), h.reference) AS reference,
       coalesce(nullif(r.order_number, ''), h.order_number) AS order_number,
       r.due_on <> h.due_on AS is_redated
FROM sheet_match m
JOIN sheet_said r USING (line)
JOIN sheet_held h USING (item_id)
WHERE r.due_on <> h.due_on OR (r.due_on IS NOT NULL AND h.due_derived)
   OR r.reference NOT IN ('', h.reference) OR r.order_number NOT IN ('', h.order_number);

-- name: freed
-- Lettering that stands on the items that go.
CREATE TEMP TABLE sheet_freed AS
SELECT a.*, g.doc,
       row_number() OVER (PARTITION BY g.doc ORDER BY a.effective_on, c.effective_on, c.issued_on, c.source_key, c.id)
           AS place
FROM sheet_gone g
JOIN ledger_allocation a ON a.company_id = %(company)s AND a.debit_item_id = g.item_id AND a.reverses_id IS NULL
JOIN ledger_openitem c ON c.id = a.credit_item_id
WHERE NOT EXISTS (SELECT FROM ledger_allocation r WHERE r.reverses_id = a.id);

-- name: counts
SELECT (SELECT count(*) FROM sheet), (SELECT count(*) FROM sheet_party WHERE is_new),
       (SELECT count(*) FROM sheet_new WHERE NOT is_part), (SELECT count(*) FROM sheet_changed),
       (SELECT count(*) FROM sheet_changed WHERE is_redated), (SELECT count(*) FROM sheet_gone),
       (SELECT count(*) FROM sheet_new WHERE is_part),
       (SELECT count(*) FROM sheet_new WHERE settled_minor <> 0),
       (SELECT count(*) FROM sheet_match)
           + (SELECT count(*) FROM sheet_said JOIN sheet_verdict USING (doc)
              WHERE verdict = 'same' AND sheet_said.line NOT IN (SELECT line FROM sheet_match)),
       (SELECT count(*) FROM sheet_said JOIN sheet_verdict USING (doc)
        WHERE verdict NOT IN ('new', 'split', 'same') AND sheet_said.line NOT IN (SELECT line FROM sheet_match));

-- name: left
SELECT v.line, v.verdict, d.document_number, k.code, d.currency, v.said_total::bigint, v.held_total::bigint
FROM sheet_verdict v JOIN sheet_document d USING (doc) JOIN sheet_party k ON k.id = d.customer_id
WHERE v.verdict NOT IN ('new', 'split', 'same') ORDER BY v.line;

-- name: new_parties
SELECT line, code FROM sheet_party WHERE is_new ORDER BY line;

-- name: open_amounts
-- Documents of which the file says what is open, beside what the ledger has open of them (and, while the plan is
-- not written, what it would have). Those in other currencies are not added to it.
SELECT d.line, d.document_number, k.code, said.open_minor::bigint,
       (coalesce(held.open_minor, 0) + CASE WHEN %(is_written)s THEN 0 ELSE coalesce(planned.open_minor, 0) END)::bigint
FROM sheet_document d
JOIN sheet_party k ON k.id = d.customer_id
JOIN (
    SELECT doc, sum(open_minor) AS open_minor FROM sheet_said GROUP BY doc HAVING bool_and(open_minor IS NOT NULL)
) AS said USING (doc)
LEFT JOIN (
    SELECT ours.doc, sum(i.open_minor) AS open_minor
    FROM (SELECT doc, item_id FROM sheet_held WHERE doc IS NOT NULL
          UNION ALL SELECT doc, id FROM sheet_new WHERE %(is_written)s) AS ours
    JOIN ledger_openitem i ON i.id = ours.item_id GROUP BY ours.doc
) AS held USING (doc)
LEFT JOIN (
    SELECT doc, sum(amount_minor - coalesce(settled_minor, 0)) AS open_minor FROM sheet_new WHERE NOT is_part
    GROUP BY doc
) AS planned USING (doc)
WHERE d.currency = %(currency)s
ORDER BY d.line;

-- name: insert_parties
INSERT INTO ledger_customer (id, company_id, code, name, sort_name, kind, group_code, country, language, siren, siret,
    vat_number, tax_id, statistics_id, trade_register, email, phone, address, postcode, city, payment_terms, segment,
    is_key_account, is_insolvent, version, updated_at)
SELECT id, %(company)s, code, name, sort_name, 'business', '', '', 'fr', '', '', '', '', '', '', '', '', '', '', '', '',
       '', false, false, 1, now()
FROM sheet_party WHERE is_new;

-- name: update_items
UPDATE ledger_openitem i
SET due_on = c.due_on, due_derived = c.due_derived, reference = c.reference, order_number = c.order_number
FROM sheet_changed c WHERE i.id = c.item_id;

-- name: undo_allocations
INSERT INTO ledger_allocation (company_id, debit_item_id, credit_item_id, amount_minor, effective_on, recorded_at,
                               group_code, source, import_id, by_id, reverses_id)
SELECT company_id, debit_item_id, credit_item_id, amount_minor, effective_on, %(moment)s, group_code, 'items',
       %(import)s, %(by)s, id
FROM sheet_freed;

-- name: reverse_items
INSERT INTO ledger_itemreversal (company_id, item_id, effective_on, recorded_at, reason, by_id)
SELECT %(company)s, item_id, effective_on, %(moment)s, %(reason)s, %(by)s FROM sheet_gone;

-- name: unlink_items
DELETE FROM intake_bookline WHERE company_id = %(company)s AND item_id IN (SELECT item_id FROM sheet_gone);

-- name: insert_items
INSERT INTO ledger_openitem (id, company_id, customer_id, document_type, document_number, installment, issued_on, due_on,
    due_derived, effective_on, recorded_at, currency, amount_minor, open_minor, is_reversed, foreign_currency, label,
    reference, order_number, account, source, source_key, import_id)
SELECT id, %(company)s, customer_id, document_type, document_number, least(installment, 32000), issued_on, due_on,
       due_derived, effective_on, %(moment)s, currency, amount_minor, amount_minor, false, foreign_currency, label,
       reference, order_number, account, 'items', key, %(import)s
FROM sheet_new;

-- name: link_parts
-- The books' line lives on in its due dates: its next import finds them by it.
INSERT INTO intake_bookline (company_id, line_key, item_id, account, entry_date, import_id)
SELECT %(company)s, line_key, id, books_account, entry_date, books_import
FROM sheet_new WHERE is_part AND line_key IS NOT NULL;

-- name: carry_allocations
-- What was settled of the whole, laid along its due dates from the first on.
INSERT INTO ledger_allocation (company_id, debit_item_id, credit_item_id, amount_minor, effective_on, recorded_at,
                               group_code, source, import_id, by_id)
SELECT %(company)s, p.id, f.credit_item_id, least(p.reach, f.reach) - greatest(p.start, f.start), f.effective_on,
       %(moment)s, f.group_code, f.source, f.import_id, f.by_id
FROM (
    SELECT id, doc, sum(amount_minor) OVER along - amount_minor AS start, sum(amount_minor) OVER along AS reach
    FROM sheet_new WHERE is_part WINDOW along AS (PARTITION BY doc ORDER BY due_on, line ROWS UNBOUNDED PRECEDING)
) AS p
JOIN (
    SELECT *, sum(amount_minor) OVER along - amount_minor AS start, sum(amount_minor) OVER along AS reach
    FROM sheet_freed WINDOW along AS (PARTITION BY doc ORDER BY place ROWS UNBOUNDED PRECEDING)
) AS f ON f.doc = p.doc AND f.start < p.reach AND p.start < f.reach;

-- name: settlements
CREATE TEMP TABLE sheet_settlement AS
SELECT nextval(pg_get_serial_sequence('ledger_openitem', 'id')) AS id, n.id AS item_id, n.key, n.customer_id,
       n.document_number, n.issued_on, n.currency, n.settled_minor
FROM sheet_new n WHERE n.settled_minor <> 0;

-- name: insert_settlements
INSERT INTO ledger_openitem (id, company_id, customer_id, document_type, document_number, installment, issued_on, due_on,
    due_derived, effective_on, recorded_at, currency, amount_minor, open_minor, is_reversed, foreign_currency, label,
    reference, order_number, account, source, source_key, import_id)
SELECT id, %(company)s, customer_id, 'other', document_number, 1, issued_on, issued_on, false, issued_on, %(moment)s,
       currency, -settled_minor, -settled_minor, false, '', %(settled_label)s, '', '', '', 'settlement',
       md5(concat_ws(chr(31), 'settlement', key))::uuid, %(import)s
FROM sheet_settlement;

-- name: allocate_settlements
INSERT INTO ledger_allocation (company_id, debit_item_id, credit_item_id, amount_minor, effective_on, recorded_at,
                               group_code, source, import_id, by_id)
SELECT %(company)s, CASE WHEN settled_minor > 0 THEN item_id ELSE id END,
       CASE WHEN settled_minor > 0 THEN id ELSE item_id END, abs(settled_minor), issued_on, %(moment)s, '', 'items',
       %(import)s, %(by)s
FROM sheet_settlement;
