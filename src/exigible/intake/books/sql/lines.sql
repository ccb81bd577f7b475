-- What the file says: its lines under lasting keys, and its customers.

-- name: continued
-- Customers that the ledger knew before the balances brought forward, and what they owed by the books.
CREATE TEMP TABLE plan_continued AS
SELECT c.id AS customer_id, c.code, max(coalesce(b.account, i.account)) AS account,
       sum(i.amount_minor)::bigint AS amount_minor
FROM ledger_openitem i
LEFT JOIN intake_bookline b ON b.company_id = i.company_id AND b.item_id = i.id
JOIN ledger_customer c ON c.company_id = i.company_id AND c.id = i.customer_id
WHERE i.company_id = %(company)s AND NOT i.is_reversed AND (i.source = 'fec' OR b.id IS NOT NULL)
  AND %(continues)s AND coalesce(b.entry_date, i.effective_on) < %(opening)s
  AND coalesce(b.account, i.account) LIKE ANY (%(patterns)s)
GROUP BY c.id, c.code;

-- name: lines
-- A balance brought forward creates nothing where the ledger holds what it sums up. A lettering dated after the
-- file came in is a slip of the pen, and counts as undated. The key of a line is made of what it says and of its rank among lines that say the same; lettering is no part
-- of it, for that changes while the line stays.
CREATE TEMP TABLE plan_line AS
SELECT line, customer_code, account, nature, entry_number, entry_date, piece_ref, piece_date, label, amount_minor,
       lettering, CASE WHEN lettered_on <= %(received)s THEN lettered_on ELSE '-infinity' END AS lettered_on,
       foreign_currency, foreign_minor,
       nature = 'opening' AND customer_code IN (SELECT code FROM plan_continued) AS is_carried,
       CASE same WHEN 1 THEN base ELSE md5(base::text || same)::uuid END AS key
FROM (
    SELECT *, row_number() OVER (PARTITION BY base ORDER BY line) AS same
    FROM (
        SELECT *, md5(concat_ws(
            chr(31), customer_code, account, journal, entry_number, entry_date - date '2000-01-01', piece_ref,
            coalesce(piece_date - date '2000-01-01', 0), label, amount_minor
        ))::uuid AS base
        FROM staged
        WHERE amount_minor <> 0
    ) AS keyed
) AS ranked;

-- name: customers
-- Each customer with its last name in the file; the number of a new one is taken here.
CREATE TEMP TABLE plan_customer AS
SELECT coalesce(known.id, nextval(%(customer_ids)s::regclass)) AS id,
       known.id IS NULL AS is_new, said.customer_code AS code,
       coalesce(named.customer_name, said.customer_code) AS name,
       known.name = '' AS wants_name,
       coalesce(nullif(known.payment_terms, ''), %(payment_terms)s) AS terms
FROM (
    SELECT customer_code, max(line) FILTER (WHERE customer_name <> '') AS named_on
    FROM staged GROUP BY customer_code
) AS said
LEFT JOIN staged named ON named.line = said.named_on
LEFT JOIN ledger_customer known ON known.company_id = %(company)s AND known.code = said.customer_code;

-- name: customers_unnamed
SELECT id, name FROM plan_customer WHERE is_new OR wants_name;

-- name: terms
SELECT DISTINCT terms FROM plan_customer;

-- name: terms_table
CREATE TEMP TABLE plan_terms (terms text, days int, counting text);

-- name: sort_names_table
CREATE TEMP TABLE plan_sort_name (id bigint, sort_name text);

-- name: balances
-- The books' balance of each customer on each account.
CREATE TEMP TABLE plan_balance AS
SELECT account, auxiliary, customer_code,
       sum(amount_minor) FILTER (WHERE nature = 'opening')::bigint AS opening_minor,
       sum(debit_minor)::bigint AS debit_minor, sum(credit_minor)::bigint AS credit_minor,
       sum(amount_minor)::bigint AS closing_minor
FROM (
    SELECT *, greatest(amount_minor, 0) AS debit_minor, greatest(-amount_minor, 0) AS credit_minor FROM staged
) AS sided
GROUP BY account, auxiliary, customer_code;
