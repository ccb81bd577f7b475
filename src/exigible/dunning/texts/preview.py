"""A template on a real customer, before it is saved: what would be written to it. Nothing is stored or sent.

With nothing due at that step, or asked for a situation that the customer is not in, items are invented, and
the page says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.db.models import QuerySet

from exigible.documents.email import EmailBody, InlinePicture, inline_logo, render_email
from exigible.documents.model import Letter, Sender
from exigible.dunning.answers import Answers, read_answers
from exigible.dunning.cases import Case, signed
from exigible.dunning.heard import Heard
from exigible.dunning.models import Action, Policy, Run
from exigible.dunning.papers import letter_of, values_of
from exigible.dunning.rules import LEVELS, Step, is_still_true
from exigible.dunning.texts.notes import disputed_values, note_values
from exigible.dunning.texts.parts import WITHOUT_ITEMS, Key, Words, email_wording, letter_wording
from exigible.dunning.texts.sms import plain
from exigible.dunning.texts.versions import Voices
from exigible.dunning.wording import fill_line
from exigible.ledger.models import Company, Customer, OpenItem
from exigible.negotiation.rules import PromiseFacts, Standing, State
from exigible.positions.parties import sender_of

SITUATIONS: Final = ("as-is", "items-1", "items-8", "items-60", "credit", "interest")
_NUMBERS: Final = {"items-1": 1, "items-8": 8, "items-60": 60}
_FEW: Final = 3


@dataclass(frozen=True)
class TrialCase(Case):
    """A case that is no message: a promise is invented for the words that speak of a broken one."""

    @property
    def broken(self) -> Standing | None:
        if self.step.tone != "broken_promise":
            return None
        known = [s for s in self.answers.standings.get(self.account, ()) if s.state is State.BROKEN]
        return known[-1] if known else _invented_promise(self)


@dataclass(frozen=True)
class Trial:
    """The words on one customer: each way of writing, and the values that stand in them."""

    email: Letter
    letter: Letter
    sms: str
    values: dict[str, str]
    is_invented: bool

    @property
    def body(self) -> EmailBody:
        return render_email(self.email)

    @property
    def logo(self) -> InlinePicture | None:
        return inline_logo(self.email.sender)


def try_words(
    *, company: Company, customer: Customer, key: Key, words: Words, situation: str, today: date
) -> Trial:
    """The words of a template as `customer` would read them today. The words must have no fault of form."""
    case, is_invented = _case(company, customer, key, situation, today)
    is_note = key.tone in WITHOUT_ITEMS
    values = _note_values(case) if is_note else values_of(case)
    return Trial(
        email=letter_of(case, email_wording(words), values),
        letter=letter_of(case, letter_wording(words), values),
        sms=plain(fill_line(words.sms, values)),
        values=values,
        is_invented=is_invented,
    )


def suggested_customer(customers: QuerySet[Customer], company: Company, tone: str) -> Customer | None:
    """One that has this step now, or had it last; else whoever owes the oldest item; else anyone."""
    known = Action.objects.filter(company=company, customer__in=customers)
    action = (
        known.filter(step=tone).order_by("-run_id", "pk").select_related("customer__collector").first()
        or known.order_by("-run_id", "pk").select_related("customer__collector").first()
    )
    if action is not None:
        return action.customer
    chosen = customers.select_related("collector")
    owing = OpenItem.objects.filter(company=company, customer__in=customers, open_minor__gt=0)
    oldest = owing.order_by("due_on", "pk").values_list("customer", flat=True).first()
    return chosen.filter(pk=oldest).first() if oldest else chosen.order_by("sort_name").first()


def _case(
    company: Company, customer: Customer, key: Key, situation: str, today: date
) -> tuple[TrialCase, bool]:
    step = _step(key.tone, with_charges=situation == "interest")
    open_items = list(
        OpenItem.objects.filter(company=company, customer=customer).exclude(open_minor=0).order_by("due_on")
    )
    due = [i for i in open_items if i.open_minor > 0 and is_still_true(step, i.due_on, today)]
    currency = due[0].currency if due else company.currency
    mine = [item for item in open_items if item.currency == currency]
    answers = read_answers(company, today, [customer.pk])
    is_invented = key.tone not in WITHOUT_ITEMS and (situation != "as-is" or not due)
    if is_invented:
        mine, answers = _invented(company, customer, currency, step, situation, today), Answers()
    case = TrialCase(
        action=_action(company, customer, key, currency, today, open_items if not is_invented else ()),
        step=step,
        all_items=[item for item in mine if item.open_minor > 0],
        open_items=mine,
        answers=answers,
        seen_minor=0,
        heard=Heard(),
        rests={},
        dated=today,
        sender=_signed_for(key.tone, company, customer),
        voices=Voices([company]),
    )
    return case, is_invented


def _signed_for(tone: str, company: Company, customer: Customer) -> Sender:
    """A note is signed in its own words, and by nobody else."""
    sender = signed(sender_of(company), customer)
    return replace(sender, signature=()) if tone in WITHOUT_ITEMS else sender


def _step(tone: str, *, with_charges: bool) -> Step:
    days = -5 if tone == "courtesy" else 30
    claims = with_charges or tone in ("formal_notice", "last_before_action")
    return Step(tone, LEVELS.get(tone, 1), days, "email", tone, claims_charges=claims)


def _action(
    company: Company, customer: Customer, key: Key, currency: str, today: date, items: Sequence[OpenItem]
) -> Action:
    sent = Action.objects.filter(company=company, customer=customer, state=Action.State.SENT)
    last = sent.order_by("-run__day").values_list("run__day", flat=True).first() if items else None
    previous = last or (None if items or key.tone == "courtesy" else today - timedelta(days=14))
    return Action(
        company=company,
        run=Run(company=company, day=today),
        customer=customer,
        policy=Policy(company=company),
        step=key.tone,
        language=key.language,
        currency=currency,
        reason_params={"previous_on": previous.isoformat()} if previous else {},
    )


def _invented(
    company: Company, customer: Customer, currency: str, step: Step, situation: str, today: date
) -> list[OpenItem]:
    """Items of believable numbers, dates and amounts; ids below zero belong to no item."""
    count = _NUMBERS.get(situation, _FEW)
    made = [
        _item(company, customer, currency, rank, is_late=step.days > 0, today=today) for rank in range(count)
    ]
    if situation != "credit":
        return made
    credit = _like(made[0], pk=-count - 1, number="AV-0007", kind="credit_note", minor=-25_000)
    return [*made, credit]


def _item(
    company: Company, customer: Customer, currency: str, rank: int, *, is_late: bool, today: date
) -> OpenItem:
    due_on = today - timedelta(days=35 + 3 * rank) if is_late else today + timedelta(days=5)
    minor = 84_250 + 13_790 * ((rank * 7) % 11)
    return OpenItem(
        pk=-rank - 1,
        company=company,
        customer=customer,
        currency=currency,
        document_type="invoice",
        document_number=f"FA-{due_on:%y%m}-{101 + rank:04d}",
        label="",
        issued_on=due_on - timedelta(days=30),
        due_on=due_on,
        amount_minor=minor,
        open_minor=minor,
        installment=1,
        order_number="",
    )


def _like(item: OpenItem, *, pk: int, number: str, kind: str, minor: int) -> OpenItem:
    """An invented item like another, of another kind."""
    return OpenItem(
        pk=pk, company=item.company, customer=item.customer, currency=item.currency, document_type=kind,
        document_number=number, label="", issued_on=item.issued_on, due_on=item.due_on, amount_minor=minor,
        open_minor=minor, installment=1, order_number="",
    )  # fmt: skip


def _invented_promise(case: Case) -> Standing:
    due_on = case.dated - timedelta(days=6)
    facts = PromiseFacts(0, due_on - timedelta(days=10), due_on, case.gross_minor, frozenset())
    return Standing(facts, State.BROKEN, 0, due_on + timedelta(days=3))


def _note_values(case: Case) -> dict[str, str]:
    """What a note may name; the dispute is invented, so that the words about it are seen."""
    known = note_values(case.company, case.customer, case.language, case.dated)
    if case.step.tone != "dispute_received":
        return known
    item = _item(case.company, case.customer, case.action.currency, 0, is_late=True, today=case.dated)
    return known | disputed_values(item.amount_minor // 3, item.currency, item.document_number, case.language)
