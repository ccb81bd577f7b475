"""How much speaks for each customer as the one who paid.

Weights are odds against a payer taken at random: how many times likelier the evidence is if it was this
customer. They are set by judgement, held to account by the reliability table of `bench/cash`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from exigible.cash.rules.facts import Payer, Reason
from exigible.cash.rules.numbers import Named, Naming, named_in, words_of

_BY_NAME = ((99, 60.0), (96, 30.0), (90, 10.0), (85, 4.0), (80, 1.5))
SURE_NAME = 96
"""From this likeness on a name stands for a customer by itself."""
_FEW_DIGITS = 4


def payer_weight(payer: Payer) -> float:
    """Odds by account, name, and what a person said before; 1 says nothing."""
    weight = 1e6 if payer.is_given else 1.0
    if payer.has_iban:
        weight *= 400.0 / payer.iban_customers
    if payer.name_score:
        by_name = next((odds for least, odds in _BY_NAME if payer.name_score >= least), 1.0)
        weight *= max(by_name / payer.same_name_customers, 1.0)
    if payer.is_remembered:
        weight *= 100.0
    if payer.is_group:
        weight *= 20.0
    return weight * 1e-6 if payer.is_refused else weight


def naming_weight(named: Iterable[Named]) -> float:
    """Odds by the documents of the customer that the text names: the digits of the plainest one."""
    return max((_odds(one) for one in named), default=1.0)


def _odds(named: Named) -> float:
    if named.naming is Naming.WHOLE:
        return 1000.0
    return float(10 ** min(named.digits - 2, 3)) * (0.3 if named.naming is Naming.TAIL else 1.0)


def narrowed(payers: Sequence[Payer], text: str, named: Iterable[tuple[int, str]]) -> list[Payer]:
    """The same; customers whom only last digits name are looked at with the documents that end so.

    `named` are the (customer, document) that the text may name. A few digits are met by chance in the ledgers
    of several customers, mostly large ones; so are more, where something else speaks for anybody. Of such a
    customer other items explain nothing. A document that is spelt whole is evidence of its own.
    """
    documents: dict[int, set[str]] = defaultdict(set)
    for customer, number in named:
        documents[customer].add(number)
    only_named = sum(payer.is_only_named for payer in payers)
    if not only_named:
        return list(payers)
    is_nobody_else = only_named == len(payers)
    numbers = {number for own in documents.values() for number in own}
    telling = {
        number
        for number, one in named_in(words_of(text), numbers).items()
        if one.naming is Naming.WHOLE or (is_nobody_else and one.digits > _FEW_DIGITS)
    }
    return [
        payer._replace(documents=frozenset(documents[payer.customer_id]))
        if payer.is_only_named and telling.isdisjoint(documents[payer.customer_id])
        else payer
        for payer in payers
    ]


def is_sure(payer: Payer) -> bool:
    """Whether the payer is known without looking at what was paid."""
    if payer.is_refused:
        return False
    by_name = payer.name_score >= SURE_NAME and payer.same_name_customers == 1
    by_account = payer.has_iban and payer.iban_customers == 1
    return payer.is_given or payer.is_remembered or by_account or by_name


def payer_reasons(payer: Payer) -> tuple[Reason, ...]:
    """What speaks for this customer, in the order of its strength."""
    found = []
    if payer.is_given:
        found.append(Reason("payer-given"))
    if payer.has_iban:
        found.append(Reason("iban-known", {"customers": payer.iban_customers}))
    if payer.is_remembered:
        found.append(Reason("payer-remembered"))
    if payer.name_score >= 99:
        found.append(Reason("name-same"))
    elif payer.name_score:
        found.append(Reason("name-alike", {"percent": payer.name_score}))
    if payer.is_group:
        found.append(Reason("same-group"))
    return tuple(found)
