"""The right pane: one payment, what may explain it, and the open items it may pay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from exigible.cash.deciding import answer_for, explanation_json, policy_of
from exigible.cash.exchange import told_worth
from exigible.cash.facts import text_of
from exigible.cash.forms import ASIDE, DISPUTE
from exigible.cash.models import CashPolicy, Match
from exigible.cash.queries import answers_of, currencies_of, items_by_id, open_items, refusals_of
from exigible.cash.rules.numbers import named_in, words_of
from exigible.cash.rules.remainders import share_of
from exigible.cash.views.advice import advice_shown
from exigible.cash.views.naming import names_of
from exigible.cash.views.originals import originals_shown
from exigible.cash.views.rows import rows_of, state_of
from exigible.cash.views.shown import Answer, ItemRow, Paid, Pane, Remainder, Wish
from exigible.cash.wording import answer_words, percent, reason_sentence, why_aside
from exigible.kernel.ageing import days_overdue
from exigible.ledger.models import BankLine, Customer, OpenItem
from exigible.team.rules import Right
from exigible.team.scope import Scope

MOST_ITEMS: Final = 200
REMAINDERS: Final = (
    ("keep_open", "g"),
    (DISPUTE, "l"),
    ("write_off", "p"),
    ("charge", "f"),
    ("discount", "e"),
    ("withholding", "r"),
    ("exchange", "t"),
    ("on_account", "c"),
)


def pane_of(scope: Scope, line: BankLine, wish: Wish | None = None, mistake: str = "") -> Pane:
    """All that the right pane shows of a payment."""
    wish = wish or Wish()
    pane = Pane(rows_of(scope, [line])[0], mistake=mistake, number=wish.number, share=wish.share)
    pane.reasons_aside = [(why, why_aside(why)) for why in ASIDE]
    if state_of(line) != "todo":
        pane.documents = _documents(scope, line)
        return pane
    pane.is_return = line.left_minor < 0 and (wish.as_ or ("return" if line.is_return else "")) == "return"
    if pane.is_return:
        pane.originals = originals_shown(scope, line, wish.number)
        return pane
    answers = answers_of(line, refusals_of([line]))
    items = _items_of(scope, [one for _rank, one in answers])
    chosen = _chosen(line, answers, wish)
    pane.customer = _customer(scope, line, answers, chosen, wish)
    if chosen is None and wish.customer is not None and pane.customer is not None and line.left_minor > 0:
        found = answer_for(line, pane.customer)
        chosen = explanation_json(found) if found else None
    pane.advice = advice_shown(scope, line, pane.customer)
    _show_answers(scope, pane, answers, items, chosen)
    if pane.customer is not None:
        _choose_currency(scope, pane, wish)
        _show_items(scope, pane, chosen, items, wish)
    proposed = chosen["remainder_as"] if chosen and chosen["allocations"] else ""
    pane.remainders = _remainders(scope, pane, proposed)
    return pane


def _choose_currency(scope: Scope, pane: Pane, wish: Wish) -> None:
    """Items in the payment's own currency; where the customer has none, in that which the payer ordered in,
    else in one that it has; or as asked for."""
    assert pane.customer is not None
    line = pane.line
    if line.left_minor < 0:
        return
    found = currencies_of(scope, pane.customer.pk)
    others = [code for code in found if code != line.currency]
    pane.currencies = [line.currency, *others]
    preferred = [code for code in others if code == line.instructed_currency] or others
    wanted = wish.currency if wish.currency in pane.currencies else ""
    pane.items_currency = wanted or (
        preferred[0] if preferred and line.currency not in found else line.currency
    )
    if pane.is_foreign:
        pane.told_minor = told_worth(line, line.left_minor, pane.currency)
        pane.rate, pane.typed_worth = wish.rate, wish.worth


def _documents(scope: Scope, line: BankLine) -> list[Paid]:
    match: Match | None = getattr(line, "match", None)
    paid = dict(match.explanations[0]["allocations"]) if match and match.explanations else {}
    items = items_by_id(scope, paid) if paid else []
    names = names_of(items)
    return [Paid(item, paid[item.pk], names[item.pk]) for item in items]


def _items_of(scope: Scope, answers: Sequence[dict[str, Any]]) -> dict[int, OpenItem]:
    ids = {item for one in answers for item, _amount in one["allocations"]}
    return {item.pk: item for item in items_by_id(scope, ids)} if ids else {}


def _chosen(
    line: BankLine, answers: Sequence[tuple[int, dict[str, Any]]], wish: Wish
) -> dict[str, Any] | None:
    """The explanation whose items are ticked: the one asked for, else the one that is proposed."""
    if wish.customer is not None and wish.rank is None:
        return next((one for _rank, one in answers if one["customer"] == wish.customer), None)
    if wish.rank is not None:
        return next((one for rank, one in answers if rank == wish.rank), None)
    match: Match | None = getattr(line, "match", None)
    is_proposed = match is not None and match.status == Match.Status.PROPOSED
    return answers[0][1] if answers and is_proposed else None


def _customer(
    scope: Scope,
    line: BankLine,
    answers: Sequence[tuple[int, dict[str, Any]]],
    chosen: dict[str, Any] | None,
    wish: Wish,
) -> Customer | None:
    """Whose items are shown: nobody's where the answers are of several customers and none is chosen."""
    match: Match | None = getattr(line, "match", None)
    wanted = wish.customer if wish.customer is not None else chosen["customer"] if chosen else None
    if wanted is None:
        of_answers = {one["customer"] for _rank, one in answers}
        if len(of_answers) > 1:
            return None
        wanted = next(iter(of_answers), match.customer_id if match and not answers else None)
    return scope.customers().filter(pk=wanted).first() if wanted is not None else None


def _show_answers(
    scope: Scope,
    pane: Pane,
    answers: Sequence[tuple[int, dict[str, Any]]],
    items: Mapping[int, OpenItem],
    chosen: dict[str, Any] | None,
) -> None:
    match: Match | None = getattr(pane.line, "match", None)
    if match is None:
        return
    is_proposed = match.status == Match.Status.PROPOSED
    pane.is_undecided = bool(answers) and chosen is None
    if not is_proposed:
        names = {item.customer_id: item.customer.name for item in items.values()}
        missing = {one["customer"] for _rank, one in answers} - names.keys()
        if missing:
            names |= dict(scope.customers().filter(pk__in=missing).values_list("pk", "name"))
        shown = [pair for pair in answers if pair[1]["customer"] in names]
        with_items = [pair for pair in shown if pair[1]["allocations"]]
        called = names_of(items.values())
        pane.answers = [
            _answer(pane, place, rank, one, items, names, called, is_chosen=one is chosen)
            for place, (rank, one) in enumerate(with_items or shown, 1)
        ]
    if is_proposed and chosen is not None:
        pane.certainty = percent(match.probability) if chosen["allocations"] else ""
        pane.reasons = _reasons(pane, [*chosen["reasons"], *match.reasons])
    else:
        pane.reasons = _reasons(pane, match.reasons)


def _answer(
    pane: Pane,
    place: int,
    rank: int,
    one: dict[str, Any],
    items: Mapping[int, OpenItem],
    names: Mapping[int, str],
    called: Mapping[int, str],
    *,
    is_chosen: bool,
) -> Answer:
    return Answer(
        rank,
        str(place),
        names[one["customer"]],
        answer_words(one, pane.line.currency),
        [Paid(items[item], amount, called[item]) for item, amount in one["allocations"] if item in items],
        _reasons(pane, one["reasons"]),
        is_chosen,
    )


def _reasons(pane: Pane, reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """In words; where a list is attached, what is named may be named by it."""
    codes = {"named": "named-listed"} if pane.advice else {}
    said = (
        reason_sentence(codes.get(one["code"], one["code"]), one["params"], pane.line.currency)
        for one in reasons
    )
    return list(dict.fromkeys(said))


def _show_items(
    scope: Scope, pane: Pane, chosen: dict[str, Any] | None, known: Mapping[int, OpenItem], wish: Wish
) -> None:
    """The items of the answer first, then what the text names, then the rest as it falls due."""
    assert pane.customer is not None
    line, customer = pane.line, pane.customer
    wanted = dict(chosen["allocations"]) if chosen and not pane.is_foreign else {}
    open_now = open_items(scope, customer.pk, pane.currency, wish.number)
    if pane.is_refund:
        open_now = open_now.filter(open_minor__lt=0)
    found = list(open_now[: MOST_ITEMS + 1])
    pane.has_more = len(found) > MOST_ITEMS or bool(wish.number)
    kept = {item.pk: item for item in items_by_id(scope, wish.ticked)} if wish.ticked else {}
    items = {item.pk: item for item in found[:MOST_ITEMS]} | kept
    items |= {pk: item for pk, item in known.items() if _is_shown(item, customer, wanted)}
    items = {pk: item for pk, item in items.items() if item.currency == pane.currency}
    gone = [pk for pk, amount in wanted.items() if pk not in items or not _is_open(items[pk], amount)]
    gone_names = names_of(known.values())
    pane.gone = [gone_names[pk] for pk in gone if pk in known]
    listed = "\n".join(row.number for row in pane.advice.rows) if pane.advice else ""
    text = "\n".join((text_of(line), listed))
    named = named_in(words_of(text), [item.document_number for item in items.values()])
    called = names_of(items.values())
    rows = [
        _item_row(item, wanted, wish, item.document_number in named, customer, scope.as_of, called[item.pk])
        for item in items.values()
        if item.open_minor
    ]
    pane.items = sorted(rows, key=lambda row: _turn(row, known))


def _is_shown(item: OpenItem, customer: Customer, wanted: Mapping[int, int]) -> bool:
    return bool(item.open_minor) and (item.customer_id == customer.pk or item.pk in wanted)


def _is_open(item: OpenItem, amount: int) -> bool:
    return (amount > 0) == (item.open_minor > 0) and abs(amount) <= abs(item.open_minor)


def _item_row(
    item: OpenItem,
    wanted: Mapping[int, int],
    wish: Wish,
    is_named: bool,
    customer: Customer,
    today: date,
    name: str,
) -> ItemRow:
    amount = wanted.get(item.pk)
    is_wanted = amount is not None and _is_open(item, amount)
    return ItemRow(
        item,
        amount if amount is not None and is_wanted else item.open_minor,
        item.pk in wish.ticked if wish.ticked or wish.number else is_wanted,
        is_named,
        "" if item.customer_id == customer.pk else item.customer.name,
        days_overdue(item.due_on, today),
        name,
    )


def _turn(row: ItemRow, known: Mapping[int, OpenItem]) -> tuple[bool, bool, bool, date, int]:
    is_likely = row.item.pk in known
    return (not row.is_ticked, not is_likely, not row.is_named, row.item.due_on, row.item.pk)


def caps_of(scope: Scope, policy: CashPolicy, currency: str, worth_minor: int) -> dict[str, int]:
    """The most that a person who may not approve closes of a payment that is worth so much in a currency.

    Charges and small differences in another currency than the company's: nothing.
    """
    if scope.may(Right.APPROVE):
        return {}
    ours = currency == scope.company.currency
    return {
        "write_off": policy.small_difference_minor if ours else 0,
        "charge": policy.charge_cap_minor if ours else 0,
        "exchange": share_of(abs(worth_minor), policy.exchange_cap),
    }


def _remainders(scope: Scope, pane: Pane, chosen: str) -> list[Remainder]:
    if pane.line.left_minor < 0:
        both = (("keep_open", "g", _("keep the rest open")), ("on_account", "c", _("owed by the customer")))
        return [
            Remainder(code, key, label, code != "on_account", code == chosen) for code, key, label in both
        ]
    labels = {
        "keep_open": _("keep open"),
        DISPUTE: _("dispute"),
        "write_off": _("write off"),
        "charge": _("bank charges"),
        "discount": _("discount"),
        "withholding": _("tax withheld"),
        "exchange": _("exchange difference"),
        "on_account": _("on account"),
    }
    caps = caps_of(scope, policy_of(scope.company), pane.currency, 0)
    caps.pop("exchange", None)  # it goes with the rate, which may still be typed: the act holds to it
    return [
        Remainder(code, key, labels[code], code != "on_account", code == chosen, caps.get(code))
        for code, key in REMAINDERS
        if (code != "exchange" or pane.is_foreign) and (code != DISPUTE or scope.may(Right.COLLECT))
    ]
