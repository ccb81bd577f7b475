"""The inbox: what came in on the left, a mail and what it asks for on the right."""
