"""Little CAMT files for tests: an element is what it holds, an entry and a statement have usual parts."""

from __future__ import annotations

from pathlib import Path

from exigible.intake.readers.bank.camt import read_camt
from exigible.intake.readers.bank.model import BankLine

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
ACCOUNT = "FR7630006000011234567890189"


def at(path: str, *parts: str) -> str:
    """Elements within each other, "A/B/C", around these parts."""
    names = path.split("/")
    return "".join(f"<{name}>" for name in names) + "".join(parts) + "".join(f"</{n}>" for n in names[::-1])


def amount(text: str, currency: str = "EUR", name: str = "Amt") -> str:
    return f'<{name} Ccy="{currency}">{text}</{name}>'


def balance(kind: str, text: str, side: str = "CRDT", on: str = "2024-02-29", currency: str = "EUR") -> str:
    code = at("Tp/CdOrPrtry/Cd", kind)
    return at("Bal", code, amount(text, currency), at("CdtDbtInd", side), at("Dt/Dt", on)) + "\n"


def entry(
    text: str = "100.00",
    side: str = "CRDT",
    *details: str,
    status: str = at("Cd", "BOOK"),
    booked: str = at("Dt", "2024-02-29"),
    value: str = at("Dt", "2024-03-01"),
    head: str = "",
    reference: str = "BANK1",
    currency: str = "EUR",
) -> str:
    """Money booked, on its own line of the file; each of `details` on one of its own as well."""
    return (
        at(
            "Ntry",
            amount(text, currency),
            at("CdtDbtInd", side),
            head,
            at("Sts", status) if status else "",
            at("BookgDt", booked) if booked else "",
            at("ValDt", value) if value else "",
            at("AcctSvcrRef", reference) if reference else "",
            at("NtryDtls", *("\n" + part for part in details)) if details else "",
        )
        + "\n"
    )


def transaction(text: str = "", *parts: str, currency: str = "EUR", side: str = "") -> str:
    own = amount(text, currency) if text else ""
    return at("TxDtls", *parts[:1], own, at("CdtDbtInd", side) if side else "", *parts[1:])


IN_EUROS = at("Id/IBAN", ACCOUNT) + at("Ccy", "EUR")


def statement(*parts: str, account: str = IN_EUROS, name: str = "Stmt") -> str:
    return at(name, at("Id", "S1"), "\n", at("Acct", account) if account else "", "\n", *parts)


def document(*statements: str, namespace: str = NAMESPACE, message: str = "BkToCstmrStmt") -> str:
    """The file; its statement begins on line 2, what stands in it on line 4."""
    named = f' xmlns="{namespace}"' if namespace else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Document{named}>{at(message, *statements)}</Document>'


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "statement.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines_of(folder: Path, *parts: str) -> tuple[BankLine, ...]:
    """The lines of one statement with these parts."""
    file = read_camt(write(folder, document(statement(*parts))))
    return file.statements[0].lines


def line_of(folder: Path, *parts: str) -> BankLine:
    (line,) = lines_of(folder, *parts)
    return line
