"""The ways in which customers pay: each takes what is free and says what it pays, or finds nothing to pay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bench.cash import rates
from bench.cash.till import Draft, Till, in_full
from bench.cash.world import LAST_DAY, Customer, Item, one_in

Drafts = list[tuple[Draft, date]]
_SMALL = (1, 2, 3, 5, 5, 10, 18, 30, 45, 90)


def _documents(items: Sequence[Item]) -> list[list[Item]]:
    """Invoices, each with all its due dates that are free."""
    by_number: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.open_minor > 0:
            by_number[item.number].append(item)
    return list(by_number.values())


def _one_document(till: Till, customer: Customer, day: date, *, parts: int = 1) -> list[Item]:
    """An invoice that it is time to pay: half of the time the oldest."""
    found = [items for items in _documents(till.owed(customer.id, day)) if len(items) == parts]
    due = [items for items in found if items[0].due_on <= day + timedelta(days=10)] or found
    if not due:
        return []
    return due[0] if one_in(till.rng, 500) else till.rng.choice(due)


def _one_invoice(till: Till, day: date) -> Drafts:
    customer = till.pick()
    items = _one_document(till, customer, day)
    till.take(items)
    return [(in_full("one invoice", customer, items), day)] if items else []


def _one_due_date(till: Till, day: date) -> Drafts:
    customer = till.pick()
    found = [items for items in _documents(till.owed(customer.id, day)) if len(items) > 1]
    if not found:
        return []
    item = till.rng.choice(found)[0]
    till.take([item])
    return [(in_full("one due date of several", customer, [item]), day)]


def _several(till: Till, day: date) -> Drafts:
    """A payment run takes the oldest ones, a person at the bank's site any few."""
    customer = till.pick("some")
    found = _documents(till.owed(customer.id, day))
    number = min(2 + int(till.rng.expovariate(0.5)), 12)
    if len(found) < number:
        return []
    documents = found[:number] if one_in(till.rng, 650) else till.rng.sample(found, number)
    items = [item for document in documents for item in document]
    draft = in_full("several invoices", customer, items)
    if (number > 3 and documents != found[:number]) or number > 6:
        # Who pays many of its own choice says which: its program writes them.
        draft.naming = till.rng.choices(("exact", "last digits", "spaced otherwise"), (6, 3, 1))[0]
    till.take(items)
    return [(draft, day)]


def _all_due(till: Till, day: date) -> Drafts:
    customer = till.pick("some")
    items = [item for item in till.owed(customer.id, day) if item.due_on <= day]
    if (
        not 2 <= len(items) <= 30
        or sum(item.open_minor for item in items) <= 0
        or customer.id in till.in_parts
    ):
        return []
    till.take(items)
    naming = "nothing" if one_in(till.rng, 700) else "exact"
    return [(in_full("all that is due", customer, items, naming=naming), day)]


def _naming(till: Till) -> str:
    return till.rng.choices(("exact", "last digits", "spaced otherwise", "zeros lost"), (70, 15, 10, 5))[0]


def _part(till: Till, day: date) -> Drafts:
    customer = till.pick()
    items = _one_document(till, customer, day)
    if not items or items[0].open_minor < 100_00:
        return []
    owed = items[0].open_minor
    paid = till.rng.choice((owed // 2, owed * 3 // 10, owed // 200_00 * 100_00 or owed // 2, owed * 7 // 10))
    till.take(items)
    draft = Draft(
        "part payment", customer, paid, items, {items[0].id: paid}, owed - paid, "keep_open", _naming(till)
    )
    return [(draft, day)]


def _part_of_several(till: Till, day: date) -> Drafts:
    """The oldest debts first, as the law reads it where the payer says nothing (C. civ. art. 1342-10)."""
    customer = till.pick("some")
    documents = _documents(till.owed(customer.id, day))[:3]
    items = [item for document in documents for item in document]
    total = sum(item.open_minor for item in items)
    paid = total * till.rng.randint(40, 85) // 10_000 * 100
    if len(documents) < 2 or paid < 100_00:
        return []
    allocations, left = {}, paid
    for item in items:
        if left:
            allocations[item.id] = min(left, item.open_minor)
            left -= allocations[item.id]
    till.take(items)
    draft = Draft(
        "part payment of several",
        customer,
        paid,
        items,
        allocations,
        total - paid,
        "keep_open",
        _naming(till),
    )
    return [(draft, day)]


def _in_parts(till: Till, day: date) -> Drafts:
    """Two or three payments of one invoice, some days apart, the last of which closes it."""
    customer = till.pick()
    items = _one_document(till, customer, day)
    if not items or items[0].open_minor < 500_00:
        return []
    item, left = items[0], items[0].open_minor
    found: Drafts = []
    times = till.rng.choice((2, 2, 3))
    for rank in range(times):
        on = min(day + timedelta(days=5 * rank), LAST_DAY)
        paid = left if rank == times - 1 else item.open_minor // times // 100 * 100
        left -= paid
        draft = Draft("one invoice in several payments", customer, paid, items, {item.id: paid}, left,
                      "keep_open" if left else "", _naming(till))  # fmt: skip
        found.append((draft, on))
    till.in_parts.add(customer.id)
    till.take(items)
    return found


def _credit(till: Till, day: date) -> Drafts:
    """One to three invoices less a credit note; half of those who deduct one name it."""
    customer = till.pick("some")
    owed = till.owed(customer.id, day)
    notes = [item for item in owed if item.open_minor < 0]
    documents = [items for items in _documents(owed) if len(items) == 1][: till.rng.choice((1, 1, 2, 3))]
    items = [item for document in documents for item in document]
    if not notes or not items or sum(item.open_minor for item in (*items, notes[0])) <= 0:
        return []
    draft = in_full("credit note deducted", customer, [*items, notes[0]])
    if one_in(till.rng, 500):
        draft.documents = items
    till.take([*items, notes[0]])
    return [(draft, day)]


def _charges(scenario: str, *, is_told: bool) -> Callable[[Till, date], Drafts]:
    def make(till: Till, day: date) -> Drafts:
        customer = till.pick("abroad")
        items = _one_document(till, customer, day)
        charge = till.rng.choice(rates.CHARGES)
        if not items or items[0].open_minor < 20 * charge:
            return []
        till.take(items)
        draft = in_full(scenario, customer, items, short=charge, as_="charge", naming=_naming(till))
        draft.is_told = is_told
        return [(draft, day)]

    return make


def _discount(till: Till, day: date) -> Drafts:
    """An invoice of the last ten days, less two in a hundred; one in six does not name it."""
    return _less_discount(till, day, "discount within its terms", range(1, 11), "discount")


def _late_discount(till: Till, day: date) -> Drafts:
    """The same, weeks too late: what is missing is owed."""
    return _less_discount(till, day, "discount taken too late", range(25, 120), "keep_open")


def _less_discount(till: Till, day: date, scenario: str, ages: range, as_: str) -> Drafts:
    customer = till.pick("discount")
    found = [items for items in _documents(till.owed(customer.id, day)) if len(items) == 1]
    found = [items for items in found if (day - items[0].issued_on).days in ages]
    if not found:
        return []
    item = till.rng.choice(found)[0]
    taken = (item.open_minor * 2 + 50) // 100
    draft = in_full(scenario, customer, [item], short=taken, as_=as_)
    if as_ == "keep_open":
        draft.allocations, draft.naming = {item.id: draft.amount}, _naming(till)
    till.take([item])
    return [(draft, day)]


def _withholding(till: Till, day: date) -> Drafts:
    customer = till.pick("taxed")
    items = _one_document(till, customer, day)
    if not items:
        return []
    taken = (items[0].open_minor * rates.WITHHOLDING_RATE + 50_000) // 100_000
    till.take(items)
    return [
        (in_full("tax kept back", customer, items, short=taken, as_="withholding", naming=_naming(till)), day)
    ]


def _cents(till: Till, day: date) -> Drafts:
    customer = till.pick()
    items = _one_document(till, customer, day)
    if not items:
        return []
    till.take(items)
    short = till.rng.choice(_SMALL)
    return [(in_full("cents short", customer, items, short=short, as_="write_off"), day)]


def _overpaid(till: Till, day: date) -> Drafts:
    customer = till.pick()
    items = _one_document(till, customer, day)
    if not items:
        return []
    more = till.rng.choice((1, 2, 10, 100, items[0].open_minor // 5, items[0].open_minor // 10 + 900, 50_00))
    till.take(items)
    draft = in_full("overpaid", customer, items, naming=_naming(till))
    draft.amount, draft.remainder, draft.remainder_as = draft.amount + more, more, "on_account"
    return [(draft, day)]


def _on_account(
    scenario: str, customer: Customer, amount: int, documents: Sequence[Item], naming: str
) -> Draft:
    return Draft(scenario, customer, amount, documents, {}, amount, "on_account", naming)


def _twice(till: Till, day: date) -> Drafts:
    """An invoice that was paid a few days before, in this account or before it; nine in ten name it."""
    naming = _naming(till) if one_in(till.rng, 900) else "nothing"
    if till.paid_by_name and one_in(till.rng, 500):
        item, line = till.rng.choice(till.paid_by_name)
        on = min(max(day, line.day + timedelta(days=2)), LAST_DAY)
        return [
            (
                _on_account(
                    "paid twice", till.customers[item.customer_id], line.amount_minor, [item], naming
                ),
                on,
            )
        ]
    customer = till.pick("closed")
    if not till.closed[customer.id]:
        return []
    item = till.rng.choice(till.closed[customer.id])
    return [(_on_account("paid twice", customer, item.amount_minor, [item], naming), day)]


def _closed(till: Till, day: date) -> Drafts:
    """Part of an invoice that was written off long ago."""
    customer = till.pick("closed")
    if not till.closed[customer.id]:
        return []
    item = till.rng.choice(till.closed[customer.id])
    draft = _on_account(
        "invoice already closed", customer, item.amount_minor * 6 // 10, [item], _naming(till)
    )
    return [(draft, day)]


def _advance(till: Till, day: date) -> Drafts:
    customer = till.pick()
    draft = _on_account(
        "in advance",
        customer,
        till.rng.randint(2, 80) * 50_00 + till.rng.choice((0, 0, 37_50)),
        (),
        "nothing",
    )
    return [(draft, day)]


def _round_sum(till: Till, day: date) -> Drafts:
    customer = till.pick("some")
    draft = _on_account("round sum on account", customer, till.rng.randint(1, 20) * 500_00, (), "nothing")
    return [(draft, day)]


def _parent(till: Till, day: date) -> Drafts:
    """Three in four parents name what they pay."""
    member = till.pick("member")
    if member.parent_id is None:
        return []
    found = [items for items in _documents(till.owed(member.id, day)) if len(items) == 1]
    items = [item for document in found[: till.rng.choice((1, 1, 2, 3))] for item in document]
    if not items:
        return []
    draft = in_full(
        "parent for subsidiary", member, items, naming=None if one_in(till.rng, 800) else "nothing"
    )
    draft.payer = till.customers[member.parent_id]
    till.take(items)
    return [(draft, day)]


_FACTOR = Customer(0, "", "FACTOFRANCE LITTORAL", ibans=("FR7630001000640000000000900",))
_PROVIDER = Customer(0, "", "PAYLIGHT EUROPE SA", ibans=("FR7630001000640000000000901",))


def _for_many(till: Till, day: date, most: int) -> list[Item]:
    items: list[Item] = []
    for _ in range(till.rng.randint(2, most)):
        document = _one_document(till, till.pick(), day)
        if document:
            till.take(document)
            items += document
    return items


def _factor(till: Till, day: date) -> Drafts:
    items = _for_many(till, day, 8)
    if len({item.customer_id for item in items}) < 2:
        return []
    naming = "exact" if one_in(till.rng, 700) else "last digits"
    draft = in_full("factor for many", till.customers[items[0].customer_id], items, naming=naming)
    draft.payer = _FACTOR
    return [(draft, day)]


def _provider(till: Till, day: date) -> Drafts:
    """The sum of a day's cards less a commission: its report says of which, the line does not."""
    items = _for_many(till, day, 6)
    total = sum(item.open_minor for item in items)
    if len(items) < 2:
        return []
    draft = in_full("payment provider", till.customers[items[0].customer_id], items, short=total * 14 // 1000,
                    as_="charge", naming="nothing")  # fmt: skip
    draft.payer = _PROVIDER
    return [(draft, day)]


_BRANCH = Customer(0, "", "", ibans=("",))


def _cheques(till: Till, day: date) -> Drafts:
    items = _for_many(till, day, 4)
    if not items:
        return []
    draft = in_full("cheques paid in", till.customers[items[0].customer_id], items, naming="nothing")
    draft.payer = _BRANCH
    return [(draft, day)]


def _same_amount(till: Till, day: date) -> Drafts:
    """One of two invoices that are of the same amount, and nothing that says which."""
    customer = till.pick("some")
    found = [items[0] for items in _documents(till.owed(customer.id, day)) if len(items) == 1]
    if len(found) < 2:
        return []
    one, other = till.rng.sample(found, 2)
    _set_amount(other, one.open_minor)
    till.take([one])
    return [(in_full("two invoices of the same amount", customer, [one], naming="nothing"), day)]


def _same_sum(till: Till, day: date) -> Drafts:
    """Two invoices, where two others make the same sum or a third one is of that amount."""
    customer = till.pick("some")
    found = [items[0] for items in _documents(till.owed(customer.id, day)) if len(items) == 1]
    if len(found) < 4:
        return []
    one, two, three, four = till.rng.sample(found, 4)
    total = one.open_minor + two.open_minor
    if one_in(till.rng, 500):
        _set_amount(three, total)
    elif three.open_minor < total:
        _set_amount(four, total - three.open_minor)
    else:
        return []
    till.take([one, two])
    return [(in_full("sets of the same sum", customer, [one, two], naming="nothing"), day)]


def _set_amount(item: Item, amount: int) -> None:
    item.amount_minor = item.open_minor = amount


SCENARIOS: dict[str, Callable[[Till, date], Drafts]] = {
    "one invoice": _one_invoice,
    "one due date of several": _one_due_date,
    "several invoices": _several,
    "all that is due": _all_due,
    "part payment": _part,
    "part payment of several": _part_of_several,
    "one invoice in several payments": _in_parts,
    "credit note deducted": _credit,
    "charges told by the bank": _charges("charges told by the bank", is_told=True),
    "charges not told": _charges("charges not told", is_told=False),
    "discount within its terms": _discount,
    "discount taken too late": _late_discount,
    "tax kept back": _withholding,
    "cents short": _cents,
    "overpaid": _overpaid,
    "paid twice": _twice,
    "invoice already closed": _closed,
    "in advance": _advance,
    "round sum on account": _round_sum,
    "parent for subsidiary": _parent,
    "factor for many": _factor,
    "payment provider": _provider,
    "cheques paid in": _cheques,
    "two invoices of the same amount": _same_amount,
    "sets of the same sum": _same_sum,
}
