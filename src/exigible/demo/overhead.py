"""What a company does besides selling: it buys, pays its people, its rent and its VAT."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from exigible.demo.books import Books
from exigible.demo.days import weekday_on_or_after
from exigible.demo.entries import BANK, BankMovement, Entry

SUPPLIERS = (("401100", 52, "607000"), ("401200", 9, "624000"), ("401300", 4, "658000"))


def record_overhead(books: Books, year: int, last_result: int) -> None:
    """Record the year's purchases, payroll, rent and VAT, in proportion to the sales of the month before."""
    for month in range(1, 13):
        for entry in _month(books, date(year, month, 1)):
            if entry.day <= books.window.bank_cutoff:
                books.record(entry)
    appropriation = date(year, 6, 30).toordinal()
    if last_result and appropriation <= books.window.horizon:
        account = "120000" if last_result > 0 else "129000"
        others = [(account, last_result), ("110000", -last_result)]
        label = f"Affectation du résultat {year - 1}"
        books.record(Entry("other", appropriation, label, others=others, ref=f"OD{year}06"))


def _month(books: Books, first: date) -> Iterator[Entry]:
    last_month = f"{first - timedelta(days=1):%Y%m}"
    sales, vat = books.turnover[last_month], books.turnover["vat" + last_month]
    step = books.profile.step
    purchases = [sales * percent // 100 // step * step for _, percent, _ in SUPPLIERS]
    yield from _purchases(first, purchases)
    yield from _vat(first, vat, sum(purchases) * 20 // 100 if vat else 0)
    yield from _payroll(first, sales * 12 // 100 // step * step)
    yield from _rent(first, 2_400 * books.profile.scale)
    if first.month == 12 and sales:
        loss = sales // 50 // step * step
        yield Entry("other", _on(first, 31), "Dépréciation des créances douteuses",
                    others=[("681740", loss), ("491000", -loss)], ref=f"OD{first:%Y%m}P")  # fmt: skip


def _on(first: date, day: int) -> int:
    return first.replace(day=day).toordinal()


def _bank(day: int, label: str, others: list[tuple[str, int]], ref: str) -> Entry:
    paid = sum(amount for _, amount in others)
    movement = BankMovement(label, label, method="OUT")
    return Entry(
        "bank", weekday_on_or_after(day), label, others=[*others, (BANK, -paid)], ref=ref, bank=movement
    )


def _purchases(first: date, amounts: list[int]) -> Iterator[Entry]:
    for (account, _, charge), net in zip(SUPPLIERS, amounts, strict=True):
        if not net:
            continue
        vat = net * 20 // 100
        ref = f"FF{first:%Y%m}-{account}"
        label = f"Facture fournisseur {first:%m/%Y}"
        others = [(charge, net), ("445660", vat), (account, -net - vat)]
        yield Entry("purchases", _on(first, 12), label, others=others, ref=ref)
        yield _bank(_on(first, 26), f"Règlement fournisseur {ref}", [(account, net + vat)], f"VF{ref}")


def _vat(first: date, collected: int, deductible: int) -> Iterator[Entry]:
    """Last month's VAT collected against this month's purchases; a credit is kept."""
    if not collected:
        return
    due = collected - deductible
    label, ref = f"Déclaration de TVA {first:%m/%Y}", f"TVA{first:%Y%m}"
    account = "445510" if due > 0 else "445670"
    others = [("445710", collected), ("445660", -deductible), (account, -due)]
    yield Entry("other", _on(first, 20), label, others=others, ref=ref)
    if due > 0:
        yield _bank(_on(first, 24), label, [("445510", due)], ref)


def _payroll(first: date, gross: int) -> Iterator[Entry]:
    if not gross:
        return
    social = gross * 30 // 100
    label, ref = f"Salaires {first:%m/%Y}", f"PAIE{first:%Y%m}"
    others = [("641000", gross), ("645000", social), ("421000", -gross), ("431000", -social)]
    yield Entry("other", _on(first, 27), label, others=others, ref=ref)
    yield _bank(_on(first, 28), label, [("421000", gross)], ref)
    yield _bank(_on(first, 28), f"Charges sociales {first:%m/%Y}", [("431000", social)], f"CS{first:%Y%m}")


def _rent(first: date, amount: int) -> Iterator[Entry]:
    label, ref = f"Loyer {first:%m/%Y}", f"LOYER{first:%Y%m}"
    yield _bank(_on(first, 5), label, [("613000", amount)], ref)
