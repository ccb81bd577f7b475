-- Statements and lines of a bank file against those that the ledger holds.
-- A stretch is a statement of the file; its lines are new, or known: by their key, or as a batch that is told whole
-- in one file and payment by payment in another.

-- name: accounts
CREATE TEMP TABLE bank_account AS
SELECT coalesce(a.id, nextval(pg_get_serial_sequence('ledger_bankaccount', 'id'))) AS id, a.id IS NULL AS is_new, said.*
FROM (
    SELECT account AS number, currency, max(bank) AS bank, min(place) AS place
    FROM sheet WHERE is_statement GROUP BY account, currency
) AS said
LEFT JOIN ledger_bankaccount a
    ON a.company_id = %(company)s AND (a.number, a.currency) = (said.number, said.currency);

-- name: stretches
-- A statement is known by all that stands at its head.
CREATE TEMP TABLE bank_stretch AS
SELECT coalesce(k.id, nextval(pg_get_serial_sequence('ledger_bankstatement', 'id'))) AS id, k.id IS NULL AS is_new,
       s.stretch, s.place, a.id AS account_id, s.number, s.starts_on, s.ends_on, s.opening_minor, s.closing_minor
FROM sheet s
JOIN bank_account a ON (a.number, a.currency) = (s.account, s.currency)
LEFT JOIN LATERAL (
    SELECT min(h.id) AS id FROM ledger_bankstatement h
    WHERE h.company_id = %(company)s AND h.account_id = a.id AND h.number = s.number
      AND h.starts_on IS NOT DISTINCT FROM s.starts_on AND h.ends_on IS NOT DISTINCT FROM s.ends_on
      AND h.opening_minor IS NOT DISTINCT FROM s.opening_minor
      AND h.closing_minor IS NOT DISTINCT FROM s.closing_minor
) AS k ON NOT a.is_new
WHERE s.is_statement;

-- name: lines
CREATE TEMP TABLE bank_row AS
SELECT s.*, t.account_id, t.id AS statement_id, t.is_new AS is_of_new_statement, k.id AS known_id,
       k.statement_id AS known_statement_id,
       CASE WHEN k.id IS NOT NULL THEN 'known'
            WHEN row_number() OVER (PARTITION BY s.key ORDER BY s.stretch, s.nth) > 1 THEN 'repeated'
            ELSE 'new' END AS verdict
FROM sheet s
JOIN bank_stretch t USING (stretch)
LEFT JOIN ledger_bankline k ON k.company_id = %(company)s AND k.line_key = s.key
WHERE NOT s.is_statement;

-- name: twins
-- Equal lines without reference of which the balances say that they are two: the one is known from a statement that
-- ends where this one begins. The second gets the next rank.
UPDATE bank_row r
SET verdict = 'new', known_id = NULL, rank = f.rank, key = md5(r.base || ' ' || f.rank)::uuid
FROM (
    SELECT n.ctid AS place, (held.ranks + row_number() OVER (PARTITION BY n.base ORDER BY n.stretch, n.nth))::int AS rank
    FROM bank_row n
    JOIN bank_stretch t USING (stretch)
    JOIN ledger_bankstatement k ON k.id = n.known_statement_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS ranks FROM ledger_bankline l
        WHERE l.company_id = %(company)s AND l.line_key IN (
            SELECT md5(n.base || ' ' || g)::uuid FROM generate_series(1, 200) AS g)
    ) AS held
    WHERE n.verdict = 'known' AND NOT n.has_reference AND t.is_new AND k.closing_minor = t.opening_minor
      AND n.booked_on = k.ends_on AND t.starts_on >= k.ends_on
) AS f
WHERE r.ctid = f.place;

-- name: batches
-- Batches of lines that are not known by their keys, with what the ledger holds of them.
CREATE TEMP TABLE bank_batch AS
WITH said AS (
    SELECT account_id, entry_reference AS reference, booked_on, entry_minor AS minor, true AS is_in_parts,
           min(place) AS place, count(*) AS lines
    FROM bank_row WHERE verdict = 'new' AND entry_reference <> '' AND entry_minor IS NOT NULL
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT account_id, reference, booked_on, amount_minor, false, min(place), count(*)
    FROM bank_row WHERE verdict = 'new' AND entry_reference = '' AND has_reference
    GROUP BY 1, 2, 3, 4
), days AS (
    SELECT min(booked_on) AS first_day, max(booked_on) AS last_day FROM said
), held AS (
    SELECT account_id, entry_reference AS reference, booked_on, sum(amount_minor) AS minor, count(*) AS lines
    FROM ledger_bankline, days
    WHERE company_id = %(company)s AND account_id IN (SELECT id FROM bank_account WHERE NOT is_new)
      AND booked_on BETWEEN first_day AND last_day AND entry_reference <> ''
    GROUP BY 1, 2, 3
), whole AS (
    SELECT DISTINCT ON (account_id, reference, booked_on, amount_minor) account_id, reference, booked_on,
           amount_minor AS minor, l.id, left_minor = amount_minor AS is_free
    FROM ledger_bankline l, days
    WHERE company_id = %(company)s AND account_id IN (SELECT id FROM bank_account WHERE NOT is_new)
      AND booked_on BETWEEN first_day AND last_day AND entry_reference = ''
      AND reference IN (SELECT reference FROM said WHERE is_in_parts)
    ORDER BY account_id, reference, booked_on, amount_minor, l.id
)
SELECT said.*, CASE WHEN held.minor = said.minor THEN held.lines END AS held_lines, whole.id AS whole_id,
       CASE WHEN held.minor = said.minor THEN 'batch-known'
            WHEN whole.is_free THEN 'batch-detailed'
            WHEN NOT whole.is_free THEN 'batch-posted' END AS verdict
FROM said
LEFT JOIN held USING (account_id, reference, booked_on)
LEFT JOIN whole ON said.is_in_parts
     AND (whole.account_id, whole.reference, whole.booked_on, whole.minor)
       = (said.account_id, said.reference, said.booked_on, said.minor)
WHERE held.minor = said.minor OR whole.id IS NOT NULL;

-- name: mark_batches
-- What the ledger holds of a batch already is not written again. Parts take the place of a whole that is free.
UPDATE bank_row r SET verdict = 'batch'
FROM bank_batch b
WHERE r.verdict = 'new' AND b.verdict <> 'batch-detailed' AND (b.account_id, b.booked_on) = (r.account_id, r.booked_on)
  AND CASE WHEN b.is_in_parts THEN (r.entry_reference, r.entry_minor) = (b.reference, b.minor)
           ELSE r.entry_reference = '' AND r.has_reference AND (r.reference, r.amount_minor) = (b.reference, b.minor) END;

-- name: details
-- What this file says of lines that are known, of which nothing was said before.
CREATE TEMP TABLE bank_detail AS
SELECT r.*
FROM (SELECT DISTINCT ON (known_id) * FROM bank_row WHERE verdict = 'known' AND has_reference ORDER BY known_id, stretch, nth) AS r
JOIN ledger_bankline k ON k.id = r.known_id
WHERE (k.payer_name = '' AND r.payer_name <> '') OR (k.payer_iban = '' AND r.payer_iban <> '')
   OR (k.payer_bic = '' AND r.payer_bic <> '') OR (k.ultimate_name = '' AND r.ultimate_name <> '')
   OR (k.text = '' AND r.text <> '') OR (k.bank_text = '' AND r.bank_text <> '')
   OR (k.end_to_end = '' AND r.end_to_end <> '') OR (k.mandate = '' AND r.mandate <> '')
   OR (k.creditor_reference = '' AND r.creditor_reference <> '')
   OR (k.advice = '[]'::jsonb AND r.advice <> '[]'::jsonb);

-- name: needed
-- A statement without balances of which every line is known says nothing new.
UPDATE bank_stretch t SET is_new = false
WHERE opening_minor IS NULL AND closing_minor IS NULL
  AND NOT EXISTS (SELECT FROM bank_row r WHERE r.stretch = t.stretch AND r.verdict = 'new');

-- name: needed_accounts
UPDATE bank_account a SET is_new = false
WHERE NOT EXISTS (SELECT FROM bank_stretch t WHERE t.account_id = a.id AND t.is_new);

-- name: missing
-- Lines that the ledger holds on days for which the file speaks, and that the file does not have. Those of a
-- statement that ends where the file's begins, or begins where it ends, are of another moment of the same day.
CREATE TEMP TABLE bank_missing AS
SELECT DISTINCT l.id, l.account_id, l.booked_on, l.amount_minor, l.entry_reference
FROM (
    SELECT t.account_id, t.opening_minor, t.closing_minor, greatest(t.starts_on, days.first_day) AS first_day,
           least(t.ends_on, days.last_day) AS last_day
    FROM bank_stretch t
    JOIN (
        SELECT stretch, min(booked_on) AS first_day, max(booked_on) AS last_day FROM bank_row GROUP BY stretch
    ) AS days USING (stretch)
) AS t
JOIN ledger_bankline l ON l.company_id = %(company)s AND l.account_id = t.account_id
    AND l.booked_on BETWEEN t.first_day AND t.last_day AND l.set_aside <> 'detailed'
JOIN ledger_bankstatement k ON k.id = l.statement_id
WHERE NOT EXISTS (SELECT FROM bank_row r WHERE r.known_id = l.id)
  AND NOT (k.closing_minor IS NOT DISTINCT FROM t.opening_minor AND k.closing_minor IS NOT NULL
           AND k.ends_on <= t.first_day)
  AND NOT (k.opening_minor IS NOT DISTINCT FROM t.closing_minor AND k.opening_minor IS NOT NULL
           AND k.starts_on >= t.last_day);

-- name: not_missing_parts
-- Payments of a batch that the file tells whole.
DELETE FROM bank_missing m USING bank_row r
WHERE m.entry_reference <> '' AND r.entry_reference = '' AND r.has_reference AND r.verdict IN ('known', 'batch')
  AND (r.account_id, r.booked_on, r.reference) = (m.account_id, m.booked_on, m.entry_reference);

-- name: not_missing_batches
-- A batch of which the file tells the payments.
DELETE FROM bank_missing m USING bank_batch b
WHERE m.id = b.whole_id OR (b.held_lines IS NOT NULL AND m.entry_reference <> ''
      AND (b.account_id, b.booked_on, b.reference) = (m.account_id, m.booked_on, m.entry_reference));

-- name: before
-- For each statement the closing balance known before it: of the one that ends where it begins, else of the latest.
CREATE TEMP TABLE bank_before AS
WITH ends AS (
    SELECT account_id, id, ends_on, closing_minor FROM bank_stretch WHERE closing_minor IS NOT NULL
    UNION ALL
    SELECT k.account_id, k.id, k.ends_on, k.closing_minor
    FROM ledger_bankstatement k
    WHERE k.company_id = %(company)s AND k.account_id IN (SELECT id FROM bank_account WHERE NOT is_new)
      AND k.closing_minor IS NOT NULL AND k.id NOT IN (SELECT id FROM bank_stretch)
)
SELECT t.stretch, t.account_id, b.ends_on, b.closing_minor
FROM bank_stretch t
CROSS JOIN LATERAL (
    SELECT e.ends_on, e.closing_minor
    FROM ends e
    WHERE e.account_id = t.account_id AND e.id <> t.id
      AND (e.ends_on < t.starts_on OR (e.ends_on = t.starts_on AND e.closing_minor = t.opening_minor))
    ORDER BY e.ends_on DESC, e.closing_minor = t.opening_minor DESC NULLS LAST, e.id DESC
    LIMIT 1
) AS b;

-- name: counts
SELECT count(*), count(*) FILTER (WHERE verdict = 'new'), (SELECT count(*) FROM bank_stretch WHERE is_new),
       (SELECT count(*) FROM bank_account WHERE is_new), (SELECT count(*) FROM bank_detail),
       (SELECT count(*) FROM bank_batch WHERE verdict = 'batch-detailed')
FROM bank_row;

-- name: account_figures
-- What the file says of each account, and what the ledger makes of it.
SELECT a.number, a.currency, a.bank, a.is_new, first.opening_minor, before.closing_minor, last.closing_minor,
       last.ends_on, coalesce(said.first_day, first.starts_on), coalesce(said.last_day, last.ends_on),
       coalesce(said.lines_in, 0), coalesce(said.minor_in, 0)::bigint, coalesce(said.lines_out, 0),
       coalesce(said.minor_out, 0)::bigint, coalesce(said.new_lines, 0),
       coalesce((SELECT sum(m.amount_minor) FROM bank_missing m WHERE m.account_id = a.id), 0)::bigint
FROM bank_account a
CROSS JOIN LATERAL (
    SELECT * FROM bank_stretch t WHERE t.account_id = a.id ORDER BY t.ends_on, t.starts_on, t.stretch LIMIT 1
) AS first
CROSS JOIN LATERAL (
    SELECT * FROM bank_stretch t WHERE t.account_id = a.id 
    ORDER BY t.ends_on DESC NULLS LAST, t.starts_on DESC NULLS LAST, t.stretch DESC LIMIT 1
) AS last
LEFT JOIN bank_before before ON before.stretch = first.stretch
LEFT JOIN (
    SELECT account_id, min(booked_on) AS first_day, max(booked_on) AS last_day,
           count(*) FILTER (WHERE amount_minor >= 0) AS lines_in, sum(amount_minor) FILTER (WHERE amount_minor >= 0) AS minor_in,
           count(*) FILTER (WHERE amount_minor < 0) AS lines_out, sum(amount_minor) FILTER (WHERE amount_minor < 0) AS minor_out,
           count(*) FILTER (WHERE verdict = 'new') AS new_lines
    FROM bank_row WHERE verdict <> 'repeated' GROUP BY account_id
) AS said ON said.account_id = a.id
ORDER BY a.currency, a.number;

-- name: first_lines
SELECT r.place, r.booked_on::text, r.value_on::text, r.payer_name,
       left(coalesce(nullif(r.text, ''), r.bank_text), 200), r.amount_minor, r.currency, r.reference, r.verdict = 'new',
       r.account
FROM bank_row r ORDER BY r.stretch, r.nth LIMIT %(shown)s;

-- name: gaps
SELECT t.place, a.number, a.currency, t.opening_minor, b.closing_minor, b.ends_on, t.starts_on
FROM bank_stretch t
JOIN bank_before b USING (stretch)
JOIN bank_account a ON a.id = t.account_id
WHERE t.opening_minor <> b.closing_minor
ORDER BY t.place LIMIT %(most)s;

-- name: contradictions
-- Statements that are known by their number and day, with another balance.
SELECT t.place, a.number, a.currency, t.number, t.ends_on,
       coalesce(h.closing_minor <> t.closing_minor, false),
       t.opening_minor, t.closing_minor, h.opening_minor, h.closing_minor
FROM bank_stretch t
JOIN bank_account a ON a.id = t.account_id
JOIN LATERAL (
    SELECT * FROM ledger_bankstatement h
    WHERE h.company_id = %(company)s AND h.account_id = t.account_id AND h.number = t.number AND h.ends_on = t.ends_on
      AND (h.closing_minor <> t.closing_minor OR h.opening_minor <> t.opening_minor)
    ORDER BY h.id DESC LIMIT 1
) AS h ON true
WHERE t.is_new AND t.number <> ''
ORDER BY t.place LIMIT %(most)s;

-- name: overlaps
-- Days on which there are lines known that the file lacks, with the lines of the file there that are not known.
SELECT a.number, a.currency, min(m.first_day), max(m.last_day), sum(m.lines)::int, sum(m.minor)::bigint,
       coalesce(sum(n.lines), 0)::int, coalesce(sum(n.minor), 0)::bigint
FROM (
    SELECT account_id, booked_on, booked_on AS first_day, booked_on AS last_day, count(*) AS lines,
           sum(amount_minor) AS minor
    FROM bank_missing GROUP BY account_id, booked_on
) AS m
JOIN bank_account a ON a.id = m.account_id
LEFT JOIN (
    SELECT account_id, booked_on, count(*) AS lines, sum(amount_minor) AS minor
    FROM bank_row WHERE verdict = 'new' GROUP BY account_id, booked_on
) AS n USING (account_id, booked_on)
GROUP BY a.number, a.currency ORDER BY 1, 2;

-- name: reused
-- New lines whose reference the ledger has on another movement of the account.
SELECT DISTINCT ON (r.stretch, r.nth) r.place, r.reference, r.currency, l.amount_minor, l.booked_on
FROM bank_row r
JOIN ledger_bankline l ON l.company_id = %(company)s AND (l.account_id, l.reference) = (r.account_id, r.reference)
WHERE r.verdict = 'new' AND r.has_reference AND r.account_id IN (SELECT id FROM bank_account WHERE NOT is_new)
ORDER BY r.stretch, r.nth, l.booked_on DESC, l.id DESC LIMIT %(most)s;

-- name: batches_told
SELECT b.place, b.reference, a.currency, b.minor, b.is_in_parts, b.verdict, coalesce(b.held_lines, b.lines)
FROM bank_batch b JOIN bank_account a ON a.id = b.account_id
ORDER BY b.place LIMIT %(most)s;

-- name: insert_accounts
INSERT INTO ledger_bankaccount (id, company_id, number, currency, bank, name)
SELECT id, %(company)s, number, currency, bank, '' FROM bank_account WHERE is_new;

-- name: insert_statements
INSERT INTO ledger_bankstatement (id, company_id, account_id, number, starts_on, ends_on, opening_minor, closing_minor,
                                  import_id, recorded_at)
SELECT id, %(company)s, account_id, number, starts_on, ends_on, opening_minor, closing_minor, %(import)s, %(moment)s
FROM bank_stretch WHERE is_new ORDER BY id;

-- name: insert_lines
INSERT INTO ledger_bankline (company_id, account_id, statement_id, line_key, reference, booked_on, value_on, amount_minor,
    left_minor, currency, nature, bank_code, payer_name, payer_iban, payer_bic, ultimate_name, text, bank_text, end_to_end,
    mandate, creditor_reference, advice, is_return, return_reason, returned_reference, instructed_minor,
    instructed_currency, exchange_rate, charges_minor, entry_reference, recorded_at, set_aside)
SELECT %(company)s, account_id, statement_id, key, reference, booked_on, value_on, amount_minor, amount_minor, currency,
       nature, bank_code, payer_name, payer_iban, payer_bic, ultimate_name, text, bank_text, end_to_end, mandate,
       creditor_reference, advice, is_return, return_reason, returned_reference, instructed_minor, instructed_currency,
       exchange_rate, charges_minor, entry_reference, %(moment)s, ''
FROM bank_row WHERE verdict = 'new' ORDER BY stretch, nth;

-- name: complete_lines
UPDATE ledger_bankline k
SET payer_name = coalesce(nullif(k.payer_name, ''), d.payer_name),
    payer_iban = coalesce(nullif(k.payer_iban, ''), d.payer_iban),
    payer_bic = coalesce(nullif(k.payer_bic, ''), d.payer_bic),
    ultimate_name = coalesce(nullif(k.ultimate_name, ''), d.ultimate_name),
    text = coalesce(nullif(k.text, ''), d.text), bank_text = coalesce(nullif(k.bank_text, ''), d.bank_text),
    end_to_end = coalesce(nullif(k.end_to_end, ''), d.end_to_end), mandate = coalesce(nullif(k.mandate, ''), d.mandate),
    creditor_reference = coalesce(nullif(k.creditor_reference, ''), d.creditor_reference),
    advice = CASE WHEN k.advice = '[]'::jsonb THEN d.advice ELSE k.advice END
FROM bank_detail d WHERE k.id = d.known_id;

-- name: set_wholes_aside
UPDATE ledger_bankline k SET set_aside = 'detailed'
FROM bank_batch b WHERE b.verdict = 'batch-detailed' AND k.id = b.whole_id;
