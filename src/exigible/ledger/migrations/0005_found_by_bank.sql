-- What a payment names or equals is found at once: documents by their last digits, credits by their amount.
CREATE INDEX ledger_item_by_digits ON ledger_openitem
    (company_id, ltrim(substring(document_number FROM '([0-9]+)[^0-9]*$'), '0')) WHERE amount_minor > 0;
CREATE INDEX ledger_item_by_reference_digits ON ledger_openitem
    (company_id, ltrim(substring(reference FROM '([0-9]+)[^0-9]*$'), '0'))
    WHERE amount_minor > 0 AND reference <> '';
CREATE INDEX ledger_credit_by_amount ON ledger_openitem (company_id, amount_minor) WHERE amount_minor < 0;
