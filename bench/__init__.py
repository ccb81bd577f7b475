"""Figures beside their references: `python -m bench`, or `python -m bench import_fec`."""
