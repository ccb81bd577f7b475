"""Which customers a question is about, in SQL: the customer stands as `c`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from psycopg.sql import SQL, Composable, Composed

from exigible.kernel.text import fold

CUSTOMERS = SQL("ledger_customer c")

# The group of a customer: the code it was given, else that of its parent `p`, else the parent, else itself.
GROUP_KEY = SQL("coalesce(nullif(c.group_code, ''), nullif(p.group_code, ''), p.code, c.code)")

# Who has this key, each way of having it by an index: to work out all keys first takes long.
IN_GROUP = SQL("""c.id IN (
    SELECT id FROM ledger_customer
    WHERE company_id = %(company)s AND group_code = %(group)s AND group_code <> ''
    UNION ALL
    SELECT s.id FROM ledger_customer s JOIN ledger_customer p ON p.id = s.parent_id
    WHERE p.company_id = %(company)s AND s.group_code = ''
      AND (p.group_code = %(group)s AND p.group_code <> '' OR p.code = %(group)s AND p.group_code = '')
    UNION ALL
    SELECT id FROM ledger_customer
    WHERE company_id = %(company)s AND code = %(group)s AND group_code = '' AND parent_id IS NULL
)""")

NO_COLLECTOR = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """All customers by default.

    `collector` is the id of a user, NO_COLLECTOR for the customers without one; `segment` "" those without
    one; `group` a key of the grouping by group; `customers` codes; `search` a part of the name, the start of
    the code or a SIREN; `currency` an ISO code.
    """

    collector: int | None = None
    segment: str | None = None
    group: str | None = None
    customers: tuple[str, ...] = ()
    search: str = ""
    currency: str | None = None

    @property
    def picks_customers(self) -> bool:
        """Whether some customers are left out."""
        return self != Filters(currency=self.currency)

    @property
    def grouping(self) -> Literal["collector", "segment"] | None:
        """The grouping of which one row is all that is let through: a collector’s customers, a segment’s."""
        if self.collector is not None and self == Filters(self.collector, currency=self.currency):
            return "collector"
        if self.segment is not None and self == Filters(segment=self.segment, currency=self.currency):
            return "segment"
        return None

    def condition(self) -> Composed:
        """The condition on a customer, for the values of `values()` and a value `company`."""
        parts: list[Composable] = [SQL("c.company_id = %(company)s")]
        if self.collector == NO_COLLECTOR:
            parts.append(SQL("c.collector_id IS NULL"))
        elif self.collector is not None:
            parts.append(SQL("c.collector_id = %(collector)s"))
        if self.segment is not None:
            parts.append(SQL("c.segment = %(segment)s"))
        if self.group is not None:
            parts.append(IN_GROUP)
        if self.customers:
            parts.append(SQL("c.code = ANY (%(customers)s)"))
        if self.search.strip():
            parts.append(SQL("(c.sort_name LIKE %(part)s OR c.code ILIKE %(start)s OR c.siren = %(digits)s)"))
        return SQL(" AND ").join(parts)

    def values(self) -> dict[str, Any]:
        """The values that `condition()` names."""
        return {
            "collector": self.collector,
            "segment": self.segment,
            "group": self.group,
            "customers": list(self.customers),
            "part": f"%{_literally(fold(self.search))}%",
            "start": f"{_literally(self.search.strip())}%",
            "digits": self.search.replace(" ", ""),
            "currency": self.currency,
        }


def _literally(text: str) -> str:
    """The text for LIKE, where what it holds stands for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
