-- The plan, written. The triggers of the ledger keep remainders and movements, a statement at a time.

-- name: new_customers
INSERT INTO ledger_customer (id, company_id, code, name, sort_name, kind, group_code, country, language, siren, siret,
    vat_number, tax_id, statistics_id, trade_register, email, phone, address, postcode, city, payment_terms, segment,
    is_key_account, is_insolvent, version, updated_at)
SELECT c.id, %(company)s, c.code, c.name, s.sort_name, 'business', '', '', 'fr', '', '', '', '', '', '', '', '', '', '',
       '', '', '', false, false, 1, now()
FROM plan_customer c JOIN plan_sort_name s USING (id)
WHERE c.is_new;

-- name: names
UPDATE ledger_customer k SET name = c.name, sort_name = s.sort_name, version = k.version + 1, updated_at = now()
FROM plan_customer c JOIN plan_sort_name s USING (id)
WHERE k.id = c.id AND c.wants_name AND c.name <> c.code;

-- name: undo_allocations
INSERT INTO ledger_allocation (company_id, debit_item_id, credit_item_id, amount_minor, effective_on, recorded_at,
                               group_code, source, import_id, by_id, reverses_id)
SELECT %(company)s, debit_item_id, credit_item_id, amount_minor, effective_on, %(moment)s, group_code, 'fec', %(import)s,
       %(by)s, id
FROM plan_undone;

-- name: reverse_items
INSERT INTO ledger_itemreversal (company_id, item_id, effective_on, recorded_at, reason, by_id)
SELECT %(company)s, item_id, effective_on, %(moment)s, %(reason)s, %(by)s
FROM plan_gone;

-- name: unlink_items
DELETE FROM intake_bookline WHERE company_id = %(company)s AND item_id IN (SELECT item_id FROM plan_gone);

-- name: new_items
INSERT INTO ledger_openitem (id, company_id, customer_id, document_type, document_number, installment, issued_on, due_on,
    due_derived, effective_on, recorded_at, currency, amount_minor, open_minor, is_reversed, foreign_currency,
    foreign_minor, label, reference, order_number, account, source, source_key, import_id)
SELECT id, %(company)s, customer_id, document_type, document_number, installment, issued_on, due_on, due_derived,
       effective_on, %(moment)s, %(currency)s, amount_minor, amount_minor, false, coalesce(foreign_currency, ''),
       foreign_minor, label, reference, order_number, account, 'fec', key, %(import)s
FROM plan_new ORDER BY id;

-- name: link_items
INSERT INTO intake_bookline (company_id, line_key, item_id, account, entry_date, import_id)
SELECT %(company)s, key, item_id, account, entry_date, %(import)s FROM plan_adopted;

-- name: move_allocations
INSERT INTO ledger_allocation (company_id, debit_item_id, credit_item_id, amount_minor, effective_on, recorded_at,
                               group_code, source, import_id, by_id)
SELECT %(company)s, debit_item_id, credit_item_id, amount_minor, effective_on, %(moment)s, group_code, source, import_id,
       by_id
FROM plan_moved;

-- name: make_allocations
INSERT INTO ledger_allocation (company_id, debit_item_id, credit_item_id, amount_minor, effective_on, recorded_at,
                               group_code, source, import_id, by_id)
SELECT %(company)s, debit_item_id, credit_item_id, amount_minor, effective_on, %(moment)s, group_code, 'fec', %(import)s,
       %(by)s
FROM plan_made ORDER BY debit_item_id;

-- name: keep_balances
INSERT INTO intake_bookbalance (company_id, import_file_id, account, auxiliary, customer_code, opening_minor,
                                debit_minor, credit_minor, closing_minor)
SELECT %(company)s, %(import)s, account, auxiliary, customer_code, coalesce(opening_minor, 0), debit_minor, credit_minor,
       closing_minor
FROM plan_balance;
