"""The customers of one company: who they are, what they owe by contract, and how they tend to pay."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from exigible.demo import identifiers, names
from exigible.demo.days import year_of
from exigible.demo.dice import seeded
from exigible.demo.profiles import Profile

DIRECT_DEBIT = "PRLV"


@dataclass(frozen=True, slots=True)
class Window:
    """The span of time that is made, in ordinals.

    Books run from 1 January of `first_year` to `horizon` (the eve of `today`); bank movements reach the books
    only up to `bank_cutoff`, the later ones stand on the bank statement alone. Business before `start` shows
    only in the opening entry of the first year.
    """

    today: int
    horizon: int
    bank_cutoff: int
    bank_start: int
    first_year: int
    start: int
    prehistory: int

    @property
    def years(self) -> range:
        return range(self.first_year, year_of(self.horizon) + 1)


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer pays: `base` days after the due date, give or take `spread`, worse by `drift` a year.

    `never` is how many invoices of a thousand are left unpaid for good.
    """

    name: str
    weight: int
    base: int
    spread: int
    drift: int = 0
    never: int = 2
    seasonal: bool = False


HABITS = {
    habit.name: habit
    for habit in (
        Habit("punctual", 38, -1, 3),
        Habit("early", 6, -8, 4),
        Habit("slow", 24, 22, 10, never=8),
        Habit("very_slow", 7, 55, 25, never=30),
        Habit("deteriorating", 6, -15, 6, drift=36, never=10),
        Habit("improving", 4, 60, 8, drift=-22),
        Habit("seasonal", 8, 8, 8, seasonal=True),
        Habit("erratic", 7, 12, 30, never=25),
    )
}
SEGMENTS = {
    # segment: (label in the customers' file, share, list price of a usual sale, relative number of sales)
    "key": ("Grand compte", 7, 5_200, 60),
    "standard": ("Standard", 47, 1_450, 20),
    "small": ("Petit compte", 28, 380, 9),
    "public": ("Organisme public", 10, 2_100, 18),
    "individual": ("Particulier", 8, 160, 7),
}
TERMS = {
    "FR": ("30", "45EOM", "60", "EOM45", "30", "0"),
    "MC": ("30", "30", "45EOM", "60", "0"),
    "MG": ("30", "60", "0", "30", "EOM45"),
}
QUIRKS = ("partial", "two_payments", "charges", "rounding", "double", "over", "discount", "unlettered",
          "on_account", "advance", "dispute", "instalments", "returned")  # fmt: skip
CAST: tuple[tuple[str, str, str, str], ...] = (
    # part, segment, habit, quirk
    ("group_head", "key", "punctual", ""),
    ("group_member", "standard", "punctual", ""),
    ("group_member_2", "standard", "punctual", ""),
    ("bankrupt", "key", "slow", ""),
    ("old_debt", "small", "very_slow", ""),
    ("given_up", "small", "very_slow", ""),
    ("deteriorating", "key", "deteriorating", ""),
    ("seasonal", "key", "seasonal", ""),
    ("public_body", "public", "slow", ""),
    *((quirk, "key" if quirk == "two_payments" else "standard", "punctual", quirk) for quirk in QUIRKS),
)
GROUP_CAST = 3
LARGE_TRADES = ("hotel", "charter", "building", "trading")


@dataclass(slots=True)
class Customer:
    """A customer account and the truth behind it, of which its company's files tell only a part."""

    index: int
    code: str
    name: str
    trade: str
    country: str
    segment: str
    terms: str
    habit: Habit
    quirk: str = ""
    part: str = ""
    family: int = 0
    group_code: str = ""
    pays_for_group: bool = False
    siren: str = ""
    siret: str = ""
    vat_number: str = ""
    tax_id: str = ""
    statistics_id: str = ""
    trade_register: str = ""
    email: str = ""
    phone: str = ""
    contact: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    iban: str = ""
    collector: str = ""
    credit_limit: int = 0
    method: str = "VIR"
    runs: tuple[int, ...] = ()
    true_dues: bool = False
    listed: bool = True
    active_from: int = 0
    active_to: int = 0
    stops_on: int | None = None
    sales: int = 0
    weight: int = 0
    bank_name: str = ""


def build_customers(profile: Profile, count: int, seed: int, window: Window) -> list[Customer]:
    """The customers of one company, families side by side; the last one is the counter's, not in any list."""
    rng = seeded(f"{seed}/{profile.code}/customers")
    customers: list[Customer] = []
    for index in range(1, count):
        part = CAST[index - 1] if index <= len(CAST) and count > len(CAST) else None
        customers.append(_customer(rng, profile, index, part, window))
    if profile.code == "MNS" and len(customers) > len(CAST):
        _make_intercompany(customers[len(CAST)])
    _form_families(rng, customers)
    customers.append(_counter_customer(profile, count, window))
    return customers


def spread_sales(customers: list[Customer], invoices: int, rng: random.Random) -> None:
    """Give each customer its number of invoices, in proportion to its weight, at least one."""
    total = sum(customer.weight for customer in customers)
    for customer in customers:
        whole, rest = divmod(customer.weight * invoices, total)
        customer.sales = max(1, whole + (rng.random() * total < rest))


def families(customers: list[Customer]) -> Iterator[list[Customer]]:
    """Customers of one family together, in order."""
    start = 0
    for end in range(1, len(customers) + 1):
        if end == len(customers) or customers[end].family != customers[start].family:
            yield customers[start:end]
            start = end


def _pick(rng: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    mark = rng.random() * sum(weight for _, weight in weighted)
    for value, weight in weighted:
        mark -= weight
        if mark < 0:
            return value
    return weighted[-1][0]


_SEGMENT_WEIGHTS = tuple((name, row[1]) for name, row in SEGMENTS.items())
_HABIT_WEIGHTS = tuple((name, habit.weight) for name, habit in HABITS.items())


def _customer(
    rng: random.Random, profile: Profile, index: int, part: tuple[str, str, str, str] | None, window: Window
) -> Customer:
    role, segment, habit, quirk = part or ("", _pick(rng, _SEGMENT_WEIGHTS), _pick(rng, _HABIT_WEIGHTS), "")
    country = _pick(rng, profile.customer_countries)
    if part is None and rng.random() < 0.3:
        quirk = rng.choice(QUIRKS)
    trade = _trade(rng, segment, habit)
    customer = Customer(
        index=index,
        code=profile.code_format.format(index=index),
        name=_name(rng, segment, country, trade, odd=country == "MC" and profile.encoding == "utf-8"),
        trade=trade,
        country=country,
        segment=segment,
        terms="0" if segment == "individual" else "30" if segment == "public" else rng.choice(TERMS[country]),
        habit=HABITS[habit],
        quirk=quirk,
        part=role,
        family=index,
    )
    _identify(rng, customer, profile)
    _reach(rng, customer)
    _agree(rng, customer, profile)
    _live(rng, customer, window)
    return customer


def _trade(rng: random.Random, segment: str, habit: str) -> str:
    if segment in ("public", "individual"):
        return segment
    if segment == "key":
        return rng.choice(("hotel", "charter") if habit == "seasonal" else LARGE_TRADES)
    if habit == "seasonal":
        return rng.choice(("hotel", "charter", "restaurant"))
    return rng.choice(tuple(names.TRADES))


def _name(rng: random.Random, segment: str, country: str, trade: str, *, odd: bool) -> str:
    """`odd`: names that only Unicode can write may come."""
    if segment == "public":
        return names.public_name(rng, country)
    if segment == "individual":
        return names.person_name(rng, country)
    if odd and rng.random() < 0.01:
        return rng.choice(names.ODD_NAMES)
    return names.business_name(rng, country, trade)


def _identify(rng: random.Random, customer: Customer, profile: Profile) -> None:
    serial = 3 * customer.index + ("MC", "MG", "FR").index(profile.country)
    customer.iban = identifiers.iban(customer.country, serial)
    customer.bank_name = names.ascii_upper(customer.name)
    if customer.segment == "individual":
        return
    founded = rng.randint(1992, 2022)
    if customer.country == "FR":
        customer.siren = identifiers.siren(serial % identifiers.SIREN_RANGE)
        customer.siret = identifiers.siret(customer.siren, rng.randint(1, 40))
        customer.vat_number = identifiers.vat_number(customer.siren)
    elif customer.country == "MC":
        customer.vat_number = identifiers.vat_number(identifiers.monaco_tax_number(serial))
        customer.tax_id = identifiers.monaco_nis(serial)
        customer.trade_register = identifiers.monaco_trade_register(serial, founded)
    else:
        customer.tax_id = identifiers.madagascar_nif(serial)
        customer.statistics_id = identifiers.madagascar_stat(serial, founded)


def _reach(rng: random.Random, customer: Customer) -> None:
    customer.contact = names.person_name(rng, customer.country)
    if rng.random() < 0.9:
        mailbox = rng.choice(("comptabilite", "compta.fournisseurs", "factures", "contact"))
        customer.email = f"{mailbox}@{names.domain_of(customer.name)}"
    if rng.random() < 0.85:
        customer.phone = identifiers.phone(customer.country, customer.index)
    if rng.random() < 0.95:
        customer.address, customer.postcode, customer.city = names.address(rng, customer.country)


def _agree(rng: random.Random, customer: Customer, profile: Profile) -> None:
    _, _, price, frequency = SEGMENTS[customer.segment]
    customer.method = DIRECT_DEBIT if customer.quirk == "returned" else rng.choice(profile.methods)
    if customer.segment == "public" or (customer.part and customer.quirk != "returned"):
        customer.method = "VIR"
    customer.collector = rng.choice(profile.collectors)
    customer.runs = rng.choice(((), (), (10, 25), (5, 15, 28), (28,)))
    customer.true_dues = customer.quirk == "instalments" or rng.random() < 0.1
    customer.weight = int(frequency * (500 + 3_000 * rng.random() ** 3))
    customer.credit_limit = price * rng.randint(2, 9) * frequency // 20 // 500 * 500 * profile.scale
    if customer.segment == "individual" or rng.random() < 0.12:
        customer.credit_limit = 0
    if customer.part:
        customer.weight = max(customer.weight, 30_000)
    if customer.quirk == "two_payments":
        customer.runs = (28,)  # several invoices at a time
        customer.weight = max(customer.weight, 90_000 if customer.part else 0)
    if customer.part in ("group_head", "deteriorating"):
        customer.weight = max(customer.weight, 90_000)


def _live(rng: random.Random, customer: Customer, window: Window) -> None:
    customer.active_from, customer.active_to = window.prehistory, window.horizon
    fate = rng.random()
    span = window.horizon - window.start
    if customer.part == "bankrupt" or (not customer.part and fate < 0.004):
        customer.stops_on = window.today - rng.randint(120, 290)
        customer.active_to = customer.stops_on + 25
    elif customer.part:
        return
    elif fate < 0.15:
        customer.active_from = window.start + int(span * rng.random() * 0.9)
    elif fate < 0.25:
        customer.active_to = window.start + int(span * (0.2 + 0.7 * rng.random()))


def _make_intercompany(customer: Customer) -> None:
    customer.part, customer.name, customer.country = "intercompany", "Tana Distribution SARL", "MG"
    customer.siren = customer.siret = customer.vat_number = customer.trade_register = ""
    customer.bank_name = "TANA DISTRIBUTION SARL"
    customer.segment, customer.trade, customer.habit = "key", "trading", HABITS["slow"]
    customer.terms, customer.group_code, customer.quirk = "60", "GR-NEGOCE", "charges"
    customer.email, customer.phone = "comptabilite@tana-distribution.example", "+261 20 00 041 10"
    customer.address, customer.postcode, customer.city = "Enceinte Zone Forello", "101", "Antananarivo"
    customer.tax_id, customer.statistics_id = identifiers.madagascar_nif(3_517), "46101112014003517"
    customer.iban, customer.method = identifiers.iban("MG", 900_002), "VIR"
    customer.weight = max(customer.weight, 60_000)


def _form_families(rng: random.Random, customers: list[Customer]) -> None:
    """Bind neighbours into groups of two to five; half of the heads pay for all."""
    _bind(rng, customers[:GROUP_CAST], pays=True)
    position = len(CAST) + 1
    while position < len(customers):
        size = rng.randint(2, 5) if rng.random() < 0.04 else 1
        members = customers[position : position + size]
        if size > 1 and all(member.segment in ("key", "standard") for member in members):
            _bind(rng, members, pays=rng.random() < 0.5)
        position += size


def _bind(rng: random.Random, members: list[Customer], *, pays: bool) -> None:
    """Make these customers one group, of one name, whose head may pay for all."""
    head = members[0]
    stem = names.estate(rng, head.country)
    slug = names.domain_of(stem).removesuffix(".example")
    for member in members:
        member.family = head.index
        member.group_code = f"GR-{slug.upper()}-{head.index}"
        member.name = names.member_name(rng, member.country, member.trade, stem)
        member.bank_name = names.ascii_upper(member.name)
        if member.email:
            member.email = f"comptabilite@groupe-{slug}.example"
        member.pays_for_group = pays
        if pays:
            member.method, member.runs, member.habit = "VIR", (10, 25), head.habit


def _counter_customer(profile: Profile, index: int, window: Window) -> Customer:
    """Counter sales, paid on the spot: an account that the customers' list leaves out."""
    return Customer(
        index=index,
        code="CDIV",
        name="Clients divers comptoir",
        trade="shop",
        country=profile.country,
        segment="individual",
        terms="30",
        habit=Habit("counter", 0, 0, 0, never=0),
        part="counter",
        family=index,
        method="CB",
        listed=False,
        active_from=window.start,
        active_to=window.bank_cutoff - 4,
        bank_name="REMISE CARTES",
        weight=20_000,
    )
