"""The reasons of the day's list, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.language import formats


def reason_sentence(reason: str, params: Mapping[str, Any], currency: str) -> str:
    """Why now, as a sentence in the reader's language."""
    sentence = _sentences()[reason]
    words = sentence(params) if callable(sentence) else sentence
    values = _values(params, currency)
    said = words % values
    if "credits" not in params:
        return said
    return _("%(reason)s; %(credits)s of unallocated credits deducted") % (values | {"reason": said})


def _values(params: Mapping[str, Any], currency: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in params.items():
        if name in ("amount", "received", "over", "credits", "overdue"):
            values[name] = formats.money(int(value), currency, with_symbol=True)
        elif name.endswith("_on"):
            values[name] = formats.day(date.fromisoformat(value))
        else:
            values[name] = value
    return values


def _sentences() -> dict[str, Any]:
    return {
        "promise-broken": _("Promise of %(amount)s for %(due_on)s not kept"),
        "promise-part-kept": _("Promise of %(amount)s for %(due_on)s kept in part: %(received)s came in"),
        "dispute-unanswered": _("Dispute over %(amount)s: an answer was due on %(due_on)s"),
        "credit-note-awaited": lambda p: ngettext(
            "Credit note of %(amount)s awaited for %(days)s day",
            "Credit note of %(amount)s awaited for %(days)s days",
            p["days"],
        ),
        "limitation-near": lambda p: ngettext(
            "The oldest claim is time-barred in %(days)s day",
            "The oldest claim is time-barred in %(days)s days",
            p["days"],
        ),
        "limitation-passed": _("The oldest claim may be time-barred: was the limitation period interrupted?"),
        "formal-notice-unanswered": lambda p: ngettext(
            "Formal notice without an answer for %(days)s day",
            "Formal notice without an answer for %(days)s days",
            p["days"],
        ),
        "policy-ended": lambda p: _end_of_policy(p["ending"]),
        "payment-not-allocated": _(
            "Unallocated credits of %(amount)s cover the overdue: to be lettered first"
        ),
        "over-credit-limit": _("Over the credit limit by %(over)s"),
        "reminder-proposed": _("A reminder is proposed, to be reviewed"),
        "late-never-contacted": lambda p: ngettext(
            "Overdue for %(days)s day, never contacted",
            "Overdue for %(days)s days, never contacted",
            p["days"],
        ),
        "late-and-silent": lambda p: ngettext(
            "No contact for %(days)s day", "No contact for %(days)s days", p["days"]
        ),
        "no-contact": _("Neither e-mail nor telephone is known"),
        "claim-to-declare": lambda p: _claim_to_declare(p.get("country", "")),
    }  # fmt: skip


def _end_of_policy(ending: str) -> str:
    """What a person is asked to do at the end of a policy of reminders, and since when nothing came."""
    return {
        "litigation": _("End of the reminders: hand over to litigation, %(days)s days after the last step"),
        "plan": _("End of the reminders: propose a payment plan, %(days)s days after the last step"),
        "write_off": _("End of the reminders: propose a write-off, %(days)s days after the last step"),
        "account_manager": _(
            "End of the reminders: ask the key account’s manager, %(days)s days after the last step"
        ),
    }.get(ending, ending)


def _claim_to_declare(country: str) -> str:
    """The delay of the debtor's country, where the law is known (see `rules.DECLARATION_COUNTRIES`)."""
    return {
        "FR": _(
            "Insolvency opened: the claim must be declared within two months of the publication in the "
            "BODACC (C. com. R622-24)"
        ),
        "MC": _(
            "Insolvency opened: the claim must be declared within 15 days of the publication in the "
            "Journal de Monaco (C. com. 463)"
        ),
    }.get(country) or _("Insolvency opened: the claim must be declared; check by when in this country")


def short_reason(reason: str) -> str:
    """The reason without its numbers, for a list of the other reasons of a line."""
    return {
        "promise-broken": _("a broken promise"),
        "promise-part-kept": _("a promise kept in part"),
        "dispute-unanswered": _("a dispute without an answer"),
        "credit-note-awaited": _("a credit note awaited"),
        "limitation-near": _("limitation is near"),
        "limitation-passed": _("limitation may have passed"),
        "formal-notice-unanswered": _("a formal notice without an answer"),
        "policy-ended": _("the end of the reminders"),
        "payment-not-allocated": _("credits to be lettered"),
        "over-credit-limit": _("over the credit limit"),
        "reminder-proposed": _("a reminder to review"),
        "late-never-contacted": _("late and never contacted"),
        "late-and-silent": _("late, and no contact for two weeks"),
        "no-contact": _("neither e-mail nor telephone"),
        "claim-to-declare": _("a claim to declare"),
    }[reason]
