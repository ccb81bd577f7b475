"""Which desk handles which kind of file."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from exigible.intake.bank.desk import BankDesk
from exigible.intake.books.desk import BooksDesk
from exigible.intake.models import FileKind, Import
from exigible.intake.progress import Progress
from exigible.intake.tables.customers import CustomersDesk
from exigible.intake.tables.items import ItemsDesk
from exigible.kernel.errors import Problem


class Desk(Protocol):
    """One kind of file, from its bytes to the ledger. `read` stages it, the rest works on what is staged."""

    def read(self, job: Import, progress: Progress) -> list[Problem]: ...

    def is_read(self, job: Import) -> bool: ...

    def forget(self, job: Import) -> None: ...

    def compare(self, job: Import, progress: Progress) -> tuple[Any, dict[str, Any], list[Problem]]: ...

    def put_away(self) -> None: ...

    def write(self, job: Import, plan: Any, moment: datetime, progress: Progress) -> dict[str, Any]: ...


DESKS: dict[str, Desk] = {
    FileKind.FEC: BooksDesk(),
    FileKind.CUSTOMERS: CustomersDesk(),
    FileKind.ITEMS: ItemsDesk(),
    FileKind.BANK: BankDesk(),
}


def desk_of(job: Import) -> Desk:
    return DESKS[job.kind]
