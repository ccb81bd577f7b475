"""A carrier's tracking file: each line noted with its letter, or told with its number and what is wrong."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from exigible.intake.readers.problems import Findings
from exigible.intake.readers.table import Cell, open_table
from exigible.kernel.dates import parse_date
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.text import fold
from exigible.ledger.services import lock_books
from exigible.registered.models import RegisteredLetter, StatusEvent
from exigible.registered.rules.numbers import Number, read_number
from exigible.registered.rules.statuses import Status
from exigible.registered.services.following import note_status

LARGEST: Final = 5 * 2**20
MOST_SHOWN: Final = 100

COLUMNS: Final[dict[str, str]] = {
    "number": "numero|n°|no|numero de suivi|n° de suivi|numero d'envoi|n° d'envoi|numero envoi"
    "|numero de l'envoi|numero de recommande|n° de recommande|code suivi|code de suivi|identifiant"
    "|tracking number|tracking|number|item|item number|barcode",
    "on": "date|date evenement|date de l'evenement|date du statut|date statut|date de distribution|event date"
    "|status date",
    "status": "statut|etat|evenement|libelle|libelle evenement|libelle du statut|status|event|description"
    "|event description",
    "said": "signataire|nom du signataire|signe par|commentaire|precision|signed by|signatory|comment",
}
"""Names of columns, folded."""

WORDS: Final[dict[Status, str]] = {
    Status.UNKNOWN_ADDRESS: r"destinataire (inconnu|introuvable)|inconnu a (l'|cette )adresse|npai"
    r"|n'habite pas a l'adresse|adresse (incorrecte|erronee|incomplete)|(addressee|recipient) unknown"
    r"|unknown (at|address|addressee)|unknown_address|wrong address",
    Status.UNCLAIMED: r"non reclame|pas reclame|delai de garde (expire|depasse)|unclaimed|not claimed"
    r"|not collected",
    Status.REFUSED: r"refus",
    Status.RETURNED: r"retour a l'expediteur|retourne|returned|return to sender",
    Status.PRESENTED: r"avise|avis de passage|presente|(premiere|1ere|1re) presentation|destinataire absent"
    r"|first presentation|delivery attempt",
    Status.WAITING: r"en instance|attend|mis a disposition|disponible|a retirer|waiting"
    r"|available for (collection|pickup)|held at",
    Status.DELIVERED: r"distribue|livre|remis au destinataire|remis contre signature|delivered",
    Status.POSTED: r"depose|pris en charge|posted|accepted|acheminement|in transit",
}
"""What carriers write, folded, the first that is found; the post's own words come in many turns."""

NOT_YET: Final = re.compile(r"\b(sera|seront|va|vont|prochainement|cours|prevue?|will|being|to be|out for)\b")
NOT_SO: Final = re.compile(
    r"\b(pas|non|not|prete?)\b.*\b(distribue|livre|remis|deliver)|\b(pas|non|not)\b.{0,15}\bpresent"
)
"""Beside words of an event these say that it is still to come, or did not happen: a person reads on."""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a line was not noted, as a code with the values of its sentence."""

    line: int
    code: str
    found: str
    sentence: str = ""
    params: dict[str, object] = field(default_factory=dict, hash=False)


@dataclass(slots=True)
class TrackingReport:
    """What a file brought: lines noted, known already, of letters that are not ours, and wrong ones."""

    noted: int = 0
    known: int = 0
    foreign: list[str] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)


def import_tracking(
    *, letters: QuerySet[RegisteredLetter], company_id: int, content: bytes, by: int | None
) -> TrackingReport:
    """Note what a carrier's file (CSV or a spreadsheet) says of `letters`; read again, it changes nothing.

    Lines of other letters are counted and left. Raises UnreadableFile, UserMistake("file-too-large") and
    ("no-tracking-columns") where no line names the columns of number, date and status.
    """
    if len(content) > LARGEST:
        raise UserMistake("file-too-large", "The file is over {size} MB.", size=LARGEST // 2**20)
    rows = _rows(content)
    report = TrackingReport()
    with transaction.atomic():
        lock_books(company_id)
        ours = {letter.number: letter for letter in letters.filter(number__in=_numbers(rows))}
        for line, cells in rows:
            _note(line, cells, ours, report, by)
    report.problems.sort(key=lambda problem: problem.line)
    return report


def _rows(content: bytes) -> list[tuple[int, dict[str, Cell]]]:
    """The lines under the names of the columns, in the order of their days: files come newest first too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tracking"
        path.write_bytes(content)
        raw = list(open_table(path).raw_rows(Findings()))
    for at, (_line, cells) in enumerate(raw):
        places = _places(cells)
        if {"number", "on", "status"} <= places.keys():
            return sorted(_named(raw[at + 1 :], places), key=_day_or_last)
    raise UserMistake(
        "no-tracking-columns", "No line names the columns: a number, a date and a status are needed."
    )


def _numbers(rows: Sequence[tuple[int, dict[str, Cell]]]) -> list[str]:
    """The numbers that the file speaks of."""
    found = {read_number(str(cells["number"] or "")) for _line, cells in rows}
    return [number.text for number in found if isinstance(number, Number)]


def _places(cells: Sequence[Cell]) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = fold(str(cell or "")).strip(" :")
        for column, names in COLUMNS.items():
            if name in names.split("|"):
                places.setdefault(column, at)
    return places


def _named(
    raw: Sequence[tuple[int, list[Cell]]], places: dict[str, int]
) -> list[tuple[int, dict[str, Cell]]]:
    return [
        (line, {name: cells[at] if at < len(cells) else None for name, at in places.items()})
        for line, cells in raw
        if any(cell is not None for cell in cells)
    ]


def _day_or_last(row: tuple[int, dict[str, Cell]]) -> tuple[date, int]:
    return _day(row[1]["on"]) or date.max, row[0]


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return parse_date(str(cell or ""))
    except UserMistake:
        return None


def _note(
    line: int,
    cells: dict[str, Cell],
    ours: dict[str, RegisteredLetter],
    report: TrackingReport,
    by: int | None,
) -> None:
    written = str(cells["number"] or "")
    number = read_number(written)
    if isinstance(number, str):
        report.problems.append(LineProblem(line, f"number-{number}", written[:60]))
    elif number.text not in ours:
        report.foreign.append(number.text)
    elif (on := _day(cells["on"])) is None:
        report.problems.append(LineProblem(line, "bad-date", str(cells["on"] or "")[:60]))
    elif (status := status_of(str(cells["status"] or ""))) is None:
        report.problems.append(LineProblem(line, "unknown-words", str(cells["status"] or "")[:60]))
    elif status == Status.POSTED:
        report.known += 1
    else:
        _heard(line, ours[number.text], (status, on), str(cells.get("said") or ""), report, by)


def _heard(
    line: int,
    letter: RegisteredLetter,
    heard: tuple[Status, date],
    said: str,
    report: TrackingReport,
    by: int | None,
) -> None:
    status, on = heard
    try:
        event = note_status(
            letter=letter, status=status, on=on, said=said, source=StatusEvent.Source.FILE, by=by
        )
    except Refused as refusal:
        problem = LineProblem(line, refusal.code, letter.number, refusal.sentence, refusal.params)
        report.problems.append(problem)
    else:
        report.noted += event is not None
        report.known += event is None


def status_of(said: str) -> Status | None:
    """What a carrier's words say of a letter; None where they are not known."""
    folded = fold(said)
    found = next((status for status, words in WORDS.items() if re.search(rf"\b({words})", folded)), None)
    happened = (Status.DELIVERED, Status.PRESENTED, Status.REFUSED, Status.RETURNED)
    is_to_come = found in happened and NOT_YET.search(folded)
    is_denied = found in (Status.DELIVERED, Status.PRESENTED) and NOT_SO.search(folded)
    return None if is_to_come or is_denied else found
