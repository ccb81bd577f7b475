"""What the screen shows of a mail: its row in the list, and its pane with the act that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _

from exigible.inbox.answering import may_reopen
from exigible.inbox.finding import candidates_of
from exigible.inbox.forms import HoldForm, NewContactForm, filled_dispute, filled_promise, filled_request
from exigible.inbox.models import Attachment, DeadAddress, Mail
from exigible.inbox.proposing import (
    ACTS,
    Account,
    absent_until,
    instalments_of,
    proposed_act,
    read_account,
)
from exigible.inbox.queries import SeenLine, dead_address_of, seen_lines
from exigible.inbox.wording import found_sentence, kind_name, outcome_sentence, verdict_sentence
from exigible.language import formats
from exigible.ledger.models import Contact, Customer, OpenItem
from exigible.team.rules import Right
from exigible.team.scope import Scope

KEYS: Final = {
    "promise": "p", "paid": "y", "dispute": "l", "request": "d", "contact": "c", "away": "b", "bounced": "v",
    "read": "n",
}  # fmt: skip
ICONS: Final = {
    "promise": "promise", "paid-already": "cash", "dispute": "dispute", "request": "file",
    "out-of-office": "calendar", "contact-change": "user", "other": "mail",
}  # fmt: skip
MOST_MARKED: Final = 12
LONGEST_SHOWN: Final = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """A mail in the list."""

    mail: Mail
    kind: str
    symbol: str
    outcome: str
    url: str
    undo_url: str


@dataclass(slots=True)
class Choice:
    """An act that may be chosen: its key, its name, whether it is the one shown and the one proposed."""

    act: str
    key: str
    label: str
    is_current: bool
    is_proposed: bool


@dataclass(slots=True)
class Pane:
    """All that the right pane shows of a mail."""

    row: Row
    verdict: str
    found: str
    words: list[tuple[str, bool]]
    """The sender's words in pieces, and which of them decided."""
    why: list[str]
    rest: str
    attachments: Sequence[Attachment]
    may_act: bool
    mistake: str = ""
    candidates: Sequence[Customer] = ()
    choices: list[Choice] = field(default_factory=list)
    act: str = ""
    form: Form | None = None
    confirm: str = ""
    items: Sequence[OpenItem] = ()
    item: OpenItem | None = None
    others: Sequence[OpenItem] = ()
    seen: Sequence[SeenLine] = ()
    dead: DeadAddress | None = None
    note: str = ""

    @property
    def mail(self) -> Mail:
        return self.row.mail

    @property
    def waits(self) -> bool:
        return self.mail.state == Mail.State.WAITING


def row_of(scope: Scope, mail: Mail) -> Row:
    code = scope.company.code
    may_undo = scope.may(Right.COLLECT) and not scope.is_past and may_reopen(mail)
    return Row(
        mail,
        kind_name(mail),
        "warning" if mail.bounce else ICONS.get(mail.kind, "mail"),
        outcome_sentence(mail),
        reverse("inbox-mail", args=[code, mail.pk]),
        reverse("inbox-reopen", args=[code, mail.pk]) if may_undo else "",
    )


def pane_of(
    scope: Scope, mail: Mail, *, act: str = "", item: str = "", form: Form | None = None, mistake: str = ""
) -> Pane:
    """The pane of a mail, with the form of `act`, else of the act that is proposed.

    `item` is the key of the due item that a dispute is about; `form` one that was sent and is wrong.
    """
    pane = Pane(
        row=row_of(scope, mail),
        verdict=verdict_sentence(mail),
        found=found_sentence(mail),
        words=marked(mail.words[:LONGEST_SHOWN], list(_deciding(mail))),
        why=[hit["words"] for hit in mail.why if hit["place"] < 0 and not mail.bounce][:3],
        rest="\n\n".join(filter(None, (mail.signature, mail.quoted)))[:LONGEST_SHOWN],
        attachments=list(mail.attachments.order_by("place")),
        may_act=scope.may(Right.COLLECT) and not scope.is_past,
        mistake=mistake,
    )
    pane.dead = dead_address_of(mail) if mail.bounce else None
    if not pane.waits:
        return pane
    if mail.customer is None:
        visible = {customer.pk for customer in scope.customers().filter(pk__in=_ids(candidates_of(mail)))}
        pane.candidates = [customer for customer in candidates_of(mail) if customer.pk in visible]
    elif pane.may_act:
        _offer(scope, pane, mail.customer, act, item, form)
    return pane


def _deciding(mail: Mail) -> Iterator[str]:
    """The words that decided: of a promise its days and amounts first, then those of the rules."""
    for part in instalments_of(mail) if mail.kind == "promise" else ():
        yield from part["words"]
    yield from (hit["words"] for hit in mail.why if hit["place"] >= 0)


def _ids(customers: Iterable[Customer]) -> list[int]:
    return [customer.pk for customer in customers]


def _offer(scope: Scope, pane: Pane, customer: Customer, act: str, item: str, form: Form | None) -> None:
    """The acts, and the form of the one that is shown."""
    customer.company = scope.company
    proposed = proposed_act(pane.mail)
    pane.act = act if act in ACTS else proposed
    labels = act_names()
    pane.choices = [
        Choice(one, KEYS[one], labels[one], one == pane.act, one == proposed)
        for one in ACTS
        if one != "bounced" or pane.mail.bounce
    ]
    pane.confirm = confirm_names().get(pane.act, "")
    fill = {
        "promise": _fill_promise, "dispute": _fill_dispute, "paid": _fill_hold, "request": _fill_request,
        "contact": _fill_contact, "away": _fill_absence, "bounced": _fill_bounce,
    }.get(pane.act)  # fmt: skip
    if fill:
        fill(scope, pane, customer, item)
    pane.form = form or pane.form


def _fill_promise(scope: Scope, pane: Pane, customer: Customer, _item: str) -> None:
    pane.form = filled_promise(scope, pane.mail, read_account(pane.mail, customer))


def _fill_dispute(_scope: Scope, pane: Pane, customer: Customer, item: str) -> None:
    account = read_account(pane.mail, customer)
    pane.items = account.items
    pane.item = disputed_item(account, item)
    if pane.item is None:
        pane.note = _("No due item is open: nothing can be contested.")
        return
    pane.others = [one for one in account.named if one != pane.item and account.contestable(one)]
    pane.form = filled_dispute(pane.mail, account, pane.item)


def disputed_item(account: Account, key: str) -> OpenItem | None:
    """The item asked for, else the first that the mail names, else the oldest that is open."""
    by_key = {str(one.pk): one for one in account.items}
    return by_key.get(key) or next(iter((*account.named, *account.items)), None)


def _fill_hold(scope: Scope, pane: Pane, customer: Customer, _item: str) -> None:
    pane.form = HoldForm(mail=pane.mail, customer=customer)
    amounts = [(minor, currency) for minor, currency in pane.mail.details.get("amounts", [])]
    account = read_account(pane.mail, customer)
    amounts += [(one.open_minor, one.currency) for one in account.named]
    pane.seen = seen_lines(scope.company, customer.pk, amounts)
    pane.note = "" if pane.seen else _("Nothing that waits on the bank seems to be this payment.")


def _fill_request(_scope: Scope, pane: Pane, customer: Customer, _item: str) -> None:
    pane.form = filled_request(pane.mail, customer)


def _fill_contact(_scope: Scope, pane: Pane, customer: Customer, _item: str) -> None:
    pane.form = NewContactForm(mail=pane.mail, contacts=present_contacts(customer))


def present_contacts(customer: Customer) -> list[Contact]:
    return list(Contact.objects.filter(customer=customer, left_on=None).order_by("name", "pk"))


def _fill_absence(_scope: Scope, pane: Pane, _customer: Customer, _item: str) -> None:
    until = absent_until(pane.mail)
    known = _("Away until {day}: reminders go on.").format(day=formats.day(until)) if until else ""
    pane.note = known or _("Noted in the history; it is no answer, and reminders go on.")


def _fill_bounce(_scope: Scope, pane: Pane, customer: Customer, _item: str) -> None:
    if pane.dead is None:
        pane.note = _("Noted in the history; reminders go on as before.")
    elif customer.address:
        pane.note = _("No reminder is written to {address} any more: the next one is a letter.").format(
            address=pane.dead.address
        )
    else:
        pane.note = _(
            "No reminder is written to {address} any more, and there is no postal address: find another one."
        ).format(address=pane.dead.address)


def act_names() -> dict[str, str]:
    """What may be made of a mail."""
    return {
        "promise": _("Promise"),
        "paid": _("Says it was paid"),
        "dispute": _("Dispute"),
        "request": _("Request"),
        "contact": _("Contact"),
        "away": _("Away"),
        "bounced": _("Came back"),
        "read": _("Nothing to do"),
    }


def confirm_names() -> dict[str, str]:
    """What the button says that does it."""
    return {
        "promise": _("Note the promise"),
        "paid": _("Let reminders rest"),
        "dispute": _("Note the dispute"),
        "request": _("Note the request"),
        "contact": _("Add the contact"),
        "away": _("Note the absence"),
        "bounced": _("Seen"),
        "read": _("Read, nothing to do"),
    }


def marked(text: str, phrases: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, those that decided marked; overlapping ones are one."""
    spans = sorted(span for phrase in phrases[:MOST_MARKED] if (span := _place(text, phrase)))
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in spans:
        if end <= at:
            continue
        pieces += [(text[at : max(at, start)], False), (text[max(at, start) : end], True)]
        at = end
    return [(piece, is_marked) for piece, is_marked in [*pieces, (text[at:], False)] if piece]


def _place(text: str, phrase: str) -> tuple[int, int] | None:
    """Where a phrase stands, its spaces and line ends being alike."""
    words = phrase.split()
    if not words:
        return None
    found = re.search(r"\s+".join(map(re.escape, words)), text)
    return found.span() if found else None
