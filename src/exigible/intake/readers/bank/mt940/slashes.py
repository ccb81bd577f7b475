"""The :86: whose parts are marked /EREF/, /REMI/ and so on: Dutch banks, SWIFT's own codes, French banks.

The French codes are those of the complementary records of CFONB 120 (NPY payer, NBE beneficiary, LCC text,
RCN the customers' reference, RUM mandate), which these banks carry over into :86:.
"""

from __future__ import annotations

import re
from typing import Final

from exigible.intake.readers.bank.mt940.said import Said
from exigible.intake.readers.bank.parts import compact, marked_parts, meant_reference, words

_CODES: Final = (
    "TRTP|TRCD|IBAN|BIC|NAME|REMI|EREF|PREF|KREF|RREF|IREF|MARF|CSID|CNTP|BENM|ORDP|ULTD|ULTC|ULTB|ISDT|RTRN"
    "|SVCL|PURP|OCMT|CHGS|EXCH|ADDR|ID|ACCW"
    "|NPY|NBE|NPO|NBU|LCC|LC2|LIB|LCS|RCN|REF|RUM|CBE|CPY|IPY|IBE"
)
_CODE: Final = re.compile(rf"/({_CODES})(?=/)")
_ULTIMATE: Final = frozenset({"ULTD", "ULTC", "ULTB"})
_STRUCTURED: Final = re.compile(r"STRD/[A-Z]+/(?P<reference>[^/]+)")
_UNSTRUCTURED: Final = re.compile(r"USTD/+")
_RETURN_WORDS: Final = re.compile("RETOUR|STORNO|REVERSAL", re.IGNORECASE)


def has_codes(text: str) -> bool:
    return _CODE.match(text.lstrip()) is not None


def values_of(text: str) -> dict[str, str]:
    """The values by code. A name or an address belongs to the party before it: "ORDP NAME"."""
    values: dict[str, str] = {}
    party = ""
    for code, value in marked_parts(_CODE, text):
        name = code[1]
        if name in ("BENM", "ORDP", *_ULTIMATE):
            party = name
            name += " NAME"
        elif name in ("NAME", "ADDR", "ID") and party:
            name = f"{party} {name}"
        if meant := value.strip("/ \n"):
            values.setdefault(name, meant)
    return values


def read_codes(text: str) -> Said:
    """What a field with codes says. `text` is the field without its line breaks."""
    values = values_of(text)
    account, bic, name = _counterparty(values)
    remittance = values.get("REMI", "")
    structured = _STRUCTURED.match(remittance)
    kind = words(values.get("TRTP", ""))
    return Said(
        text="" if structured else _text(values, _UNSTRUCTURED.sub("", remittance)),
        bank_text=kind,
        name=words(name),
        account=compact(account),
        bic=compact(bic),
        ultimate_name=words(_first(values, "ULTD NAME", "ULTC NAME", "ULTB NAME", "NPO", "NBU")),
        end_to_end=meant_reference(_first(values, "EREF", "RCN")),
        mandate=meant_reference(_first(values, "MARF", "RUM")),
        creditor_reference=compact(structured["reference"] if structured else values.get("LCS", "")),
        customer_reference=meant_reference(_first(values, "RREF", "PREF", "KREF", "REF")),
        return_reason=words(values.get("RTRN", "")),
        is_return="RTRN" in values or bool(_RETURN_WORDS.search(kind)),
        kind=kind,
        instructed=compact(values.get("OCMT", "")),
        charges=compact(values.get("CHGS", "")),
        exchange_rate=compact(values.get("EXCH", "")),
    )


def _counterparty(values: dict[str, str]) -> tuple[str, str, str]:
    """Account, BIC and name of the other side; /CNTP/ has all three, and the place."""
    account, bic, name, *_ = [*values.get("CNTP", "").split("/"), "", "", ""]
    return (
        account or _first(values, "IBAN", "CBE", "CPY"),
        bic or values.get("BIC", ""),
        name or _first(values, "NAME", "ORDP NAME", "BENM NAME", "NPY", "NBE"),
    )


def _text(values: dict[str, str], remittance: str) -> str:
    return words("\n".join([remittance, *(values.get(code, "") for code in ("LCC", "LC2", "LIB"))]))


def _first(values: dict[str, str], *codes: str) -> str:
    return next((values[code] for code in codes if code in values), "")
