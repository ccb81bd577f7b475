"""CSV files and spreadsheets, read into one form."""

from exigible.intake.readers.table.model import Cell, Row, Table, TableFacts
from exigible.intake.readers.table.opening import open_table

__all__ = ["Cell", "Row", "Table", "TableFacts", "open_table"]
