"""The program's own errors in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from exigible.kernel.errors import ExigibleError


def word(error: ExigibleError) -> str:
    """What is wrong and what to do, as the page says it. The error's sentence is its translation's key."""
    if not error.sentence:
        return str(error)
    translated = ExigibleError(error.code, _(error.sentence), **error.params)
    return str(translated)
