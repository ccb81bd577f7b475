from __future__ import annotations

from tests.late_customer import acme, as_role, books, collector

__all__ = ["acme", "as_role", "books", "collector"]
