"""The errors the program raises on purpose, and the problems it finds in files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


class _Params(dict[str, object]):
    """Leaves an unknown name as it is written, so that wording an error never raises another one."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class ExigibleError(Exception):
    """Base of the errors raised on purpose.

    `code` is a stable slug; `params` are the values of the case, by keyword; `sentence` is an English
    sentence with `{name}` places for them, which also serves as the key of its translation:
    `gettext(error.sentence).format(**error.params)`.
    """

    def __init__(self, code: str, sentence: str = "", **params: object) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence
        self.params: dict[str, object] = params

    def __str__(self) -> str:
        if self.sentence:
            return self.sentence.format_map(_Params(self.params))
        words = self.code.replace("-", " ").capitalize()
        details = ", ".join(f"{name}: {value}" for name, value in self.params.items())
        return f"{words} ({details})." if details else f"{words}."


class UserMistake(ExigibleError):
    """What was given cannot be used. Said in the page (HTTP 422); a command exits with 1."""


class Refused(ExigibleError):
    """A rule refuses what was asked; `code` names the rule. A command exits with 1."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file, where, what was found there and what was expected.

    `code` and `expected` are stable slugs ("bad-date", "missing-column"); `line` counts from 1 as an
    editor shows it; `column` is the column's name. The caller words it.
    """

    code: str
    line: int | None
    column: str | None
    found: str
    expected: str
    params: dict[str, object] = field(default_factory=dict, hash=False)
    severity: Literal["error", "warning"] = "error"
