"""A thousand different letters, beside WeasyPrint making the same pages one at a time, and ours alone.

`python -m bench.letters 200` makes that many.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bench.common import clock, line, open_house, peak_megabytes, title

LETTERS = 1000
ITEMS_EACH = 8
MADE_BY_THE_REFERENCE = 60
"""The reference is slow and even: what it takes for the whole is worked out from so many."""

ROUNDS = 3
"""The best of them counts, for the reference as for ours: what else the machine does only adds."""


def main(count: int = LETTERS) -> None:
    open_house()
    from exigible.documents.letters import render_batch, render_letters

    letters = [_letter(number) for number in range(count)]
    few = letters[: min(count, MADE_BY_THE_REFERENCE)]
    render_letters([_letter(count + 1)])  # fonts and templates are read once
    title(f"{count:,} different letters of {ITEMS_EACH} items each")
    times = [_round(letters, few) for _ in range(ROUNDS)]
    best = {name: min(each[name] for each in times) for name in times[0]}
    reference = best["weasyprint"] * count / len(few)
    line(f"WeasyPrint, one at a time (from {len(few)})", reference, note=_rate(count, reference))
    alone = best["one"] * count / len(few)
    line(f"ours, one at a time (from {len(few)})", alone, reference=reference, note=_rate(count, alone))
    line("ours, a file each", best["all"], reference=reference, note=_rate(count, best["all"]))
    worst = max(each["all"] for each in times)
    line("the slowest of the rounds", worst, reference=reference, note=_rate(count, worst))
    with clock(best, "batch"):
        batch = render_batch(letters)
    told = f"{_rate(count, best['batch'])}, {len(batch) // 2**20} MB, peak {peak_megabytes()} MB"
    line("ours, one file for the printing house", best["batch"], reference=reference, note=told)
    _measure_run(count, reference)


def _round(letters: Sequence[Any], few: Sequence[Any]) -> dict[str, float]:
    from exigible.documents.letters import render_letters

    times: dict[str, float] = {}
    with clock(times, "weasyprint"):
        for letter in few:
            _by_weasyprint(letter)
    with clock(times, "one"):
        for letter in few:
            render_letters([letter])
    with clock(times, "all"):
        pdfs = render_letters(letters)
    assert len(set(pdfs)) == len(letters)
    return times


def time_the_reference(count: int) -> float:
    """Seconds that WeasyPrint would take for so many letters, one at a time."""
    few = [_letter(number) for number in range(MADE_BY_THE_REFERENCE)]
    times: dict[str, float] = {}
    with clock(times, "weasyprint"):
        for letter in few:
            _by_weasyprint(letter)
    return times["weasyprint"] * count / len(few)


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f} a second"


def _letter(number: int) -> Any:
    from exigible.documents.model import Letter, LetterItem, Sender

    items = tuple(
        LetterItem(
            document=f"FA26-{number:05d}-{rank}",
            issued_on=date(2026, 8, 1) + timedelta(days=rank * 5),
            due_on=date(2026, 9, 1) + timedelta(days=rank * 5),
            days_late=83 - rank * 5,
            amount_minor=120_000 + number * 7 + rank * 1_311,
            open_minor=120_000 + number * 7 + rank * 1_311,
        )
        for rank in range(ITEMS_EACH)
    )
    return Letter(
        sender=Sender(
            name="Monaco Négoce SAM",
            address=("12 quai Antoine 1er", "98000 Monaco"),
            iban="MC5811222000010123456789030",
            signature=("Camille Blanc", "Responsable recouvrement"),
            phone="+377 93 00 00 00",
            email="recouvrement@example.mc",
        ),
        recipient=(f"Société {number} des Hôtels SARL", f"{number} avenue de la Gare", "06000 Nice"),
        language="fr",
        place="Monaco",
        dated=date(2026, 11, 23),
        reference=f"C{number:05d}",
        subject=f"Rappel : relevé du compte C{number:05d}",
        body=_BODY,
        currency="EUR",
        items=items,
        closing=_CLOSING,
        customer_code=f"C{number:05d}",
    )


_BODY = (
    "Madame, Monsieur,",
    "Sauf erreur ou omission, le règlement des sommes détaillées ci-après ne nous est pas parvenu.",
    "Nous vous remercions de bien vouloir nous les régler sous huit jours.",
)
_CLOSING = (
    "Si votre paiement a été émis entre-temps, ce message est sans objet et nous vous en remercions.",
    "Nous vous prions d’agréer, Madame, Monsieur, l’expression de nos salutations distinguées.",
)


def _by_weasyprint(letter: Any) -> bytes:
    """The same words and figures, laid out in HTML."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    from weasyprint import HTML

    from exigible.kernel.money import format_amount

    rows = "".join(
        f"<tr><td>{item.document}<td>{item.issued_on:%d/%m/%Y}<td>{item.due_on:%d/%m/%Y}"
        f"<td>{item.days_late} j<td>{format_amount(item.open_minor, letter.currency)}"
        for item in letter.items
    )
    html = f"""<html lang="fr"><style>@page {{ size: A4; margin: 20mm }} body {{ font: 9.5pt sans-serif }}
        table {{ width: 100%; border-collapse: collapse }} td {{ border-bottom: 1px solid #ccc }}
        .to {{ margin: 30mm 0 15mm 90mm }}</style>
        <p>{_lines((letter.sender.name, *letter.sender.address))}<p class=to>{_lines(letter.recipient)}
        <p>{letter.place}, {letter.dated:%d/%m/%Y}<h4>{letter.subject}</h4>{_paragraphs(letter.body)}
        <table>{rows}<tr><td colspan=4>Net<td>{format_amount(letter.net_minor, letter.currency)}</table>
        {_paragraphs(letter.closing)}<p>{_lines(letter.sender.signature)}</html>"""
    return HTML(string=html).write_pdf()


def _lines(texts: Sequence[str]) -> str:
    return "<br>".join(texts)


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{text}" for text in texts)


def _measure_run(count: int, reference: float) -> None:
    """A run of that many letters as it is sent: amounts read again, files on the disk, timeline written."""
    from bench.morning_run import make_books
    from exigible.dunning.services import approve, propose_run, send_run
    from exigible.ledger.models import Company, Customer, Pause

    company, today = make_books(count)
    Company.objects.filter(pk=company.pk).update(address="2 rue Basse", city="Nice")
    Customer.objects.filter(company=company).update(
        email="", address="1 rue Haute", country="FR", is_insolvent=False
    )
    Pause.objects.filter(company=company).delete()
    run = propose_run(company=company, on=today, by=None)
    approve(run=run, by=None)
    times: dict[str, float] = {}
    with clock(times, "run"):
        report = send_run(run=run, by=None, early=True)
    sent = report.states["sent"]
    line(f"a run of {sent:,} letters sent", times["run"], reference=reference, note=_rate(sent, times["run"]))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
