"""The call sheet as it is printed: the same facts as on the screen, worded for who calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.calls.rules import PARTS, Outcome
from exigible.calls.sheet import Sheet, Standing
from exigible.calls.wording import outcome_words
from exigible.documents.callsheet import CallAccount, CallLine, CallPaper
from exigible.documents.model import Language
from exigible.language import formats
from exigible.ledger.models import Contact
from exigible.positions.parties import sender_of
from exigible.team.scope import Scope
from exigible.web.customer_answers import PromiseRow
from exigible.web.customer_file import OpenLine
from exigible.web.forms_customer import ROLES


def paper_of(scope: Scope, sheet: Sheet) -> CallPaper:
    """A call sheet to be printed, in the reader's language."""
    language: Language = "en" if formats.language() == "en" else "fr"
    return CallPaper(
        sender=sender_of(scope.company),
        language=language,
        dated=timezone.localdate(),
        customer=sheet.customer.name,
        customer_code=sheet.customer.code,
        numbers=tuple(_numbers(sheet)),
        facts=tuple(_facts(sheet)),
        accounts=tuple(account_paper(standing) for standing in sheet.standings),
        said=tuple((formats.day(entry.on), entry.what, entry.words) for entry in sheet.said),
        script=tuple(getattr(sheet.words, part) for part in PARTS),
        objections=tuple((one.excuse, one.answer) for one in sheet.words.objections),
        ends=tuple(outcome_words(outcome) for outcome in Outcome),
    )


def _numbers(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for reach in sheet.reaches:
        if not reach.is_wrong:
            yield _who(reach.contact), reach.number.shown


def _who(contact: Contact | None) -> str:
    if contact is None:
        return _("Switchboard")
    return f"{contact.name}, {dict(ROLES)[contact.role]}"


def _facts(sheet: Sheet) -> Iterator[str]:
    yield from filter(None, (sheet.step, sheet.unreached))
    yield from promise_facts(sheet.broken, sheet.running)
    if sheet.best:
        yield " ".join((_("Best hour:"), sheet.best))


def promise_facts(broken: Iterable[PromiseRow], running: Iterable[PromiseRow]) -> Iterator[str]:
    """The promises that were not kept, and those that run, as sentences."""
    for row in broken:
        promise = row.promise
        said = _("%(amount)s promised for %(day)s, %(received)s came in")
        yield said % {
            "amount": formats.money(promise.amount_minor, promise.currency, with_symbol=True),
            "day": formats.day(promise.due_on),
            "received": formats.money(row.standing.received_minor, promise.currency, with_symbol=True),
        }
    for row in running:
        promise = row.promise
        amount = formats.money(promise.amount_minor, promise.currency, with_symbol=True)
        yield _("%(amount)s promised for %(day)s") % {"amount": amount, "day": formats.day(promise.due_on)}


def account_paper(standing: Standing) -> CallAccount:
    """What a customer owes in one currency, as a sheet prints it."""
    currency = standing.currency
    sums = (
        (_("Not due"), standing.not_due_minor),
        (_("Unallocated"), standing.unallocated_minor),
        (_("In dispute"), standing.disputed_minor),
        (_("Promised"), standing.promised_minor),
    )
    more = tuple(
        f"{name} {formats.money(minor, currency, with_symbol=True)}" for name, minor in sums if minor
    )
    return CallAccount(currency, tuple(_line(line, currency) for line in standing.lines), more)


def _line(line: OpenLine, currency: str) -> CallLine:
    return CallLine(
        line.name or line.item.document_number, line.due_on, line.days, line.left_minor, _note(line, currency)
    )


def _note(line: OpenLine, currency: str) -> str:
    said = []
    if line.disputed_minor:
        said.append(_("%(amount)s contested") % {"amount": formats.money(line.disputed_minor, currency)})
    if line.promised_minor:
        words = {"amount": formats.money(line.promised_minor, currency), "day": formats.day(line.promised_on)}
        said.append(_("%(amount)s promised for %(day)s") % words)
    return ", ".join(said)
