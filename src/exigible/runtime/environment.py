"""Settings given by variables of the environment: read, or refused in a sentence that names the variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

_Value = TypeVar("_Value")

SWITCH: Final = {"1": True, "true": True, "0": False, "false": False}

TLS: Final = {
    "none": "none", "false": "none", "0": "none",
    "starttls": "starttls", "true": "starttls", "1": "starttls",
    "implicit": "implicit",
}  # fmt: skip
"""How the connection to the mail server is encrypted, by what may be written for it."""


class WrongSetting(Exception):
    """A variable of the environment cannot be used; the sentence says which one, and what it takes."""


def text(name: str, default: str = "") -> str:
    """A variable; one that is set and empty counts as not set."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """An on/off setting. Raises WrongSetting."""
    return _one_of(name, SWITCH, default, "true or false")


def tls(name: str) -> str:
    """How to encrypt: "none" (where it is not set), "starttls" or "implicit". Raises WrongSetting."""
    return _one_of(
        name, TLS, "none", "none, starttls (most servers, port 587) or implicit (encrypted at once, port 465)"
    )


def port(name: str, default: int) -> int:
    """A port of the network. Raises WrongSetting."""
    written = text(name, str(default))
    if not written.isascii() or not written.isdecimal() or not 0 < int(written) < 65536:
        raise WrongSetting(f"{name} is {written!r}: give the number of a port, such as 25, 465 or 587.")
    return int(written)


def time_zone(name: str, default: str) -> str:
    """The name of a time zone. Raises WrongSetting."""
    written = text(name, default)
    try:
        ZoneInfo(written)
    except (OSError, ValueError, KeyError):
        raise WrongSetting(f"{name} is {written!r}: give a time zone, such as Europe/Paris.") from None
    return written


def _one_of(name: str, values: Mapping[str, _Value], default: _Value, takes: str) -> _Value:
    written = text(name)
    if not written:
        return default
    if written.lower() not in values:
        raise WrongSetting(f"{name} is {written!r}: it takes {takes}.")
    return values[written.lower()]
