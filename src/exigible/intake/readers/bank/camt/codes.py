"""What the bank transaction codes of ISO 20022 tell: how the money moved, and whether it came back.

External code sets "Bank Transaction Codes": domain, family and sub-family.
"""

from __future__ import annotations

import re
from typing import Final

from exigible.intake.readers.bank.camt.xml import Node
from exigible.intake.readers.bank.model import Nature

_BY_SUB_FAMILY: Final[dict[str, Nature]] = {
    "CHRG": "charge", "COMM": "charge", "FEES": "charge", "COME": "charge", "COMI": "charge",
    "COMT": "charge", "INTR": "interest", "CHKD": "cheque", "UPCQ": "cheque", "XPCQ": "cheque",
    "CQRV": "cheque", "CDPT": "cash", "CWDL": "cash",
}  # fmt: skip
_BY_FAMILY: Final[dict[str, Nature]] = {
    "RCDT": "transfer", "ICDT": "transfer", "RRCT": "transfer", "IRCT": "transfer",
    "RDDT": "direct_debit", "IDDT": "direct_debit", "RCHQ": "cheque", "ICHQ": "cheque", "LBOX": "cheque",
    "CCRD": "card", "MCRD": "card", "CNTR": "cash",
}  # fmt: skip
# A proprietary code often begins with that of SWIFT (NTRF, NDDT+…), as in MT940.
_BY_SWIFT_CODE: Final[dict[str, Nature]] = {
    "TRF": "transfer", "DDT": "direct_debit", "CHK": "cheque", "CHG": "charge", "COM": "charge",
    "INT": "interest",
}  # fmt: skip
_SWIFT: Final = re.compile(r"[NSF]([A-Z]{3})(?![A-Za-z])")
_GIVEN_BACK: Final = frozenset(
    {
        "RRTN",  # credit transfer returned
        "RPCR",  # credit transfer recalled
        "UPDD",  # direct debit unpaid or returned
        "PRDD",  # direct debit reversed
        "RCDD",  # direct debit recalled
        "UPCQ",  # cheque unpaid
        "XPCQ",  # foreign cheque unpaid
        "CQRV",  # cheque reversed
        "UPCT",  # card transaction unpaid
        "ARET",  # returned by an automated clearing house
        "AREV",  # reversed by one
    }
)


def code_of(details: Node) -> str:
    """The code under BkTxCd: "PMNT/RCDT/ESCT", else the bank's own, else ""."""
    node = details.find("BkTxCd")
    if node is None:
        return ""
    parts = [
        node.text_at("Domn", "Cd"),
        node.text_at("Domn", "Fmly", "Cd"),
        node.text_at("Domn", "Fmly", "SubFmlyCd"),
    ]
    return "/".join(part for part in parts if part) or node.text_at("Prtry", "Cd")[:80]


def nature_of(code: str) -> Nature:
    """How the money moved, by the sub-family, else by the family, else by the SWIFT code it begins with."""
    _, family, sub_family = _split(code)
    swift = _SWIFT.match(code)
    return (
        _BY_SUB_FAMILY.get(sub_family)
        or _BY_FAMILY.get(family)
        or (_BY_SWIFT_CODE.get(swift[1]) if swift else None)
        or "other"
    )


def gives_back(code: str) -> bool:
    """Whether the sub-family is one of a return, a reversal, or a payment that was not honoured."""
    return _split(code)[2] in _GIVEN_BACK


def _split(code: str) -> tuple[str, str, str]:
    parts = code.split("/")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")
