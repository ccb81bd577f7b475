"""Books of account into open items and allocations: a FEC against what the ledger already holds.

The file's customer lines are streamed into a table of their own (`staging`), one plan is made of what they
change (`plan`, in temporary tables), and the plan is written in a few statements (`write`). All of it is SQL
over whole tables: no line costs a query.
"""
