"""Tables to customers and open items, each cell checked."""

from exigible.intake.readers.records.customers import CustomerRecord, read_customers
from exigible.intake.readers.records.items import ItemRecord, read_items

__all__ = ["CustomerRecord", "ItemRecord", "read_customers", "read_items"]
