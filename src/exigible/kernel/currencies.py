"""ISO 4217: the active currencies and the number of digits of their minor unit.

Not taken from CLDR (Babel), whose digits follow usage at the counter: it gives the ariary none, where
ISO 4217 gives it two.
"""

from __future__ import annotations

from typing import Final

from exigible.kernel.errors import UserMistake

_TWO_DIGITS: Final = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR
SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU
UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_DIGIT: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS: Final = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DIGITS: Final = "CLF UYW"

EXPONENTS: Final[dict[str, int]] = {
    code: digits
    for digits, codes in ((2, _TWO_DIGITS), (0, _NO_DIGIT), (3, _THREE_DIGITS), (4, _FOUR_DIGITS))
    for code in codes.split()
}

USED_IN_WHOLE_UNITS: Final = frozenset({"MGA"})
"""Currencies whose minor unit exists on paper only: one ariary is five iraimbilanja, none circulate."""


def exponent(currency: str) -> int:
    """Digits of the currency's minor unit by ISO 4217 (EUR 2, JPY 0, TND 3).

    Raises UserMistake("unknown-currency") for anything but an active code in capitals.
    """
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UserMistake(
            "unknown-currency", "“{currency}” is not an ISO 4217 currency code.", currency=currency
        ) from None
