"""Bank statements at the import desk, whatever format they come in.

The lines get the keys by which they are known again (`keys`), wait in a staging table (`staging`), and one
plan is made of what they change, in temporary tables (`sql/`): what is new, what is known, which batch is
told twice.
"""
