"""Invented names of firms, public bodies and people of Monaco, France and Madagascar.

Each is put together from parts that are plain words or made up; none is meant to be a real firm.
"""

from __future__ import annotations

import random
import re
import unicodedata
from functools import lru_cache

ESTATES = (
    "Aigremer", "Valdorée", "Montaurel", "Brisemer", "Roquebelle", "Cassagnol", "Hautevigne", "L'Aigrette",
    "Les Embruns Bleus", "Castelvieil", "La Sauvadine", "Mirebelle", "Pontauriol", "Le Figuier d'Or",
    "Terrasolane", "Les Trois Oliviers", "Bellecombe", "Sant'Erasmo", "Clairmarine", "Rivapiana",
    "L'Oustalet", "Argentière-sur-Mer", "Le Cap Vermeil", "Vistalba", "Les Agaves", "La Pinède d'Azur",
    "Garoupière", "Fontvive", "L'Écume", "Costa Serena", "La Tour d'Émeraude", "Beaucastel",
    "Les Hauts de Sérénac", "Il Veliero", "Port-Lavande", "Solenzac", "L'Anse aux Pins",
    "La Calanque Rouge", "Mas d'Estérac", "Ondine",
)  # fmt: skip
FR_SURNAMES = (
    "Aubrespy", "Bonnafous", "Cazalet", "Delmasure", "Escoffre", "Fabrègues", "Gastaldi", "Hourtoule",
    "Imbertis", "Jauffrineau", "Lantérie", "Maurandi", "Novaretti", "Olivari", "Pastorelly", "Quintard",
    "Raybaudo", "Sigalloux", "Taulanne", "Vérandy", "D'Estienvrot", "Lefaucheux", "Ghirardelli", "Œuvrard",
    "Barralis", "Crovettini", "Mérindolin", "Otto-Brunelli", "Viganotti", "Lanteri-Minas", "Peyrègne",
    "Cotta-Ferraud",
)  # fmt: skip
MG_SURNAMES = (
    "Rakotonavalona", "Randriambololona", "Rasoamiadana", "Andriantsihafa", "Rabemanalina",
    "Razafimbelotra", "Ratsimandisoa", "Rakotomahenina", "Ramanantsialonina", "Andrianarivelona",
    "Ravelomihanta", "Rajaonarisena", "Razanakolotra", "Randrianasolonjara", "Rasolofomboahangy",
    "Andriamihajarivo", "Ramiandrisoalaza", "Rabetokotanina", "Raharinirinasoa", "Razafindrakotovao",
    "Tsiorintsoana", "Botozafinjato", "Solofonirinaka", "Manambinavalona", "Vololoniainasoa",
    "Rakotoarimihaja",
)  # fmt: skip
FR_FIRST = (
    "Amélie", "Benoît", "Chloé", "Didier", "Élodie", "François", "Gisèle", "Hervé", "Inès", "Jean-Noël",
    "Laëtitia", "Marc", "Noémie", "Olivier", "Patricia", "Raphaël", "Sandrine", "Thibault", "Valérie",
    "Yannick",
)  # fmt: skip
MG_FIRST = (
    "Hery", "Lalao", "Mamy", "Nirina", "Onja", "Fanja", "Tiana", "Solofo", "Voahangy", "Haja", "Njaka",
    "Miora", "Faly", "Zo", "Bako", "Tahina", "Lanto", "Rivo",
)  # fmt: skip
MG_WORDS = (
    "Mahavelona", "Tsarafara", "Miray Hina", "Ny Voninkazo", "Fitiavana", "Soamiadana", "Avotra",
    "Vonjy Malaza", "Ravinoro", "Tantely", "Lovasoa", "Kintana", "Masoandro", "Ivelo", "Tsiky", "Harena",
    "Zoma Vaovao", "Lakana", "L’Étoile d’Iarivo", "Le Flamboyant", "Cœur des Hauts", "Baobabe",
    "Ylang d’Or", "Les Pirogues",
)  # fmt: skip
FR_TOWNS = (
    ("Nice", "06000"), ("Menton", "06500"), ("Cannes", "06400"), ("Antibes", "06600"), ("Grasse", "06130"),
    ("Beausoleil", "06240"), ("Saint-Laurent-du-Var", "06700"), ("Fréjus", "83600"), ("Toulon", "83000"),
    ("Marseille", "13008"), ("Aix-en-Provence", "13100"), ("Lyon", "69003"), ("Paris", "75011"),
    ("L'Isle-sur-la-Sorgue", "84800"),
)  # fmt: skip
MG_TOWNS = (
    ("Antananarivo", "101"), ("Toamasina", "501"), ("Antsirabe", "110"), ("Mahajanga", "401"),
    ("Fianarantsoa", "301"), ("Antsiranana", "201"), ("Toliara", "601"), ("Nosy Be", "207"),
    ("Moramanga", "514"),
)  # fmt: skip
MC_STREETS = (
    "quai des Agrumes", "avenue des Cigalines", "rue du Vieux-Phare", "boulevard des Carrières",
    "allée de l'Amirauté", "place du Belvédère",
)  # fmt: skip
FR_STREETS = (
    "rue de l'Olivette", "avenue des Tamaris", "chemin du Vallon-Clair", "boulevard du Maréchal-Ferrant",
    "impasse des Lauriers", "route de l'Arénas-Vieux", "place de la Fontaine",
)  # fmt: skip
MG_STREETS = (
    "Lot II M 45 bis, Ambatomanjary", "Lot IVC 128, Ankadivola", "rue du Marché d’Anosivao",
    "Enceinte Zone Forello, Ankorofotsy", "Lot VB 72 ter, Ambohipotsivato", "route des Hydrocarbures",
    "Immeuble Fihavanana, Ivandrikely",
)  # fmt: skip
LEGAL_FORMS = {"FR": ("SARL", "SAS", "SA", "EURL"), "MC": ("SARL", "SAM", "SCS", "SNC"),
               "MG": ("SARL", "SARLU", "SA", "& Fils")}  # fmt: skip

TRADES: dict[str, tuple[str, ...]] = {
    "hotel": ("Hôtel {e}", "Résidence hôtelière {e}", "Hôtel & Spa {e}", "Société hôtelière {e}"),
    "charter": ("{e} Charter", "{e} Yachting", "Compagnie maritime {e}", "{s} Yacht Services"),
    "building": ("{s} BTP", "Entreprise générale {s}", "Bâtiments & Travaux {e}", "{s} Frères Maçonnerie"),
    "restaurant": ("Restaurant {e}", "Brasserie {e}", "Le Comptoir {s}", "La Table de {e}", "Traiteur {s}"),
    "trading": (
        "{s} Négoce",
        "Comptoir commercial {e}",
        "{s} & Cie",
        "Distribution {e}",
        "Import-Export {s}",
    ),
    "shop": ("Boutique {e}", "Épicerie fine {s}", "Droguerie {s}", "Pharmacie {e}", "Librairie {e}"),
    "property": ("Copropriété {e}", "SCI {e}", "Cabinet {s} Immobilier", "Syndicat des copropriétaires {e}"),
}
MG_TRADES: dict[str, tuple[str, ...]] = {
    "hotel": ("Hôtel {e}", "Hotely {e}", "Lodge {e}", "Société hôtelière {e}"),
    "charter": ("{e} Croisières", "Transports {s}", "Taxi-brousse {e}", "Coopérative de transport {e}"),
    "building": ("Entreprise {s} BTP", "{e} Construction", "Ets {s} Travaux"),
    "restaurant": ("Restaurant {e}", "Snack {e}", "Gargote {e}", "Pâtisserie {e}"),
    "trading": ("Ets {s}", "{e} Trading", "Grossiste {s}", "Société {e} Import"),
    "shop": ("Épicerie {e}", "Quincaillerie {s}", "Bazar {e}", "Pharmacie {e}"),
    "property": ("Immobilière {e}", "Gestion {s}"),
}
FR_COMMUNE_HEADS = (
    "Saint-Aubrin", "Roquevive", "Châteaumoron", "Villeneuvette", "Le Bar-Vieux", "La Colmarie",
    "Peyrolaure", "Sainte-Rosaline", "Castagners-Haut", "L'Escalène",
)  # fmt: skip
FR_COMMUNE_TAILS = ("-sur-Mer", "-les-Pins", "-du-Var", "-le-Vieux", "-d'Azur", "")
FR_BODIES = ("Commune de {c}", "Mairie de {c}", "CCAS de {c}", "Centre hospitalier de {c}", "Lycée de {c}",
             "Communauté de communes du Pays de {c}", "Office de tourisme de {c}")  # fmt: skip
MC_BODIES = (
    "Direction fictive des Jardins", "Service fictif des Quais", "Fondation Rocher-Bleu",
    "Établissement public du Belvédère", "Lycée du Vieux-Phare",
)  # fmt: skip
MG_COMMUNE_HEADS = ("Ambohi", "Ampasi", "Antsaha", "Anka", "Maha", "Fara", "Ambato", "Vohi")
MG_COMMUNE_TAILS = (
    "tsaralava",
    "manjakely",
    "nandrova",
    "dimbola",
    "fotsivary",
    "mirary",
    "soaloka",
    "bemena",
)
MG_BODIES = ("Commune rurale d’{c}", "Commune urbaine d’{c}", "Région {c}", "CHRD {c}", "Lycée technique {c}")
LONG_NAMES = (
    "Société d'Exploitation des Établissements {s} et Fils, Négoce, Transport et Manutention de {e}",
    "Groupement d'Intérêt Économique des Hôteliers, Restaurateurs et Plagistes de {e} et de ses environs",
)
WITHOUT_FORM = ("Copropriété", "Syndicat", "SCI", "Coopérative")
ODD_NAMES = ("Kovačević Charter SARL", "Müller & Ångström Yachting SAM", "Sté \"L'Étal de l'Océan\" SARL")


def estate(rng: random.Random, country: str) -> str:
    """The proper part of a firm's name."""
    return rng.choice(MG_WORDS if country == "MG" else ESTATES)


def surname(rng: random.Random, country: str) -> str:
    """A family name of the country."""
    return rng.choice(MG_SURNAMES if country == "MG" else FR_SURNAMES)


def business_name(rng: random.Random, country: str, trade: str) -> str:
    """The registered name of a firm of this trade, with its legal form."""
    fields = {"e": estate(rng, country), "s": surname(rng, country)}
    if rng.random() < 0.01:
        return rng.choice(LONG_NAMES).format(**fields)
    template = rng.choice((MG_TRADES if country == "MG" else TRADES)[trade])
    name = template.format(**fields)
    if rng.random() < 0.25:
        name = f"{name} {_town(rng, country)}"
    return name if template.startswith(WITHOUT_FORM) else f"{name} {rng.choice(LEGAL_FORMS[country])}"


def member_name(rng: random.Random, country: str, trade: str, stem: str) -> str:
    """The name of a firm that bears its group's name."""
    own = [name for name in (MG_TRADES if country == "MG" else TRADES)[trade] if "{e}" in name]
    name = f"{rng.choice(own).format(e=stem)} {_town(rng, country)}"
    return name if name.startswith(WITHOUT_FORM) else f"{name} {rng.choice(LEGAL_FORMS[country])}"


def _town(rng: random.Random, country: str) -> str:
    return "Monaco" if country == "MC" else rng.choice(MG_TOWNS if country == "MG" else FR_TOWNS)[0]


def public_name(rng: random.Random, country: str) -> str:
    """A commune, a hospital or another public body."""
    if country == "MC":
        return rng.choice(MC_BODIES)
    if country == "MG":
        commune = rng.choice(MG_COMMUNE_HEADS) + rng.choice(MG_COMMUNE_TAILS)
        return rng.choice(MG_BODIES).format(c=commune)
    commune = rng.choice(FR_COMMUNE_HEADS) + rng.choice(FR_COMMUNE_TAILS)
    return rng.choice(FR_BODIES).format(c=commune)


def person_name(rng: random.Random, country: str) -> str:
    """First name and family name."""
    first = rng.choice(MG_FIRST if country == "MG" else FR_FIRST)
    return f"{first} {surname(rng, country)}"


def address(rng: random.Random, country: str) -> tuple[str, str, str]:
    """Street, postcode and town."""
    if country == "MC":
        return f"{rng.randint(1, 42)} {rng.choice(MC_STREETS)}", "98000", "Monaco"
    if country == "MG":
        town, postcode = rng.choice(MG_TOWNS)
        return rng.choice(MG_STREETS), postcode, town
    town, postcode = rng.choice(FR_TOWNS)
    return f"{rng.randint(1, 180)} {rng.choice(FR_STREETS)}", postcode, town


@lru_cache(maxsize=4096)
def ascii_upper(text: str) -> str:
    """The text as an old banking program prints it: capitals, no accent, no ligature."""
    text = text.replace("Œ", "OE").replace("œ", "oe").replace("’", "'").replace("Ł", "L")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"\s+", " ", plain).upper().strip()


def domain_of(name: str) -> str:
    """An e-mail domain for a firm, under the top-level domain kept for examples (RFC 2606)."""
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_upper(name).lower()).strip("-")
    return f"{slug[:40].strip('-')}.example"
