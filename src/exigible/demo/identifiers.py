"""Invented identifiers with true check digits, from ranges that no register gives out.

SIREN numbers start with 996 to 999, bank codes are of no known bank, telephone numbers lie in blocks kept for
fiction (France) or not in service: a file that leaves the demo can reach nobody.
"""

from __future__ import annotations

SIREN_RANGE = 399_989  # a prime: multiplying by any smaller step walks through it without repeating
BANK_CODES = {"FR": ("99901", "99904", "99907"), "MC": ("99911", "99914"), "MG": ("99921", "99924", "99927")}
BICS = {"FR": "AZVRFRPPXXX", "MC": "RVKQMCM1XXX", "MG": "TNQZMGMGXXX"}
MG_ACTIVITIES = ("46101", "47191", "55101", "41001", "56101", "84111", "49231")


def luhn_digit(digits: str) -> str:
    """The digit that makes `digits` + it divisible by the Luhn formula (SIREN, SIRET: ISO/IEC 7812-1)."""
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if rank % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def siren(serial: int) -> str:
    """A French SIREN, different for each serial below `SIREN_RANGE`."""
    mixed = serial * 7_919 % SIREN_RANGE
    body = f"{99_600_000 + mixed:08d}"
    return body + luhn_digit(body)


def siret(siren_number: str, establishment: int) -> str:
    """The SIRET of one establishment of a SIREN."""
    body = f"{siren_number}{establishment:04d}"
    return body + luhn_digit(body)


def vat_number(siren_number: str) -> str:
    """The French intra-Community VAT number of a SIREN; Monaco has the same form."""
    key = (12 + 3 * (int(siren_number) % 97)) % 97
    return f"FR{key:02d}{siren_number}"


def monaco_tax_number(serial: int) -> str:
    """The nine digits that stand for a SIREN in a Monegasque VAT number: they begin with 000."""
    body = f"000{serial * 7_919 % 99_991:05d}"
    return body + luhn_digit(body)


def monaco_trade_register(serial: int, year: int) -> str:
    """A number of the Répertoire du commerce et de l'industrie, e.g. 12S05678."""
    return f"{year % 100:02d}S{serial % 99_991:05d}"


def monaco_nis(serial: int) -> str:
    """A Monegasque statistical number (NIS)."""
    return f"{4600 + serial % 97:04d}{'ABZ'[serial % 3]}{serial % 99_991:05d}"


def madagascar_nif(serial: int) -> str:
    """A Malagasy tax number (NIF), ten digits."""
    return f"90{serial % 99_999_989:08d}"


def madagascar_stat(serial: int, year: int) -> str:
    """A Malagasy statistical number (STAT): activity, region, year, rank."""
    return f"{MG_ACTIVITIES[serial % len(MG_ACTIVITIES)]}11{year}0{serial % 99_991:05d}"


def iban(country: str, serial: int) -> str:
    """An IBAN of an invented bank, with its RIB key and its ISO 13616 check digits."""
    codes = BANK_CODES[country]
    bank, branch = codes[serial % len(codes)], f"{10_000 + serial % 83:05d}"
    account = f"{(serial * 104_729 + 17) % 10**11:011d}"
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    bban = f"{bank}{branch}{account}{key:02d}"
    letters = "".join(str(ord(letter) - 55) for letter in country)
    return f"{country}{98 - int(f'{bban}{letters}00') % 97:02d}{bban}"


def phone(country: str, serial: int) -> str:
    """A telephone number that no one has: 04 65 71 is kept for fiction, the others are not in service."""
    if country == "FR":
        return f"+33 4 65 71 {serial // 100 % 100:02d} {serial % 100:02d}"
    if country == "MC":
        return f"+377 91 00 {serial // 100 % 100:02d} {serial % 100:02d}"
    return f"+261 20 00 {serial // 100 % 1000:03d} {serial % 100:02d}"
