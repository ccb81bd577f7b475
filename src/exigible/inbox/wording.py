"""Mails, kinds, acts and problems in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.inbox.fetching import FetchReport, password_name
from exigible.inbox.models import Mail
from exigible.inbox.proposing import instalments_of
from exigible.language import formats
from exigible.ledger.models import Company


def kind_name(mail: Mail) -> str:
    """What kind of mail it is, in a word or two."""
    if mail.bounce:
        return _bounce_name(mail.bounce)
    return kinds().get(mail.kind, mail.kind)


def kinds() -> dict[str, str]:
    return {
        "promise": _("promise to pay"),
        "paid-already": _("says it was paid"),
        "dispute": _("dispute"),
        "request": _("request"),
        "out-of-office": _("out of office"),
        "contact-change": _("change of contact"),
        "other": _("other"),
    }


def _bounce_name(bounce: Mapping[str, Any]) -> str:
    if bounce["is_delivered"]:
        return _("delivered")
    return _("came back") if bounce["is_permanent"] else _("delayed")


def verdict_sentence(mail: Mail) -> str:
    """What the program takes it for, and how sure it is."""
    if mail.bounce:
        return _bounce_sentence(mail.bounce)
    if "unreadable" in mail.problems:
        return _("This mail could not be read: only its headers were.")
    if "too-large" in mail.problems:
        return _("This mail is too large to be fetched: only its headers were.")
    if mail.is_unsure and not mail.why:
        return _("Nothing in it speaks clearly: a person decides.")
    kind = kinds().get(mail.kind, mail.kind)
    if mail.kind == "other" and not mail.is_unsure:
        return _("It seems to ask for nothing that the program knows: read it.")
    if mail.is_unsure and mail.kind == "promise" and len(parts := instalments_of(mail)) > 1:
        told = " · ".join(map(_instalment_words, parts))
        return _("Perhaps: {kind}, of several payments or days: {parts}. A person decides which.").format(
            kind=kind, parts=told
        )
    if mail.is_unsure:
        return _("Perhaps: {kind}. It is not sure: a person decides.").format(kind=kind)
    also = [kinds().get(k, k) for k in mail.also]
    if also:
        return _("Looks like: {kind}; also: {others}.").format(kind=kind, others=", ".join(also))
    return _("Looks like: {kind}.").format(kind=kind)


def _instalment_words(part: Mapping[str, Any]) -> str:
    """One payment of a promise: its amount, its day, or both."""
    day = formats.day(date.fromisoformat(part["on"])) if part["on"] else ""
    if part["money"]:
        amount = formats.money(*part["money"], with_symbol=True)
        return _("{amount} on {day}").format(amount=amount, day=day) if day else amount
    return _("the rest on {day}").format(day=day) if part["is_rest"] else day


def _bounce_sentence(bounce: Mapping[str, Any]) -> str:
    if bounce["is_delivered"]:
        return _("The mail server says that the message to {recipient} was delivered.").format(**bounce)
    if bounce["is_permanent"]:
        return _("The message to {recipient} came back: the address does not work.").format(**bounce)
    return _("The message to {recipient} is delayed: the mail server goes on trying.").format(**bounce)


def found_sentence(mail: Mail) -> str:
    """How the customer was found, or why none was."""
    return {
        "thread": _("It answers our message."),
        "address": _("The address is one of this customer’s."),
        "documents": _("It names documents of this customer alone."),
        "hand": _("Put here by hand."),
        "ambiguous-address": _("Several customers have this address: choose one."),
        "ambiguous-documents": _("It names documents of several customers: choose one."),
    }.get(mail.found_by, _("No customer was found: neither our message, nor the address, nor a document."))


def outcome_sentence(mail: Mail) -> str:
    """What came of a mail."""
    result = mail.result
    if mail.outcome == "paid":
        until = formats.day(date.fromisoformat(result["until"]))
        return _("Says it was paid: reminders rest until {day}.").format(day=until)
    if mail.outcome == "dispute":
        documents = ", ".join(result["documents"])
        return _("Dispute noted: {documents}.").format(documents=documents)
    if mail.outcome == "contact":
        return _("Contact added: {name}.").format(name=result["name"])
    return {
        "promise": _("Promise noted."),
        "request": _("Request noted, to be answered."),
        "away": _("Absence noted; reminders go on."),
        "bounced": _("Seen."),
        "read": _("Read, nothing to do."),
        "aside": _("Set aside."),
    }.get(mail.outcome, "")


def problem_sentence(code: str, company: Company, said: str = "") -> str:
    """Why the mailbox is not read, and what to do."""
    sentence = {
        "no-password": _("No password is given for the mailbox: put it in {variable} and start again."),
        "login-refused": _("The mail server refuses the user or the password (given in {variable})."),
        "unreachable": _("The mail server cannot be reached; it is tried again every five minutes."),
        "certificate": _("The mail server’s certificate is not to be trusted: check the server’s name."),
        "no-folder": _("The folder to read does not exist in the mailbox."),
        "not-moved": _("Mail was read, and could not be moved to the folder chosen for that."),
        "server": _("The mail server gives an answer that is not understood."),
        "left": _("Some mails could not be stored; they are asked for again each time."),
        "not-read": _("The mailbox has not been read for more than half an hour: is the worker running?"),
        "busy": _("The mailbox is being read at this moment."),
    }.get(code, code).format(variable=password_name(company))
    return (
        _("{sentence} The server said: “{said}”.").format(sentence=sentence, said=said) if said else sentence
    )


def fetched_sentence(report: FetchReport) -> str:
    """What a reading brought."""
    return ngettext("{count} new mail.", "{count} new mails.", report.new).format(count=report.new)
