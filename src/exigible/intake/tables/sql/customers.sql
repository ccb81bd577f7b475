-- Customers of a list against those of the ledger. An empty cell says nothing: what is known stays.

-- name: customers
-- What its segment says of a customer is taken when the segment is news, so that what a person set since stays.
CREATE TEMP TABLE sheet_customer AS
SELECT coalesce(k.id, nextval(pg_get_serial_sequence('ledger_customer', 'id'))) AS id, k.id IS NULL AS is_new, v.*,
       k.id IS NOT NULL AND (
           k.name, k.sort_name, k.country, k.siren, k.siret, k.vat_number, k.tax_id, k.language, k.email, k.phone,
           k.address, k.postcode, k.city, k.payment_terms, k.credit_limit_minor, k.group_code, k.collector_id,
           k.segment, k.kind, k.is_key_account
       ) IS DISTINCT FROM (
           v.name, v.sort_name, v.country, v.siren, v.siret, v.vat_number, v.tax_id, v.language, v.email, v.phone,
           v.address, v.postcode, v.city, v.payment_terms, v.credit_limit_minor, v.group_code, v.collector_id,
           v.segment, v.kind, v.is_key_account
       ) AS is_changed,
       coalesce(nullif(k.payment_terms, ''), %(company_terms)s) AS old_terms,
       coalesce(nullif(v.payment_terms, ''), %(company_terms)s) AS new_terms
FROM sheet s
LEFT JOIN ledger_customer k ON k.company_id = %(company)s AND k.code = s.code
LEFT JOIN (
    SELECT DISTINCT lower(u.email) AS email, u.id
    FROM team_user u JOIN team_membership m ON m.user_id = u.id AND m.company_id = %(company)s
) AS member ON s.collector <> '' AND member.email = lower(s.collector)
CROSS JOIN LATERAL (
    SELECT s.code, s.name, s.sort_name, coalesce(nullif(s.country, ''), k.country, '') AS country,
           coalesce(nullif(s.siren, ''), k.siren, '') AS siren, coalesce(nullif(s.siret, ''), k.siret, '') AS siret,
           coalesce(nullif(s.vat_number, ''), k.vat_number, '') AS vat_number,
           coalesce(nullif(s.tax_id, ''), k.tax_id, '') AS tax_id,
           coalesce(nullif(s.language, ''), k.language, 'fr') AS language,
           coalesce(nullif(s.email, ''), k.email, '') AS email, coalesce(nullif(s.phone, ''), k.phone, '') AS phone,
           coalesce(nullif(s.address, ''), k.address, '') AS address,
           coalesce(nullif(s.postcode, ''), k.postcode, '') AS postcode,
           coalesce(nullif(s.city, ''), k.city, '') AS city,
           coalesce(nullif(s.payment_terms, ''), k.payment_terms, '') AS payment_terms,
           coalesce(s.credit_limit_minor, k.credit_limit_minor) AS credit_limit_minor,
           coalesce(nullif(s.group_code, ''), k.group_code, '') AS group_code,
           coalesce(member.id, k.collector_id) AS collector_id,
           coalesce(nullif(s.segment, ''), k.segment, '') AS segment,
           CASE WHEN s.kind <> '' AND s.segment IS DISTINCT FROM k.segment THEN s.kind
                ELSE coalesce(k.kind, 'business') END AS kind,
           CASE WHEN s.is_key_account AND s.segment IS DISTINCT FROM k.segment THEN true
                ELSE coalesce(k.is_key_account, false) END AS is_key_account
) AS v;

-- name: terms
SELECT DISTINCT new_terms FROM sheet_customer WHERE NOT is_new AND new_terms <> old_terms;

-- name: redated
-- Due dates that were worked out from the terms before, settled items too: a report on a past day shows them.
CREATE TEMP TABLE sheet_redated AS
SELECT i.id AS item_id, intake_due_on(i.issued_on, t.days, t.counting) AS due_on
FROM sheet_customer c
JOIN sheet_terms t ON t.terms = c.new_terms
JOIN ledger_openitem i ON i.company_id = %(company)s AND i.customer_id = c.id
WHERE NOT c.is_new AND c.new_terms <> c.old_terms AND i.due_derived AND NOT i.is_reversed
  AND i.due_on <> intake_due_on(i.issued_on, t.days, t.counting);

-- name: payers
CREATE TEMP TABLE sheet_payer AS
SELECT c.id AS customer_id, s.iban
FROM sheet s JOIN sheet_customer c ON c.code = s.code
WHERE s.iban <> '' AND NOT EXISTS (
    SELECT FROM ledger_payeraccount p WHERE p.company_id = %(company)s AND p.customer_id = c.id AND p.iban = s.iban);

-- name: counts
SELECT (SELECT count(*) FROM sheet), (SELECT count(*) FROM sheet_customer WHERE is_new),
       (SELECT count(*) FROM sheet_customer WHERE is_changed), (SELECT count(*) FROM sheet_payer),
       (SELECT count(*) FROM sheet_redated);

-- name: unknown_collectors
SELECT collector, min(line) FROM sheet s
WHERE collector <> '' AND NOT EXISTS (
    SELECT FROM team_user u JOIN team_membership m ON m.user_id = u.id AND m.company_id = %(company)s
    WHERE lower(u.email) = lower(s.collector))
GROUP BY collector ORDER BY 2;

-- name: insert_customers
INSERT INTO ledger_customer (id, company_id, code, name, sort_name, kind, group_code, country, language, siren, siret,
    vat_number, tax_id, statistics_id, trade_register, email, phone, address, postcode, city, payment_terms,
    credit_limit_minor, collector_id, segment, is_key_account, is_insolvent, version, updated_at)
SELECT id, %(company)s, code, name, sort_name, kind, group_code, country, language, siren, siret, vat_number, tax_id,
       '', '', email, phone, address, postcode, city, payment_terms, credit_limit_minor, collector_id, segment,
       is_key_account, false, 1, now()
FROM sheet_customer WHERE is_new;

-- name: update_customers
UPDATE ledger_customer k
SET name = c.name, sort_name = c.sort_name, kind = c.kind, group_code = c.group_code, country = c.country,
    language = c.language, siren = c.siren, siret = c.siret, vat_number = c.vat_number, tax_id = c.tax_id,
    email = c.email, phone = c.phone, address = c.address, postcode = c.postcode, city = c.city,
    payment_terms = c.payment_terms, credit_limit_minor = c.credit_limit_minor, collector_id = c.collector_id,
    segment = c.segment, is_key_account = c.is_key_account, version = k.version + 1, updated_at = now()
FROM sheet_customer c
WHERE k.id = c.id AND c.is_changed;

-- name: insert_payers
INSERT INTO ledger_payeraccount (company_id, customer_id, iban, holder)
SELECT %(company)s, customer_id, iban, '' FROM sheet_payer;

-- name: redate_items
UPDATE ledger_openitem i SET due_on = r.due_on FROM sheet_redated r WHERE i.id = r.item_id;
