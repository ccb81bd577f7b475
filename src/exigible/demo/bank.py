"""Bank statements in CAMT.053, one a month, from the spooled bank movements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape

from exigible.demo.books import UNIT, decimal_text
from exigible.demo.profiles import Profile

CODES = {
    # method: (domain, family, sub-family) of the ISO 20022 external bank transaction codes
    "VIR": ("PMNT", "RCDT", "ESCT"),
    "MVOLA": ("PMNT", "RCDT", "DMCT"),
    "CHQ": ("PMNT", "RCHQ", "CCHQ"),
    "PRLV": ("PMNT", "IDDT", "ESDD"),
    "CB": ("PMNT", "MCRD", "POSP"),
    "RETURN": ("PMNT", "IDDT", "UPDD"),
    "OUT": ("PMNT", "ICDT", "ESCT"),
}


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of a statement; `amount` in minor units, positive when money came in."""

    day: str
    sequence: str
    amount: int
    ref: str
    name: str
    text: str
    iban: str
    method: str

    @classmethod
    def parse(cls, line: str) -> Movement:
        """Read back a line of the bank spool."""
        key, amount, *rest = line.split(UNIT)
        return cls(f"{key[:4]}-{key[4:6]}-{key[6:8]}", key[8:], int(amount), *rest)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between versions of the message."""

    version: str
    bic_tag: str
    status: str
    party: tuple[str, str]


OLD = Dialect("camt.053.001.02", "BIC", "BOOK", ("", ""))
NEW = Dialect("camt.053.001.08", "BICFI", "<Cd>BOOK</Cd>", ("<Pty>", "</Pty>"))


def write_statement(
    path: Path, profile: Profile, month: str, last_day: str, opening: int, lines: Iterable[str]
) -> tuple[int, int]:
    """Write the statement of a month ("2026-11") up to `last_day`; returns its closing balance and count."""
    dialect = OLD if profile.country == "MC" else NEW
    movements = [Movement.parse(line) for line in lines]
    closing = opening + sum(movement.amount for movement in movements)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        _head(file, profile, dialect, month, last_day)
        _balance(file, profile.currency, "OPBD", opening, f"{month}-01")
        _balance(file, profile.currency, "CLBD", closing, last_day)
        _summary(file, movements)
        for rank, movement in enumerate(movements, start=1):
            _entry(file, profile.currency, dialect, f"{month}-{rank:05d}", movement)
        file.write("    </Stmt>\n  </BkToCstmrStmt>\n</Document>\n")
    return closing, len(movements)


def _head(file: TextIO, profile: Profile, dialect: Dialect, month: str, last_day: str) -> None:
    message = f"{profile.code}-{month}"
    file.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{dialect.version}">\n'
        "  <BkToCstmrStmt>\n"
        f"    <GrpHdr><MsgId>{message}</MsgId><CreDtTm>{last_day}T23:10:00</CreDtTm></GrpHdr>\n"
        "    <Stmt>\n"
        f"      <Id>{message}</Id><ElctrncSeqNb>{int(month[5:])}</ElctrncSeqNb>"
        f"<CreDtTm>{last_day}T23:10:00</CreDtTm>\n"
        f"      <FrToDt><FrDtTm>{month}-01T00:00:00</FrDtTm><ToDtTm>{last_day}T23:59:59</ToDtTm></FrToDt>\n"
        f"      <Acct><Id><IBAN>{profile.iban}</IBAN></Id><Ccy>{profile.currency}</Ccy>"
        f"<Ownr><Nm>{escape(profile.name)}</Nm></Ownr>"
        f"<Svcr><FinInstnId><{dialect.bic_tag}>{profile.bic}</{dialect.bic_tag}></FinInstnId></Svcr></Acct>\n"
    )


def _side(amount: int) -> str:
    return "CRDT" if amount >= 0 else "DBIT"


def _balance(file: TextIO, currency: str, code: str, amount: int, day: str) -> None:
    file.write(
        f"      <Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{decimal_text(abs(amount), ".")}</Amt>'
        f"<CdtDbtInd>{_side(amount)}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _summary(file: TextIO, movements: list[Movement]) -> None:
    parts = []
    for tag, amounts in (
        ("TtlCdtNtries", [movement.amount for movement in movements if movement.amount >= 0]),
        ("TtlDbtNtries", [-movement.amount for movement in movements if movement.amount < 0]),
    ):
        total = decimal_text(sum(amounts), ".")
        parts.append(f"<{tag}><NbOfNtries>{len(amounts)}</NbOfNtries><Sum>{total}</Sum></{tag}>")
    file.write(f"      <TxsSummry>{''.join(parts)}</TxsSummry>\n")


def _entry(file: TextIO, currency: str, dialect: Dialect, ref: str, movement: Movement) -> None:
    domain, family, sub_family = CODES[movement.method]
    families = f"<Fmly><Cd>{family}</Cd><SubFmlyCd>{sub_family}</SubFmlyCd></Fmly>"
    code = f"<BkTxCd><Domn><Cd>{domain}</Cd>{families}</Domn></BkTxCd>"
    amount = decimal_text(abs(movement.amount), ".")
    file.write(
        f'      <Ntry><NtryRef>{ref}</NtryRef><Amt Ccy="{currency}">{amount}</Amt>'
        f"<CdtDbtInd>{_side(movement.amount)}</CdtDbtInd><Sts>{dialect.status}</Sts>"
        f"<BookgDt><Dt>{movement.day}</Dt></BookgDt><ValDt><Dt>{movement.day}</Dt></ValDt>"
        f"<AcctSvcrRef>{movement.day.replace('-', '')}{movement.sequence}</AcctSvcrRef>{code}\n"
        f"        <NtryDtls><TxDtls>{_details(dialect, movement)}</TxDtls></NtryDtls></Ntry>\n"
    )


def _details(dialect: Dialect, movement: Movement) -> str:
    role = "Dbtr" if movement.amount >= 0 else "Cdtr"
    before, after = dialect.party
    account = f"<{role}Acct><Id><IBAN>{movement.iban}</IBAN></Id></{role}Acct>" if movement.iban else ""
    reason = "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>" if movement.method == "RETURN" else ""
    return (
        f"<Refs><EndToEndId>{escape(movement.ref[:35])}</EndToEndId></Refs>"
        f"<RltdPties><{role}>{before}<Nm>{escape(movement.name)}</Nm>{after}</{role}>{account}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(movement.text)}</Ustrd></RmtInf>{reason}"
    )
