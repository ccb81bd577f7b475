"""Customers: invented names of four countries, groups, near-twins, and the accounts they pay from."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count

from bench.cash import rates
from bench.cash.world import Customer, draw, one_in, seeded

_FR_STARTS = """Aub Bar Bel Ber Bon Bou Cas Cha Cour Del Des Dur Fab Fon Gar Gau Gir Jau Lam Lar Mar Mer Mon
    Mou Nov Per Pic Pra Ray Rou Sal San Ter Val Ver Vig Bris Chev Font Tre""".split()  # noqa: SIM905  more readable
_FR_MIDDLES = ("a", "e", "i", "o", "ou", "an", "il", "")
_FR_ENDS = """nard rand tier lard dier mond geot vin zac ret lais chet bert quin gnan lin neau reau gon sard
    nier drier let lon mas net pin rel ron san sier tel ton vel vet""".split()  # noqa: SIM905  more readable
_MG_STARTS = "Rakoto Randria Andria Raza Rabe Raso Ravelo Ratsi Raha Rajao Rami Ranaivo".split()  # noqa: SIM905  more readable
_MG_MIDDLES = "mana nirina soa voa nja tiana hery mbola fidy tsima lala ndrai".split()  # noqa: SIM905  more readable
_MG_ENDS = "ntsoa mala hangy rivelo mpoina naina lahy ravo risoa nony".split()  # noqa: SIM905  more readable
_EN_STARTS = (
    "Ash Black Brad Carl Clay Dun Elm Fair Green Hal Hart Kings Lang Mil Nor Oak Red Stan Thorn Wake".split()  # noqa: SIM905  more readable
)
_EN_ENDS = "bury ford field ley ton well wood worth ham stone bridge more".split()  # noqa: SIM905  more readable
_TRADES = (
    "BTP", "Négoce", "Transports", "Menuiserie", "Plomberie", "Boulangerie", "Hôtel", "Restaurant",
    "Électricité", "Imprimerie", "Pharmacie", "Garage", "Conseil", "Distribution", "Peinture",
    "Maçonnerie", "Yachting", "Ingénierie", "Nettoyage", "Immobilier", "Logistique", "Équipements",
    "Informatique", "Traiteur",
)  # fmt: skip
_EN_TRADES = ("Trading", "Yachts", "Consulting", "Logistics", "Marine", "Foods", "Engineering", "Holdings")
_TOWNS = (
    "Nice", "Menton", "Cannes", "Antibes", "Grasse", "Fréjus", "Toulon", "Marseille", "Aix-en-Provence",
    "Lyon", "Paris", "Bordeaux", "Lille", "Nantes", "Strasbourg", "Saint-Laurent-du-Var",
    "Villefranche-sur-Saône",
)  # fmt: skip
_COMMUNE_HEADS = (
    "Saint-Aubrin Roquevive Châteaumoron Villeneuvette Peyrolaure Castagners Montaurel Brisemer".split()  # noqa: SIM905  more readable
)
_COMMUNE_TAILS = ("-sur-Mer", "-les-Pins", "-du-Var", "-le-Vieux", "-d'Azur", "-en-Forêt", "-la-Rivière", "")
_BODIES = (
    "Commune de {c}",
    "Centre hospitalier de {c}",
    "Lycée de {c}",
    "CCAS de {c}",
    "Syndicat des eaux de {c}",
    "Communauté de communes de {c}",
    "Office de tourisme de {c}",
)
FORMS = {"FR": ("SARL", "SAS", "SA", "EURL", "SASU"), "MC": ("SAM", "SARL", "SNC"), "MG": ("SARL", "SARLU"),
         "GB": ("Ltd", "PLC", "LLP")}  # fmt: skip
_IBAN_LENGTHS = {"FR": 23, "MC": 23, "MG": 23, "GB": 18}


def make_customers(number: int, seed: int) -> list[Customer]:
    """So many customers; groups stand together, their parent first."""
    rng = seeded(f"{seed}/customers")
    names = _distinct_names(rng)
    customers: list[Customer] = []
    while len(customers) < number:
        draws = rng.random() * 1000
        if draws < rates.GROUPED / 4:
            customers += _group(rng, names, len(customers) + 1)
        elif customers and draws < rates.GROUPED / 4 + rates.NEAR_TWINS:
            customers.append(_twin(rng, names, customers[-1], len(customers) + 1))
        else:
            customers.append(_customer(rng, next(names), len(customers) + 1))
    return customers[:number]


def _customer(rng: random.Random, named: tuple[str, str, str], number: int) -> Customer:
    name, kind, country = named
    made = Customer(number, f"C{number:06}", name, kind, country)
    made.ibans = (iban(rng, country),)
    made.other_iban = iban(rng, country)
    made.alias = f"{rng.choice(('LE', 'LA', 'AU', 'CHEZ', 'MAISON', 'GROUPE'))} {_surname(rng, 'FR')}".upper()
    made.pays_by_treasury = kind == "public"
    made.is_subscriber = one_in(rng, rates.SUBSCRIBERS)
    if kind == "business" and one_in(rng, rates.WITH_DISCOUNT):
        made.discount_terms = rates.DISCOUNT_TERMS
    return made


def _group(rng: random.Random, names: Iterator[tuple[str, str, str]], first: int) -> list[Customer]:
    """A parent and its members, which bear its name or not, and pay from one account or from several."""
    parent = _customer(rng, next(names), first)
    parent.group = f"G{first}"
    stem = _surname(rng, "FR")
    members = [parent]
    for place in range(rng.randint(1, 6)):
        named = next(names)
        if one_in(rng, 600):
            named = (f"{stem} {_TOWNS[place]} {rng.choice(FORMS['FR'])}", "business", "FR")
        member = _customer(rng, named, first + 1 + place)
        member.parent_id, member.group = parent.id, parent.group
        members.append(member)
    if one_in(rng, 500):
        for member in members:
            member.ibans = parent.ibans
    return members


def _twin(
    rng: random.Random, names: Iterator[tuple[str, str, str]], other: Customer, number: int
) -> Customer:
    forms = [form for form in FORMS[other.country] if other.name.endswith(f" {form}")]
    if not forms or other.group or other.twin_id:
        return _customer(rng, next(names), number)
    another = rng.choice([form for form in FORMS[other.country] if form not in forms])
    made = _customer(rng, (f"{other.name[: -len(forms[0])]}{another}", other.kind, other.country), number)
    made.twin_id, other.twin_id = other.id, number
    return made


def _distinct_names(rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """Name, kind and country; no name twice."""
    seen: set[str] = set()
    for number in count():
        name, kind, country = _name(rng)
        if name in seen:
            name = f"{name} {number}"
        seen.add(name)
        yield name, kind, country


def _name(rng: random.Random) -> tuple[str, str, str]:
    draws = rng.random() * 1000
    if draws < rates.PUBLIC:
        commune = rng.choice(_COMMUNE_HEADS) + rng.choice(_COMMUNE_TAILS)
        return rng.choice(_BODIES).format(c=f"{commune} {_surname(rng, 'FR')}"), "public", "FR"
    country = draw(
        rng, {"FR": 1000 - rates.ABROAD - 120, "MC": 120, "MG": rates.ABROAD // 2, "GB": rates.ABROAD // 2}
    )
    return f"{_stem(rng, country)} {rng.choice(FORMS[country])}", "business", country


def _stem(rng: random.Random, country: str) -> str:
    one, other = _surname(rng, country), _surname(rng, country)
    trade = rng.choice(_EN_TRADES if country == "GB" else _TRADES)
    town = rng.choice(_TOWNS)
    patterns = (
        f"{trade} {one}", f"{one} {trade}", f"{one} {trade} {town}", f"Établissements {one} et Fils",
        f"{one} & {other}", f"Société {one} {trade}", f"{one} {other} {trade} {town}",
        f"{one[:3]}{other[:4]}{trade[:3]}".upper(),
        f"Société d'exploitation des établissements {one} {other} {trade}",
    )  # fmt: skip
    return rng.choices(patterns, (20, 20, 12, 10, 10, 10, 6, 8, 3))[0]


def _surname(rng: random.Random, country: str) -> str:
    if country == "MG":
        return rng.choice(_MG_STARTS) + rng.choice(_MG_MIDDLES) + rng.choice(_MG_ENDS)
    if country == "GB":
        return rng.choice(_EN_STARTS) + rng.choice(_EN_ENDS)
    return rng.choice(_FR_STARTS) + rng.choice(_FR_MIDDLES) + rng.choice(_FR_ENDS)


def iban(rng: random.Random, country: str) -> str:
    """An account number with true check digits (ISO 13616), of no bank."""
    body = "999" + "".join(rng.choices("0123456789", k=_IBAN_LENGTHS[country] - 3))
    letters = "".join(str(ord(letter) - 55) for letter in country)
    return f"{country}{98 - int(f'{body}{letters}00') % 97:02d}{body}"
