"""From bank lines to lettered invoices, against a truth that is known.

`world` makes a company's customers, open items and bank account, all from one seed; `judge` says which
payments nobody could explain; `memory` and `database` have them matched by Exigible, `reference` by the
exact rules that ledgers usually have; `score` and `table` compare.
"""
