"""The program's own errors and codes in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.kernel.errors import ExigibleError, UserMistake
from exigible.kernel.terms import Counting, PaymentTerms


def word(error: ExigibleError) -> str:
    """What is wrong and what to do, as the page says it. The error's sentence is its translation's key."""
    if not error.sentence:
        return str(error)
    translated = ExigibleError(error.code, _(error.sentence), **error.params)
    return str(translated)


def payment_terms(code: str) -> str:
    """Payment terms as people say them: "45EOM" is "45 days, end of month"; what is none is left as it is."""
    try:
        terms = PaymentTerms.parse(code)
    except UserMistake:
        return code
    if terms.counting is Counting.NET and not terms.days:
        return _("on receipt")
    if terms.counting is Counting.DAYS_THEN_MONTH_END and not terms.days:
        return _("end of month")
    forms = {
        Counting.NET: ngettext("{days} day", "{days} days", terms.days),
        Counting.DAYS_THEN_MONTH_END: ngettext(
            "{days} day, end of month", "{days} days, end of month", terms.days
        ),
        Counting.MONTH_END_THEN_DAYS: ngettext(
            "end of month, then {days} day", "end of month, then {days} days", terms.days
        ),
    }
    return forms[terms.counting].format(days=terms.days)
