"""Readers of the files that come in. Pure Python: they check and report, they write nothing."""
