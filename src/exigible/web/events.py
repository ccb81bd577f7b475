"""The lines of a timeline, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.calls.wording import outcome_words
from exigible.documents.naming import says_nothing
from exigible.dunning.reasons import channel_name
from exigible.kernel.money import exponent, parse_amount
from exigible.language import formats
from exigible.negotiation.models import Request
from exigible.registered.models import Proof
from exigible.registered.rules.numbers import grouped
from exigible.registered.wording import status_words
from exigible.timeline.models import Event
from exigible.visits.wording import outcome_words as visit_words
from exigible.web.fields import country_choices
from exigible.web.labels import CASH_LABELS, COMPANY_LABELS, CUSTOMER_LABELS, KINDS

ICONS = {
    "note": "note", "call": "phone", "visit": "visit", "visit-planned": "visit", "visit-unplanned": "undo",
    "receipt-sent": "mail", "receipt-unsure": "warning", "receipt-failed": "warning", "place-given": "visit",
    "promise": "promise", "promise-withdrawn": "undo",
    "dispute-opened": "dispute", "dispute-resolved": "check", "email-sent": "mail", "letter-sent": "file",
    "request-taken": "note", "request-handed-over": "user", "request-closed": "check",
    "reminder-sent": "mail", "sms-sent": "note", "reminder-to-do": "reminders", "reminder-done": "check",
    "reminder-dropped": "undo", "sending-limits-changed": "settings", "sms-gateway-changed": "settings",
    "group-voice-set": "settings", "group-voice-ended": "undo",
    "reminder-ambiguous": "warning", "reminder-refused": "warning",
    "contract-added": "file", "contact-added": "user", "contact-changed": "user",
    "payment-lettered": "cash", "payment-on-account": "cash", "payment-returned": "warning",
    "lettering-undone": "undo", "return-undone": "undo", "payment-refunded": "cash",
    "remittance-advice-attached": "file", "remittance-advice-withdrawn": "undo",
    "cash-policy-changed": "settings", "bank-line-taken-back": "undo",
    "reply-received": "mail", "auto-reply-received": "calendar", "message-bounced": "warning",
    "reply-reopened": "undo", "address-works": "check", "mailbox-changed": "settings",
    "registered-posted": "mail", "registered-heard": "info", "registered-taken-back": "undo",
    "registered-proof": "file", "registered-unsure": "warning", "registered-not-taken": "warning",
    "address-wrong": "warning", "address-right": "check",
}  # fmt: skip
OURS = {
    "call", "visit", "email-sent", "letter-sent", "sms-sent", "reminder-done", "reminder-sent",
    "reminder-ambiguous",
}  # fmt: skip
TO_GROUPS = {"email-sent", "letter-sent"}
NUMBERED = {"payment-lettered", "payment-on-account"}
"""Kinds whose text is the number of a document."""
THEIRS = {
    "promise", "dispute-opened", "request-taken", "payment-lettered", "payment-on-account",
    "payment-returned", "reply-received", "auto-reply-received",
}  # fmt: skip


def describe(event: Event) -> tuple[str, str]:
    """What happened, and the words that were written with it."""
    words = _sentences().get(_kind(event))
    text = "" if event.kind in NUMBERED and says_nothing(event.text) else event.text
    if words is None:
        return event.kind.replace("-", " "), text
    try:
        return words % _values(event), text
    except KeyError:  # an older line without one of the values still says what it is
        return words.split("%(")[0].rstrip(" :(,"), text


def _kind(event: Event) -> str:
    """The kind, or that of a pause that was dated back, or of a message to the head of a group."""
    is_since = event.kind == "dunning-paused" and "since" in event.data
    return "dunning-paused-since" if is_since else _of_group(event)


def _of_group(event: Event) -> str:
    """The kind of a message that was sent, or that of one to the head of a group: as told here, or there."""
    told = {name for name in ("through", "members") if name in event.data}
    return event.kind + (f"-{told.pop()}" if told and event.kind in TO_GROUPS else "")


def icon(event: Event) -> str:
    return ICONS.get(event.kind, "info")


def side(event: Event) -> str:
    """Who speaks: "ours", "theirs", or "house" for what is noted or changed without the customer."""
    if event.kind in OURS:
        return "ours"
    return "theirs" if event.kind in THEIRS else "house"


def _values(event: Event) -> dict[str, Any]:
    data = dict(event.data)
    values: dict[str, Any] = {name: value for name, value in data.items() if isinstance(value, str | int)}
    for name in ("due_on", "until", "before", "day", "since"):
        if data.get(name):
            values[name] = formats.day(date.fromisoformat(data[name]))
    if data.get("iban"):
        values["iban"] = formats.iban(data["iban"])
    if "amount" in data and "currency" in data:
        minor = parse_amount(data["amount"], exponent=exponent(data["currency"]), decimal_mark=".")
        values["amount"] = formats.money(minor, data["currency"], with_symbol=True)
    values |= _values_of_kind(event.kind, data)
    if event.kind == "visit":
        values["outcome"] = _visit_words(values)
    if "request_kind" in data:
        values |= _request_values(data)
    if "changes" in data:
        values["changes"] = ", ".join(_change(name, *change) for name, change in data["changes"].items())
    return values


def _values_of_kind(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What one kind of line names in a way of its own."""
    if kind in ("reminder-to-do", "reminder-done", "reminder-dropped", "reminder-channel-changed"):
        return {"way": channel_name(data.get("channel", ""))}
    if kind == "payment-lettered":
        return {"documents": _documents(data.get("documents", []))}
    if kind == "call":
        return {"outcome": _call_words(data)}
    return _registered_values(data) if kind.startswith("registered-") else {}


def _call_words(data: Mapping[str, Any]) -> str:
    """How a call ended; where the customer is to be called back, when."""
    again = parse_datetime(data.get("again_at", ""))
    words = outcome_words(data.get("outcome", ""))
    return f"{words}, {formats.moment(again)}" if again else words


def _visit_words(values: Mapping[str, Any]) -> str:
    """What came of a visit, who was seen, and the receipt that was written."""
    words = visit_words(values.get("outcome", ""))
    receipt = _("%(amount)s, receipt no. %(receipt)s") % values if "receipt" in values else ""
    return " · ".join(filter(None, (words, values.get("person", ""), receipt)))


def _registered_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """A letter's number as its slip has it, where it stands, and what a file is the proof of."""
    kind = data.get("proof_kind", "")
    return {
        "number": grouped(data.get("number", "")) or _("electronic"),
        "before_number": grouped(data.get("before_number", "")),
        "status": status_words(data.get("status", "")),
        "proof": Proof.Kind(kind).label if kind in Proof.Kind.values else "",
    }


def _request_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for, whose it is to see to, and how it ended, as the lists of choices say them."""
    outcome = data.get("request_outcome")
    return {
        "what": Request.Kind(data["request_kind"]).label,
        "owner": data.get("owner") or _("nobody yet"),
        "outcome": Request.Outcome(outcome).label if outcome else "",
    }


def _documents(documents: Sequence[Mapping[str, str]]) -> str:
    """The documents by number; by label where the number says nothing; else how many more there are."""
    borne = Counter((one["document"], one.get("label", "")) for one in documents)
    numbers = Counter(number for number, _label in borne)
    named: list[str] = []
    unnamed = 0
    for (number, label), count in borne.items():
        if not says_nothing(number) and numbers[number] == 1:
            named.append(number)
        elif label and label != number:
            named.append(label)
        else:
            unnamed += count
    if unnamed and named:
        others = ngettext("%(count)s other document", "%(count)s other documents", unnamed)
    else:
        others = ngettext("%(count)s document", "%(count)s documents", unnamed)
    return ", ".join([*named, *([others % {"count": unnamed}] if unnamed else [])])


def _change(name: str, before: Any, after: Any) -> str:
    """One field that changed: its name as the forms say it, what stood there, and what stands there now."""
    shown = _SAID_AS.get(name, str)
    words = {"field": field_name(name), "before": _shown(before, shown), "after": _shown(after, shown)}
    return _("%(field)s %(before)s → %(after)s") % words


def _choice_said(choices: Sequence[tuple[str, Any]]) -> Callable[[str], str]:
    """How a value of a list of choices is said: by its label; a value of no list as it stands."""
    return lambda value: str(dict(choices).get(value, value))


_SAID_AS: dict[str, Callable[[str], str]] = {
    "iban": formats.iban,
    "kind": _choice_said(KINDS),
    "country": lambda code: dict(country_choices()).get(code, code),
    "language": _choice_said(settings.LANGUAGES),
}
"""Fields whose values are said otherwise than they are kept."""


def _shown(value: Any, shown: Callable[[str], str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "—" if value in (None, "") else shown(str(value))


def field_name(name: str) -> str:
    """What a field of a customer or a company is called in the forms."""
    return str(CUSTOMER_LABELS.get(name) or COMPANY_LABELS.get(name) or CASH_LABELS.get(name) or name)


def _sentences() -> dict[str, str]:
    return (
        _calls_and_requests()
        | _visits()
        | _reminders()
        | _items_and_cash()
        | {
            "note": _("Note"),
            "promise": _("Promise to pay %(amount)s on %(due_on)s"),
            "promise-withdrawn": _("Promise of %(amount)s for %(due_on)s taken back"),
            "promise-terms-changed": _("Rules of promises changed"),
            "dispute-opened": _("%(amount)s of %(document)s contested"),
            "dispute-resolved": _("Dispute over %(amount)s of %(document)s resolved"),
            "customer-added": _("Customer added"),
            "customer-changed": _("Customer changed: %(changes)s"),
            "contact-added": _("Contact added"),
            "contact-changed": _("Contact changed"),
            "contract-added": _("Contract added"),
            "payer-account-added": _("Bank account known: %(iban)s"),
            "payer-account-removed": _("Bank account forgotten: %(iban)s"),
            "registered-numbered": _("Registered letter: its number is %(number)s"),
            "registered-posted": _("Registered letter posted (%(number)s): %(amount)s"),
            "registered-heard": _("Registered letter %(number)s: %(status)s"),
            "registered-taken-back": _("Registered letter %(number)s: not “%(status)s” after all"),
            "registered-number-changed": _(
                "Registered letter: its number is %(number)s, not %(before_number)s"
            ),
            "registered-proof": _("Registered letter %(number)s: %(proof)s filed"),
            "registered-unsure": _("Electronic registered letter: it is not known whether it left"),
            "registered-not-taken": _("Electronic registered letter not taken by the provider"),
            "registered-consent": _("Agrees to electronic registered letters"),
            "registered-consent-withdrawn": _("Agrees to electronic registered letters no more"),
            "address-wrong": _("Letter came back, unknown at the address: %(address)s"),
            "address-right": _("The address is right after all: %(address)s"),
            "claim-declared": _("Claim declared in the insolvency"),
            "claim-not-declared": _("Claim not declared after all"),
            "sending-limits-changed": _("Limits of messages an hour changed"),
            "reply-received": _("Reply of %(sender)s"),
            "auto-reply-received": _("Automatic reply of %(sender)s"),
            "reply-paid": _("Says it was paid: reminders rest already"),
            "reply-away": _("Absence noted"),
            "reply-bounced": _("Message that came back: seen"),
            "reply-read": _("Reply read, nothing to do"),
            "reply-aside": _("Reply set aside"),
            "reply-reopened": _("Reply to be confirmed again"),
            "address-works": _("%(recipient)s works again"),
            "mailbox-changed": _("Mailbox for replies changed"),
        }
    )


def _items_and_cash() -> dict[str, str]:
    return {
        "item-added": _("Item entered: %(amount)s"),
        "item-reversed": _("Item reversed: %(amount)s"),
        "allocated": _("Lettered: %(amount)s"),
        "allocation-reversed": _("Lettering undone: %(amount)s"),
        "due-date-changed": _("Due date changed from %(before)s to %(due_on)s"),
        "payment-lettered": _("Payment of %(amount)s lettered with %(documents)s"),
        "payment-on-account": _("Payment of %(amount)s left on account"),
        "payment-returned": _("Payment of %(amount)s given back by the bank"),
        "lettering-undone": _("Lettering of the payment of %(amount)s undone"),
        "bank-line-put-aside": _("Bank line of %(amount)s put aside: not for a customer"),
        "payment-refunded": _("%(amount)s given back to the customer"),
        "return-undone": _("Return of the payment of %(amount)s undone"),
        "remittance-advice-attached": _("Remittance advice attached to the payment of %(amount)s"),
        "remittance-advice-withdrawn": _("Remittance advice taken off the payment of %(amount)s"),
        "cash-policy-changed": _("Rules of lettering changed: %(changes)s"),
        "bank-line-taken-back": _("Bank line of %(amount)s is to be lettered again"),
    }


def _reminders() -> dict[str, str]:
    return {
        "dunning-paused": _("Reminders rest until %(until)s"),
        "dunning-paused-since": _("Reminders rest from %(since)s until %(until)s"),
        "dunning-resumed": _("Reminders resume"),
        "dunning-pause-withdrawn": _("The pause from %(since)s until %(until)s is withdrawn"),
        "email-sent": _("E-mail sent to %(recipient)s: %(amount)s"),
        "email-sent-through": _("E-mail sent to %(through)s, for its group: %(amount)s"),
        "email-sent-members": _("E-mail sent for its group (%(members)s customers): %(amount)s"),
        "letter-sent-through": _("Letter sent to %(through)s, for its group: %(amount)s"),
        "letter-sent-members": _("Letter sent for its group (%(members)s customers): %(amount)s"),
        "group-voice-set": _("Speaks for its group from now on (%(group)s, %(members)s customers)"),
        "group-voice-ended": _("Speaks for its group no more (%(group)s)"),
        "letter-sent": _("Letter sent: %(amount)s"),
        "sms-sent": _("Text message sent to %(recipient)s: %(amount)s"),
        "reminder-to-do": _("To do by hand: %(way)s, %(amount)s"),
        "reminder-done": _("Done by hand: %(way)s, %(amount)s"),
        "reminder-dropped": _("Given up: %(way)s (%(why)s)"),
        "sms-gateway-changed": _("Gateway of text messages changed"),
        "reminder-sent": _("Reminder sent to %(recipient)s"),
        "message-bounced": _("A message to %(recipient)s came back"),
        "reminder-refused": _("Reminder to %(recipient)s refused by the mail server: “%(why)s”"),
        "reminder-ambiguous": _("It is not known whether a reminder went out"),
        "reminder-excluded": _("Reminder left out by hand"),
        "reminder-included": _("Reminder taken back in"),
        "reminder-channel-changed": _("Another way chosen for a reminder: %(way)s"),
        "reminder-held": _("Reminder not sent: the situation had changed"),
        "reminder-failed": _("Reminder not sent, it failed: “%(why)s”"),
        "reminder-resolved": _("What became of an uncertain reminder was decided"),
        "letter-retouched": _("Letter retouched by hand: %(name)s"),
        "letter-retouched-withdrawn": _("The letter goes as the program wrote it after all"),
    }


def _calls_and_requests() -> dict[str, str]:
    return {
        "call": _("Call: %(outcome)s"),
        "request-taken": _("Asks for: %(what)s (%(owner)s, by %(due_on)s)"),
        "request-handed-over": _("Request handed over: %(what)s (%(owner)s, by %(due_on)s)"),
        "request-closed": _("Request closed: %(what)s, %(outcome)s"),
        "number-right": _("Number %(number)s is right after all"),
        "call-policy-changed": _("Hours of calls changed"),
        "call-script-changed": _("Script of calls changed"),
    }


def _visits() -> dict[str, str]:
    return {
        "visit": _("Visit: %(outcome)s"),
        "visit-planned": _("Visit planned for %(day)s"),
        "visit-unplanned": _("Visit of %(day)s given up"),
        "tour-planned": _("Tour planned for %(day)s"),
        "tour-start-changed": _("Start of the tour of %(day)s changed"),
        "tour-cancelled": _("Tour of %(day)s called off"),
        "place-given": _("Place given: %(place)s"),
        "place-forgotten": _("Place forgotten"),
        "visit-policy-changed": _("Rules of visits changed"),
        "receipt-to-send": _("Receipt no. %(number)s is to be sent to %(recipient)s"),
        "receipt-sent": _("Receipt no. %(number)s sent to %(recipient)s"),
        "receipt-unsure": _("It is not known whether receipt no. %(number)s went out"),
        "receipt-failed": _("Receipt no. %(number)s not sent: “%(why)s”"),
    }
