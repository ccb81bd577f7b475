"""What the matcher needs to know of many bank lines, read in a few statements whatever their number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from exigible.cash.advised import Advised, read_advised
from exigible.cash.models import PayerName, Refusal
from exigible.cash.rows import among, among_texts
from exigible.cash.rules.facts import Claim, Closed, Payer, Receipt
from exigible.cash.rules.names import NameIndex, core_of, likeness, payer_in_label
from exigible.cash.rules.numbers import keys_of
from exigible.cash.rules.payers import SURE_NAME, narrowed
from exigible.kernel.terms import DiscountTerms
from exigible.ledger.models import BankLine, Company, Customer, OpenItem, PayerAccount

_ISO_11649: Final = re.compile(r"RF\d\d", re.IGNORECASE)
_MOST_NAMED: Final = 30
"""A number that more documents end with tells nothing."""
_MOST_CUSTOMERS: Final = 12
_CLAIMS_AT_ONCE: Final = 10_000

_KEYS = "CREATE TEMP TABLE IF NOT EXISTS cash_key (line_id bigint, key text) ON COMMIT DELETE ROWS"
# Each key is looked up by itself, so that the planner takes the index of last digits whatever it guesses of
# their number; four due dates of a document are one in the count.
_HITS = """
    WITH wanted AS (SELECT DISTINCT key FROM cash_key), document AS (
        SELECT w.key, i.* FROM wanted w CROSS JOIN LATERAL (
            SELECT customer_id, document_number, amount_minor, open_minor
            FROM ledger_openitem
            WHERE company_id = %(company)s AND amount_minor > 0 AND NOT is_reversed
              AND ltrim(substring(document_number FROM '([0-9]+)[^0-9]*$'), '0') = w.key
            LIMIT 4 * %(most)s
        ) i
        UNION
        SELECT w.key, i.* FROM wanted w CROSS JOIN LATERAL (
            SELECT customer_id, document_number, amount_minor, open_minor
            FROM ledger_openitem
            WHERE company_id = %(company)s AND amount_minor > 0 AND NOT is_reversed AND reference <> ''
              AND ltrim(substring(reference FROM '([0-9]+)[^0-9]*$'), '0') = w.key
            LIMIT 4 * %(most)s
        ) i
    ), counted AS (
        SELECT *, count(*) OVER (PARTITION BY key) AS alike FROM document
    )
    SELECT k.line_id, d.customer_id, d.document_number, d.amount_minor, d.open_minor = 0
    FROM cash_key k JOIN counted d USING (key)
    WHERE d.alike <= %(most)s
    ORDER BY length(key) DESC, k.line_id, d.customer_id
"""


@dataclass
class Directory:
    """The customers of a company, read once for a whole run."""

    names: dict[int, str]
    index: NameIndex
    relations: dict[int, tuple[int, ...]]
    """Parent, subsidiaries and members of the same group."""
    discounts: dict[int, DiscountTerms]
    remembered: dict[str, dict[int, bool]]
    """Customers by telling words of a payer's name: True where confirmed, False where refused."""


def read_directory(company: Company) -> Directory:
    customers = list(
        Customer.objects.filter(company=company).values_list(
            "id", "name", "parent_id", "group_code", "discount_terms"
        )
    )
    names = {customer: name for customer, name, *_ in customers}
    remembered: dict[str, dict[int, bool]] = defaultdict(dict)
    for name, customer, is_refused in PayerName.objects.filter(company=company).values_list(
        "name", "customer_id", "is_refused"
    ):
        remembered[name][customer] = not is_refused
    return Directory(
        names,
        NameIndex(names.items()),
        _relations(customers),
        discounts_of(company, ((customer, terms) for customer, *_, terms in customers)),
        remembered,
    )


def _relations(customers: Iterable[tuple[Any, ...]]) -> dict[int, tuple[int, ...]]:
    members: dict[object, list[int]] = defaultdict(list)
    keys: dict[int, list[object]] = defaultdict(list)
    for customer, _, parent, group, _ in customers:
        for key in ([("group", group)] if group else []) + [("family", parent or customer)]:
            members[key].append(customer)
            keys[customer].append(key)
    related = {
        customer: tuple(sorted({other for key in own for other in members[key]} - {customer}))
        for customer, own in keys.items()
    }
    return {customer: others for customer, others in related.items() if others}


def discounts_of(company: Company, terms: Iterable[tuple[int, str]]) -> dict[int, DiscountTerms]:
    """By customer, the discount for paying early: its own, else the company's."""
    texts = {customer: own or company.discount_terms for customer, own in terms}
    return {customer: DiscountTerms.parse(text) for customer, text in texts.items() if text}


@dataclass
class Facts:
    """Of a few thousand lines: who may have paid them, and the open items of all those customers."""

    payers: dict[int, list[Payer]] = field(default_factory=dict)
    claims: dict[tuple[int, str], list[Claim]] = field(default_factory=dict)
    """Open items by customer and currency."""
    closed: dict[int, list[Closed]] = field(default_factory=dict)
    refused: dict[int, set[tuple[int, frozenset[int]]]] = field(default_factory=dict)
    advised: dict[int, Advised] = field(default_factory=dict)
    """Lists of documents that people attached, by line."""

    def claims_of(self, payers: Iterable[Payer], currency: str) -> list[Claim]:
        return [
            claim
            for payer in payers
            for claim in self.claims.get((payer.customer_id, currency), ())
            if payer.documents is None or claim.number in payer.documents
        ]

    def looked_at(self, line: int) -> frozenset[int]:
        """The customers on whose items the outcome of a line stands."""
        payers, closed = self.payers.get(line, ()), self.closed.get(line, ())
        return frozenset(one.customer_id for one in (*payers, *closed))

    def settle(self, customer_id: int, currency: str, taken: Mapping[int, int]) -> None:
        """What a posting has just taken is no more there for the next line."""
        claims = self.claims.get((customer_id, currency), [])
        if any(claim.id in taken for claim in claims):
            left = (
                claim._replace(open_minor=claim.open_minor - taken[claim.id]) if claim.id in taken else claim
                for claim in claims
            )
            self.claims[customer_id, currency] = [claim for claim in left if claim.open_minor]


def receipt_of(line: BankLine, advised: Advised | None = None) -> Receipt:
    """A bank line as the matcher sees it, for what is left of it; a list that was attached is what counts."""
    told = tuple((entry["number"], entry.get("amount_minor")) for entry in line.advice)
    same_currency = line.instructed_currency in ("", line.currency)
    return Receipt(
        id=line.pk,
        amount_minor=line.left_minor,
        currency=line.currency,
        day=line.booked_on,
        payer_name=payer_of(line),
        payer_iban=line.payer_iban,
        text=text_of(line),
        creditor_reference=line.creditor_reference,
        advised=advised.documents if advised else told,
        is_attached=advised is not None,
        advised_discount_minor=advised.discount_minor if advised else 0,
        charges_minor=line.charges_minor,
        instructed_minor=line.instructed_minor if same_currency else None,
    )


def payer_of(line: BankLine) -> str:
    """The name of who paid: as the bank gives it, else as its label tells it; empty where neither does."""
    return line.ultimate_name or line.payer_name or payer_in_label(line.text)


def text_of(line: BankLine) -> str:
    """All the words in which a document may be named."""
    reference = _ISO_11649.sub(" ", line.creditor_reference, count=1)
    parts = (
        line.text,
        reference,
        line.end_to_end,
        line.bank_text,
        *(entry["number"] for entry in line.advice),
    )
    return "\n".join(part for part in parts if part)


def read_facts(company: Company, lines: Sequence[BankLine], directory: Directory) -> Facts:
    """Everything about these lines; the ledger is read as it is in the caller's transaction."""
    facts = Facts()
    facts.advised = read_advised(lines)
    hits = _read_hits(company, lines, facts.advised)
    accounts = _read_accounts(company, lines)
    facts.refused = read_refusals(lines)
    for line in lines:
        named = hits.get(line.pk, [])
        facts.closed[line.pk] = [Closed(*hit[:3]) for hit in named if hit[3]]
        payers = _payers(line, [hit[0] for hit in named], accounts, directory, facts.refused)
        if line.left_minor > 0 and line.pk not in facts.advised:
            payers = narrowed(payers, text_of(line), (hit[:2] for hit in named))
        facts.payers[line.pk] = payers
    _read_claims_of_payers(company, directory.discounts, facts)
    for line in lines:
        if line.pk in facts.advised:
            known = facts.claims_of(facts.payers[line.pk], line.currency)
            facts.advised[line.pk] = facts.advised[line.pk].as_known(claim.number for claim in known)
    return facts


def _read_hits(
    company: Company, lines: Sequence[BankLine], advised: Mapping[int, Advised]
) -> dict[int, list[tuple[int, str, int, bool]]]:
    """Documents that each line may name: customer, number, amount, and whether nothing is left of it."""
    listed = {line: "\n".join(number for number, _ in advice.documents) for line, advice in advised.items()}
    keys = [
        (line.pk, key)
        for line in lines
        for key in keys_of("\n".join((text_of(line), listed.get(line.pk, ""))))
    ]
    found: dict[int, list[tuple[int, str, int, bool]]] = defaultdict(list)
    if not keys:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_KEYS)
        cursor.execute("DELETE FROM cash_key")
        with cursor.copy("COPY cash_key FROM STDIN") as copy:
            for row in keys:
                copy.write_row(row)
        cursor.execute("ANALYZE cash_key")
        cursor.execute(_HITS, {"company": company.pk, "most": _MOST_NAMED})
        for line, customer, number, amount, is_closed in cursor:
            found[line].append((customer, number, amount, is_closed))
    return found


def _read_accounts(company: Company, lines: Sequence[BankLine]) -> dict[str, list[int]]:
    ibans = {line.payer_iban for line in lines if line.payer_iban}
    found: dict[str, list[int]] = defaultdict(list)
    for iban, customer in PayerAccount.objects.filter(company=company, iban__in=ibans).values_list(
        "iban", "customer_id"
    ):
        found[iban].append(customer)
    return found


def read_refusals(lines: Sequence[BankLine]) -> dict[int, set[tuple[int, frozenset[int]]]]:
    """The (customer, items) that people turned down or undid, by line; no items: the customer altogether."""
    found: dict[int, set[tuple[int, frozenset[int]]]] = defaultdict(set)
    for line, customer, items in Refusal.objects.filter(
        line__in=among(line.pk for line in lines)
    ).values_list("line_id", "customer_id", "items"):
        found[line].add((customer, frozenset(items)))
    return found


def _payers(
    line: BankLine,
    named: Sequence[int],
    accounts: Mapping[str, list[int]],
    directory: Directory,
    refused: Mapping[int, set[tuple[int, frozenset[int]]]],
) -> list[Payer]:
    """The customers worth looking at: by account, by name, by the documents named, and their kin."""
    name = payer_of(line)
    by_account = accounts.get(line.payer_iban, [])
    alike = dict(directory.index.alike(name)) if name else {}
    learnt = directory.remembered.get(core_of(name), {}) if name else {}
    same = sum(score >= 99 for score in alike.values())
    evident = dict.fromkeys((*by_account, *(c for c, is_sure in learnt.items() if is_sure), *alike))
    kin = dict.fromkeys(other for customer in evident for other in directory.relations.get(customer, ()))
    certain = {customer for customer, score in alike.items() if score >= SURE_NAME} | set(by_account)
    turned_down = {customer for customer, items in refused.get(line.pk, ()) if not items}
    customers = list(dict.fromkeys((*evident, *named[:_MOST_CUSTOMERS], *list(kin)[:_MOST_CUSTOMERS])))
    return [
        Payer(
            customer,
            has_iban=customer in by_account,
            iban_customers=max(len(by_account), 1),
            name_score=alike.get(customer) or _named_like(name, customer, evident, directory),
            same_name_customers=max(same, 1),
            is_remembered=learnt.get(customer, False),
            is_group=customer in kin and customer not in certain,
            is_refused=customer in turned_down or learnt.get(customer) is False,
        )
        for customer in customers
    ]


def _named_like(name: str, customer: int, evident: Mapping[int, None], directory: Directory) -> int:
    score = likeness(name, directory.names[customer]) if name and customer in evident else 0
    return score if score >= 80 else 0


def _read_claims_of_payers(company: Company, discounts: Mapping[int, DiscountTerms], facts: Facts) -> None:
    payers = [payer for payers in facts.payers.values() for payer in payers]
    whole = {payer.customer_id for payer in payers if payer.documents is None}
    read_claims(company, whole, discounts, facts)
    narrow = [payer for payer in payers if payer.customer_id not in whole]
    if narrow:
        read_claims(
            company,
            {payer.customer_id for payer in narrow},
            discounts,
            facts,
            documents={number for payer in narrow for number in payer.documents or ()},
        )


def read_claims(
    company: Company,
    customers: Iterable[int],
    discounts: Mapping[int, DiscountTerms],
    facts: Facts,
    *,
    documents: Iterable[str] | None = None,
) -> None:
    """Add the open items of some customers to what is known, all of them or those of some documents."""
    found = OpenItem.objects.filter(
        company=company, customer_id__in=among(customers), is_reversed=False
    ).exclude(open_minor=0)
    if documents is not None:
        found = found.filter(document_number__in=among_texts(documents))
    rows: QuerySet[Any, tuple[Any, ...]] = found.values_list(
        "id", "customer_id", "document_number", "issued_on", "due_on", "open_minor", "amount_minor",
        "reference", "currency",
    )  # fmt: skip
    for row in rows.iterator(chunk_size=_CLAIMS_AT_ONCE):
        terms = discounts.get(row[1])
        discount = (terms.rate, terms.until(row[3])) if terms else (0, None)
        facts.claims.setdefault((row[1], row[8]), []).append(Claim(*row[:8], *discount))
