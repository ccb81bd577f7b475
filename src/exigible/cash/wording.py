"""Why a payment is thought to be what it is, in words; and what people are told of what was done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from exigible.kernel.money import NO_BREAK_SPACE
from exigible.language import formats

MOST_DOCUMENTS: Final = 6


def percent(hundredths: int) -> str:
    """A probability of so many hundredths of a percent, cut to a tenth: 9983 is 99.8 %."""
    whole, rest = divmod(hundredths, 100)
    mark, sign = (",", f"{NO_BREAK_SPACE}%") if formats.language() == "fr" else (".", "%")
    return f"{whole}{mark}{rest // 10}{sign}"


def rate(thousandths: int) -> str:
    """A rate of so many thousandths of a percent: 1500 is 1.5 %."""
    whole, rest = divmod(thousandths, 1000)
    mark, sign = (",", f"{NO_BREAK_SPACE}%") if formats.language() == "fr" else (".", "%")
    decimals = f"{rest:03d}".rstrip("0")
    return f"{whole}{mark}{decimals}{sign}" if decimals else f"{whole}{sign}"


def exchange_rate(units: Decimal, currency: str, other: str) -> str:
    """So many units of `other` for one of `currency`: "1 USD = 0.92154 EUR"."""
    figures = f"{units:f}".rstrip("0").rstrip(".")
    shown = figures.replace(".", ",") if formats.language() == "fr" else figures
    return NO_BREAK_SPACE.join(("1", currency, "=", shown, other))


def reason_sentence(code: str, params: Mapping[str, Any], currency: str) -> str:
    """Why, as a sentence; `currency` is that of the amounts among the values."""
    sentence = _sentences(params).get(code)
    return code.replace("-", " ") if sentence is None else sentence % _values(params, currency)


def short_reason(code: str, params: Mapping[str, Any], currency: str) -> str:
    """The same in two or three words, for a list; nothing for what need not be said there."""
    return _short(params).get(code, "") % _values(params, currency)


def _values(params: Mapping[str, Any], currency: str) -> dict[str, Any]:
    values = dict(params)
    if "documents" in params:
        values["documents"] = _listed(params["documents"])
    if "amount" in params:
        values["amount"] = formats.money(params["amount"], currency, with_symbol=True)
    if "rate" in params:
        values["rate"] = rate(params["rate"])
    if "threshold" in params:
        values["threshold"] = percent(params["threshold"])
    return values


def _listed(documents: Sequence[str]) -> str:
    shown = ", ".join(documents[:MOST_DOCUMENTS])
    return f"{shown}…" if len(documents) > MOST_DOCUMENTS else shown


def _sentences(params: Mapping[str, Any]) -> dict[str, str]:
    return _of_payers(params) | _of_items(params) | _of_remainders() | _of_waiting()


def _of_payers(params: Mapping[str, Any]) -> dict[str, str]:
    return {
        "payer-given": _("The payment is on this customer’s account already."),
        "iban-known": ngettext(
            "The payment comes from a bank account known to be this customer’s.",
            "The payment comes from a bank account from which %(customers)s customers pay.",
            params.get("customers", 1),
        ),
        "payer-remembered": _("A person has confirmed this payer’s name for this customer before."),
        "name-same": _("The payer has the customer’s name."),
        "name-alike": _("The payer’s name is %(percent)s %% like the customer’s."),
        "same-group": _("The payer is of the customer’s group."),
        "several-customers": _("The payment is for items of %(count)s customers."),
        "payer-unknown": _("Nothing tells who paid: neither account, nor name, nor document number."),
        "payer-unsure": _("What is known of the payer is not enough to say who it is."),
    }


def _of_items(params: Mapping[str, Any]) -> dict[str, str]:
    return {
        "named": _("The payment’s text names %(documents)s."),
        "named-listed": _("The payment or its advice names %(documents)s."),
        "advised": _("The remittance advice names %(documents)s.")
        if "documents" in params
        else _("The payer lists these documents, with what is paid on each."),
        "advised-missing": _("The advice also names %(documents)s, of which as much is not open here."),
        "advised-short": _("The payment is less than the advice says: the last items stay open in part."),
        "last-digits": _("Only last digits are named, and neither account nor name proves who paid."),
        "and-more": _("With %(documents)s, which the text does not name, the amount agrees to the cent."),
        "single": _("One item is close to that amount.")
        if "short" in params
        else _("One item is for that amount."),
        "all-due": _("All that is due comes to that amount."),
        "all-open": _("All that is open comes to that amount."),
        "oldest": ngettext(
            "The oldest item comes to that amount.",
            "The %(count)s oldest items come to that amount.",
            params.get("count", 1),
        ),
        "month": _("All the items of one month come to that amount."),
        "set": ngettext(
            "%(count)s item comes to that amount.",
            "%(count)s items come to that amount together.",
            params.get("count", 1),
        ),
        "credits-deducted": _("Credit notes are deducted."),
        "before-invoice": _("The payment is dated before an invoice that it would pay."),
        "disputed": _("One of the items is disputed."),
        "in-the-books": _("The books hold this payment already, as %(document)s."),
        "double-payment": _("%(document)s, of the same amount, is settled already: it may be paid twice."),
        "search-bounded": _("There are more sets of items than could be looked at."),
        "returned": _("The bank gave back the payment %(reference)s."),
        "chosen": _("A person chose the items."),
    }


def _of_remainders() -> dict[str, str]:
    return {
        "partial": _("The payment is a part of what it names; the rest stays open."),
        "partial-oldest-first": _("The payment is less than what it names: the oldest is paid first."),
        "overpaid": _("More was paid than what the text names; what is left over stays on account."),
        "on-account": _("No set of items agrees with the amount: it would stay on the customer’s account."),
        "charges-told": _("The bank says that %(amount)s of charges were kept."),
        "charges-likely": _("%(amount)s lack, as for bank charges."),
        "discount-told": _("%(amount)s lack: the discount that the advice tells of."),
        "discount": _("%(amount)s lack: the early-payment discount, taken in time."),
        "withholding": _("%(amount)s lack: tax of %(rate)s kept back by the customer."),
        "small-difference": _("%(amount)s lack: a small difference."),
    }


def _of_waiting() -> dict[str, str]:
    return {
        "ambiguous": _("Several answers explain the payment as well as each other."),
        "asks-always": _("The company lets nothing post by itself."),
        "below-threshold": _("Less sure than the %(threshold)s that the company asks for."),
        "nothing-agrees": _("Nothing agrees with the amount."),
        "payer-not-proven": _("The amount does not agree, and it is not proven who paid."),
        "paid-by-another": _("Another customer is known under this name or account."),
        "unusual": _("It is not usual to pay so."),
        "charges-not-told": _("The bank told of no charges, and the text names no document."),
        "over-cap": _("The difference is more than may be written off without a person."),
        "books-go-further": _("The books go further than this day: it may be in them in another form."),
        "undone": _("What this payment was lettered with was undone."),
        "daily-cap": _("As much has been written off today as may be without a person."),
    }


def _short(params: Mapping[str, Any]) -> dict[str, str]:
    return {
        "named": _("number in the text"),
        "advised": _("named in the advice") if "documents" in params else _("listed by the payer"),
        "advised-missing": _("not all of it found"),
        "last-digits": _("last digits alone"),
        "and-more": _("with %(documents)s"),
        "double-payment": _("paid already: %(document)s"),
        "iban-known": _("IBAN"),
        "payer-given": _("its account"),
        "payer-remembered": _("name learnt"),
        "name-same": _("same name"),
        "name-alike": _("name alike"),
        "same-group": _("same group"),
        "several-customers": _("several customers"),
        "all-due": _("all that is due"),
        "all-open": _("all that is open"),
        "oldest": _("the oldest"),
        "month": _("one month"),
        "partial": _("in part"),
        "partial-oldest-first": _("in part"),
        "overpaid": _("too much paid"),
        "disputed": _("disputed"),
        "payer-unknown": _("payer not known"),
        "payer-unsure": _("payer not sure"),
        "undone": _("lettering undone"),
    }


def count_of_items(count: int) -> str:
    return ngettext("%(count)s item", "%(count)s items", count) % {"count": count}


def remainder_words(remainder_as: str, minor: int, currency: str) -> str:
    """What becomes of a difference: "charges 10.00"; nothing for none."""
    words = {
        "keep_open": _("%(amount)s kept open"),
        "on_account": _("%(amount)s on account"),
        "charge": _("charges %(amount)s"),
        "discount": _("discount %(amount)s"),
        "withholding": _("tax withheld %(amount)s"),
        "write_off": _("written off %(amount)s"),
        "exchange": _("exchange difference %(amount)s"),
    }.get(remainder_as)
    if words is None or not minor:
        return ""
    return words % {"amount": formats.money(minor, currency)}


def answer_words(answer: Mapping[str, Any], currency: str) -> str:
    """What an explanation does: "3 items, charges 10.00"."""
    items = len(answer["allocations"])
    rest = remainder_words(answer["remainder_as"], answer["remainder_minor"], currency)
    if not items:
        return _("on account")
    return ", ".join(filter(None, (count_of_items(items), rest)))


def why_short(answer: Mapping[str, Any], currency: str) -> str:
    """What speaks for an explanation, in a few words."""
    said = [short_reason(one["code"], one["params"], currency) for one in answer["reasons"]]
    return ", ".join(dict.fromkeys(filter(None, said)))


def why_aside(why: str) -> str:
    """Why a line is not for a customer."""
    return {
        "outgoing": _("went out to someone who is no customer"),
        "bank": _("the bank’s own charges or interest"),
        "internal": _("between the company’s own accounts"),
        "supplier": _("from a supplier"),
        "other": pgettext("a bank line put aside", "for another reason"),
    }.get(why, why)
