"""The companies of the demo group, their books' habits, their people, and the sizes that can be made."""

from __future__ import annotations

from dataclasses import dataclass

from exigible.demo.identifiers import BICS, iban, madagascar_nif, monaco_tax_number, siren


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made for the whole group: `items` counts lines of customer accounts (open items)."""

    customers: int
    items: int


SIZES = {
    "small": Size(customers=150, items=3_000),
    "medium": Size(customers=5_000, items=100_000),
    "large": Size(customers=100_000, items=1_000_000),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the demo: role as in `exigible user add --role`."""

    email: str
    name: str
    role: str
    companies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """One company: who it is, whom it sells to, and how its accounting program writes its files.

    `scale` turns a euro of list price into minor units of its currency; amounts are multiples of `step` minor
    units. `share` is its part of the group's customers and items.
    """

    code: str
    name: str
    country: str
    currency: str
    books_id: str
    registration: str
    address: str
    postcode: str
    city: str
    phone: str
    email: str
    iban: str
    bic: str
    signatory: str
    share: int
    customer_countries: tuple[tuple[str, int], ...]
    scale: int
    step: int
    encoding: str
    newline: str
    invoice_format: str
    credit_format: str
    code_format: str
    journals: dict[str, tuple[str, str]]
    global_numbering: bool
    methods: tuple[str, ...]
    collectors: tuple[str, ...]
    legacy_headers: bool

    def journal(self, kind: str) -> tuple[str, str]:
        """Code and label of the journal of sales, bank, other or opening entries."""
        return self.journals[kind]


def _journals(sales: str, bank: str, bank_name: str) -> dict[str, tuple[str, str]]:
    return {
        "sales": (sales, "Journal des ventes"),
        "purchases": ("HA", "Journal des achats"),
        "bank": (bank, bank_name),
        "other": ("OD", "Opérations diverses"),
        "opening": ("AN", "À-nouveaux"),
    }


MONACO = Profile(
    code="MNS",
    name="Monaco Négoce SAM",
    country="MC",
    currency="EUR",
    books_id=monaco_tax_number(4_212),
    registration="SAM au capital de 450 000 € – RCI 98S04212",
    address="17 quai des Agrumes",
    postcode="98000",
    city="Monaco",
    phone="+377 91 00 40 10",
    email="recouvrement@monaco-negoce.example",
    iban=iban("MC", 900_001),
    bic=BICS["MC"],
    signatory="Hélène Rossetti, responsable du crédit",
    share=60,
    customer_countries=(("MC", 46), ("FR", 44), ("MG", 10)),
    scale=100,
    step=1,
    encoding="utf-8",
    newline="\r\n",
    invoice_format="FA{yy:02d}-{number:05d}",
    credit_format="AV{yy:02d}-{number:04d}",
    code_format="C{index:05d}",
    journals=_journals("VT", "BQ1", "Banque du Rocher-Bleu"),
    global_numbering=True,
    methods=("VIR", "VIR", "VIR", "CHQ", "PRLV"),
    collectors=("cblanc@monaco-negoce.example", "tdelmasure@monaco-negoce.example"),
    legacy_headers=True,
)

MADAGASCAR = Profile(
    code="TDI",
    name="Tana Distribution SARL",
    country="MG",
    currency="MGA",
    books_id=madagascar_nif(3_517),
    registration="SARL au capital de 80 000 000 Ar – NIF 9000003517 – STAT 46101112014003517",
    address="Enceinte Zone Forello, Ankorofotsy",
    postcode="101",
    city="Antananarivo",
    phone="+261 20 00 041 10",
    email="recouvrement@tana-distribution.example",
    iban=iban("MG", 900_002),
    bic=BICS["MG"],
    signatory="Voahangy Rajaonarisena, directrice administrative et financière",
    share=40,
    customer_countries=(("MG", 94), ("FR", 4), ("MC", 2)),
    scale=480_000,
    step=10_000,
    encoding="cp1252",
    newline="\n",
    invoice_format="F/{year}/{number:05d}",
    credit_format="A/{year}/{number:04d}",
    code_format="{index:06d}",
    journals=_journals("VE", "BQ", "Banky Tanà Vaovao"),
    global_numbering=False,
    methods=("VIR", "CHQ", "CHQ", "MVOLA"),
    collectors=("hrakoto@tana-distribution.example", "fmanambina@tana-distribution.example"),
    legacy_headers=False,
)

FRANCE = Profile(
    code="AZN",
    name="Azur Négoce Fictif SAS",
    country="FR",
    currency="EUR",
    books_id=siren(9_001),
    registration=f"SAS au capital de 120 000 € – SIREN {siren(9_001)}",
    address="112 route de l'Arénas-Vieux",
    postcode="06200",
    city="Nice",
    phone="+33 4 65 71 40 10",
    email="recouvrement@azur-negoce.example",
    iban=iban("FR", 900_003),
    bic=BICS["FR"],
    signatory="Olivier Gastaldi, credit manager",
    share=50,
    customer_countries=(("FR", 90), ("MC", 10)),
    scale=100,
    step=1,
    encoding="iso-8859-15",
    newline="\r\n",
    invoice_format="FAC{year}{number:05d}",
    credit_format="AVO{year}{number:04d}",
    code_format="411{index:05d}",
    journals=_journals("VTE", "BQ", "Crédit du Vallon-Clair"),
    global_numbering=True,
    methods=("VIR", "VIR", "CHQ", "PRLV"),
    collectors=("igastaldi@azur-negoce.example",),
    legacy_headers=False,
)

PROFILES = {"MC": MONACO, "MG": MADAGASCAR, "FR": FRANCE}

PEOPLE = (
    Person("cblanc@monaco-negoce.example", "Claire Blanc", "collector", ("MNS",)),
    Person("tdelmasure@monaco-negoce.example", "Thibault Delmasure", "collector", ("MNS",)),
    Person("hrossetti@monaco-negoce.example", "Hélène Rossetti", "senior", ("MNS", "TDI")),
    Person("polivari@monaco-negoce.example", "Patricia Olivari", "accountant", ("MNS",)),
    Person("rbarralis@monaco-negoce.example", "Raphaël Barralis", "legal", ("MNS", "TDI")),
    Person("ecazalet@monaco-negoce.example", "Élodie Cazalet", "sales", ("MNS",)),
    Person("admin@monaco-negoce.example", "Yannick Pastorelly", "administrator", ("MNS", "TDI")),
    Person("hrakoto@tana-distribution.example", "Hery Rakotomahenina", "collector", ("TDI",)),
    Person("fmanambina@tana-distribution.example", "Fanja Manambinavalona", "collector", ("TDI",)),
    Person("vrajaona@tana-distribution.example", "Voahangy Rajaonarisena", "senior", ("TDI",)),
    Person("tsoa@tana-distribution.example", "Tiana Tsiorintsoana", "accountant", ("TDI",)),
    Person("njaka@tana-distribution.example", "Njaka Solofonirinaka", "sales", ("TDI",)),
    Person("igastaldi@azur-negoce.example", "Inès Gastaldi", "collector", ("AZN",)),
    Person("ogastaldi@azur-negoce.example", "Olivier Gastaldi", "senior", ("AZN",)),
    Person("admin@azur-negoce.example", "Marc Quintard", "administrator", ("AZN",)),
)


def people_of(codes: set[str]) -> list[Person]:
    """The users who work for at least one of these companies, without the companies that are not made."""
    found = []
    for person in PEOPLE:
        companies = tuple(code for code in person.companies if code in codes)
        if companies:
            found.append(Person(person.email, person.name, person.role, companies))
    return found
