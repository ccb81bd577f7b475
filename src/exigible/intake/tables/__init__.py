"""Tables at the import desk: customers and open items from CSV and Excel.

As with books, the file is streamed into a table of its own (`staging`), one plan is made of what it changes,
in temporary tables (`sql/`), and the plan is written in a few statements: no line costs a query.
"""
