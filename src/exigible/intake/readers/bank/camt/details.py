"""One transaction's details (TxDtls) as facts, and what they say that it pays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from exigible.intake.readers.bank.camt.codes import code_of
from exigible.intake.readers.bank.camt.values import (
    Amount,
    account_in,
    bank_in,
    booked_amount,
    name_in,
    side_of,
    told_amount,
    without_spaces,
    words,
)
from exigible.intake.readers.bank.camt.xml import Node
from exigible.intake.readers.bank.model import AdvisedDocument
from exigible.intake.readers.bank.parts import meant_reference
from exigible.intake.readers.problems import Findings

_RATE: Final = re.compile(r"\d{1,20}(?:\.\d{1,20})?\Z", re.ASCII)
_CREDIT_NOTE: Final = "CREN"
_PAID_AMOUNTS: Final = ("RmtdAmt", "DuePyblAmt", "CdtNoteAmt")


class Party(NamedTuple):
    """A side of the payment; `ultimate` is the one on whose behalf it acts."""

    name: str = ""
    account: str = ""
    bic: str = ""
    ultimate: str = ""


NOBODY: Final = Party()


@dataclass(frozen=True, slots=True)
class Details:
    """What the bank tells of one transaction. `side` is 0 where it tells none of its own.

    `own`, `settled`, `instructed` and `counter` are its amounts: Amt, and those of AmtDtls.
    """

    line: int
    side: int = 0
    own: Amount | None = None
    settled: Amount | None = None
    instructed: Amount | None = None
    counter: Amount | None = None
    rate: str = ""
    charges: Amount | None = None
    code: str = ""
    reference: str = ""
    end_to_end: str = ""
    mandate: str = ""
    instruction: str = ""
    debtor: Party = NOBODY
    creditor: Party = NOBODY
    text: str = ""
    creditor_reference: str = ""
    advice: tuple[AdvisedDocument, ...] = ()
    bank_text: str = ""
    is_return: bool = False
    return_reason: str = ""


def entry_details_of(node: Node, findings: Findings) -> Details:
    """What an entry says of itself: its transaction, where it has but one, is completed with it."""
    amounts = node.find("AmtDtls")
    return Details(
        line=node.line,
        instructed=told_amount(amounts.find("InstdAmt", "Amt"), findings) if amounts else None,
        counter=told_amount(amounts.find("CntrValAmt", "Amt"), findings) if amounts else None,
        rate=_rate(amounts) if amounts else "",
        charges=charges_of(node, findings),
        code=code_of(node),
        bank_text=_told(node, "AddtlNtryInf"),
    )


def details_of(node: Node, findings: Findings) -> Details:
    """The details under TxDtls."""
    amounts = node.find("AmtDtls") or Node("AmtDtls", node.line)
    returned = node.find("RtrInf")
    structured = [part for remittance in node.all("RmtInf") for part in remittance.all("Strd")]
    references = _creditor_references(structured)
    own = node.find("Amt")
    settled = amounts.find("TxAmt", "Amt")
    return Details(
        line=node.line,
        side=(side_of(node, findings) or 0) if node.find("CdtDbtInd") else 0,
        own=booked_amount(own, node, findings) if own else None,
        settled=booked_amount(settled, node, findings) if settled else None,
        instructed=told_amount(amounts.find("InstdAmt", "Amt"), findings),
        counter=told_amount(amounts.find("CntrValAmt", "Amt"), findings),
        rate=_rate(amounts),
        charges=charges_of(node, findings),
        code=code_of(node),
        reference=_reference(node, "AcctSvcrRef"),
        end_to_end=_reference(node, "EndToEndId"),
        mandate=_reference(node, "MndtId"),
        instruction=_reference(node, "InstrId") or _reference(node, "TxId"),
        debtor=_party(node, "Dbtr"),
        creditor=_party(node, "Cdtr"),
        text=_text(node, structured, references),
        creditor_reference=references[0] if references else "",
        advice=_advice(structured, findings),
        bank_text=_told(node, "AddtlTxInf"),
        is_return=returned is not None,
        return_reason=_reason(returned) if returned else "",
    )


def _rate(amounts: Node) -> str:
    rates = (kind.text_at("CcyXchg", "XchgRate") for kind in amounts.children)
    return next((rate for rate in rates if _RATE.match(rate)), "")


def charges_of(node: Node, findings: Findings) -> Amount | None:
    """What banks kept back: the records that say so, else the total.

    Since version 04 Chrgs has its records within; before it was repeated. ChrgInclInd false marks a charge
    that is booked apart. Charges in several currencies cannot be added, and none is given.
    """
    groups = node.all("Chrgs")
    if not groups:
        return None
    records = [record for group in groups for record in group.all("Rcrd")]
    records = records or [group for group in groups if group.find("Amt")]
    if not records:
        totals = [told_amount(group.find("TtlChrgsAndTaxAmt"), findings) for group in groups]
        return _sum([total for total in totals if total is not None])
    kept: list[Amount] = []
    for record in records:
        amount = told_amount(record.find("Amt"), findings)
        if amount is not None and record.text_at("ChrgInclInd") not in ("false", "0"):
            is_refund = record.text_at("CdtDbtInd") == "CRDT"
            kept.append(Amount(-amount.minor if is_refund else amount.minor, amount.currency))
    return _sum(kept)


def _sum(amounts: list[Amount]) -> Amount | None:
    currencies = {amount.currency for amount in amounts}
    if len(currencies) != 1:
        return None
    return Amount(sum(amount.minor for amount in amounts), currencies.pop())


def _party(node: Node, role: str) -> Party:
    parties = node.find("RltdPties")
    agents = node.find("RltdAgts")
    bic = bank_in(agents.find(f"{role}Agt")) if agents else ""
    if parties is None:
        return Party(bic=bic) if bic else NOBODY
    name = _name(parties.find(role)) or name_in(parties.text_at(f"{role}Acct", "Nm"))
    ultimate = _name(parties.find(f"Ultmt{role}"))
    return Party(name, account_in(parties.find(f"{role}Acct")), bic, ultimate)


def _name(party: Node | None) -> str:
    """The name of a party, which versions from 08 on put under Pty (or Agt, if it is a bank)."""
    if party is None:
        return ""
    return name_in(party.first_text(("Nm",), ("Pty", "Nm"), ("Agt", "FinInstnId", "Nm")))


def _reference(node: Node, name: str) -> str:
    text = node.text_at("Refs", name)
    return meant_reference(text) if text else ""


def _told(node: Node, name: str) -> str:
    return words([child.text for child in node.all(name)])


def _creditor_references(structured: list[Node]) -> list[str]:
    texts = (part.text_at("CdtrRefInf", "Ref") for part in structured)
    return [without_spaces(text) for text in texts if meant_reference(text)]


def _text(node: Node, structured: list[Node], references: list[str]) -> str:
    """The payer's words, and the structured references after the first, which have no other place."""
    texts = [child.text for remittance in node.all("RmtInf") for child in remittance.all("Ustrd")]
    texts += references[1:]
    texts += [child.text for part in structured for child in part.all("AddtlRmtInf")]
    return words(texts)


def _advice(structured: list[Node], findings: Findings) -> tuple[AdvisedDocument, ...]:
    """The documents that the payment lists. An amount is told of one document only where it stands alone."""
    advised: list[AdvisedDocument] = []
    for part in structured:
        documents = [(meant_reference(found.text_at("Nb")), found) for found in part.all("RfrdDocInf")]
        documents = [(number, found) for number, found in documents if number]
        amount, is_credit = _paid(part, findings) if len(documents) == 1 else (None, False)
        for number, document in documents:
            kind = document.first_text(("Tp", "CdOrPrtry", "Cd"), ("Tp", "Cd"))
            if amount is None:
                advised.append(AdvisedDocument(number))
            else:
                sign = -1 if is_credit or kind == _CREDIT_NOTE else 1
                advised.append(AdvisedDocument(number, sign * amount.minor, amount.currency))
    return tuple(advised)


def _paid(part: Node, findings: Findings) -> tuple[Amount | None, bool]:
    """What was paid of a document, else what was due; and whether it is the amount of a credit note."""
    amounts = part.find("RfrdDocAmt") or Node("RfrdDocAmt", part.line)
    for name in _PAID_AMOUNTS:
        amount = told_amount(amounts.find(name), findings)
        if amount is not None:
            return amount, name == "CdtNoteAmt"
    return None, False


def _reason(returned: Node) -> str:
    found = returned.first_text(("Rsn", "Cd"), ("Rsn", "Prtry"), ("AddtlInf",))
    return name_in(found)
