"""What the import desk tells to whoever stands above it."""

from __future__ import annotations

from django.dispatch import Signal

bank_lines_added = Signal()
"""Sent after the commit of an import that made or completed bank lines, with `company_id`, `import_id`."""
