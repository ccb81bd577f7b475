"""How a receipt is explained: who paid, which items, what remains, how sure that is. No database here."""
