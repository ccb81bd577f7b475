"""Templates in words: what each is called, what its variables mean, what is wrong with what was typed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from exigible.dunning.reasons import step_name
from exigible.dunning.texts.checks import Fault


def tone_name(tone: str) -> str:
    """What a template is called."""
    return {
        "broken_promise": _("Broken promise"),
        "thank_you": _("Thank-you"),
        "dispute_received": _("Dispute received"),
    }.get(tone) or step_name(tone)


def when_used(tone: str) -> str:
    """What makes the program, or a person, take these words."""
    return {
        "courtesy": _("Before the due date, at the step of that name."),
        "reminder": _("At the first step after the due date."),
        "firm": _("At the second step."),
        "broken_promise": _("Instead of the reminder or the firm one, when a promise was broken since."),
        "formal_notice": _("At the step of that name; the letter goes along with an e-mail."),
        "last_before_action": _("At the step of that name, for policies that take it."),
        "thank_you": _("Written by hand from the customer's page, to a late payer who now pays on time."),
        "dispute_received": _("Written by hand from the customer's page, once a dispute is on record."),
    }[tone]


def language_name(language: str) -> str:
    return {"fr": _("French"), "en": _("English")}[language]


def kind_name(kind: str) -> str:
    """The debtors that a template is for; empty for all."""
    return {"business": _("businesses"), "public": _("public bodies"), "individual": _("individuals")}.get(
        kind, ""
    )


def part_name(part: str) -> str:
    return {
        "email_subject": _("Subject"),
        "email_body": _("Text of the e-mail"),
        "letter_subject": _("Subject of the letter"),
        "letter_body": _("Text of the letter"),
        "sms": _("Text message"),
    }[part]


def variable_meaning(name: str) -> str:
    """What stands in the place of a name, in one line."""
    return {
        "customer": _("name of the customer"),
        "customer_code": _("code of its account"),
        "company": _("name of our company"),
        "collector": _("who is in charge of the customer"),
        "total": _("what is asked for, charges included"),
        "principal": _("what is asked for without the charges"),
        "interest": _("late interest in the sum, where there is some"),
        "indemnity": _("fixed recovery charge in the sum, where there is some"),
        "item_count": _("how many items are asked for"),
        "reference": _("what the payment should quote"),
        "iban": _("the account to pay to"),
        "due_span": _("when it falls or fell due: on a date, or between two"),
        "previous_on": _("date of the last message about these items"),
        "pay_by": _("date by which payment is asked for"),
        "dated": _("date of the message"),
        "promised": _("sum of the promise that was not kept"),
        "promised_on": _("date of the promise that was not kept"),
        "disputed": _("sum that the customer contests"),
        "disputed_document": _("number of the document that it contests"),
        "contract_rate": _("rate of late interest of our general terms, for a business"),
        "if_professional": _("keeps the paragraph for businesses"),
        "if_individual": _("keeps the paragraph for individuals"),
        "if_charges": _("keeps the paragraph where the sum holds late interest"),
        "if_indemnity": _("keeps the paragraph where the sum holds the recovery charge"),
        "items": _("the table of items and how to pay; a paragraph by itself"),
        "else": _("begins the paragraph said when the one before cannot be"),
    }[name]


def fault_sentence(fault: Fault) -> str:
    """What is wrong, and what to do."""
    return _sentences(fault).format_map(dict(fault.params))


def _sentences(fault: Fault) -> str:
    if fault.code == "unknown-variable" and not fault.params["near"]:
        return _("“{found}” is not a value that a message has: choose one of the list.")
    return {
        "empty": _("Nothing is written here."),
        "too-long": _("{length} characters: at most {most}."),
        "two-lines": _("A subject is one line."),
        "unseen": _("An invisible character ({found}) stands here: take it out."),
        "lone-brace": _("A brace alone: braces name a value; one that is meant is typed twice."),
        "unknown-variable": _("“{found}” is not a value that a message has. Did you mean “{near}”?"),
        "not-here": _("“{found}” has its place in the text alone."),
        "not-always-known": _("“{found}” is not always known: it may stand in a paragraph, not here."),
        "else-misplaced": _("“else” begins a paragraph that follows another one."),
        "items-misplaced": _("“items” is a paragraph by itself, between two empty lines."),
        "items-twice": _("The table of items stands twice."),
        "no-items-here": _("These words claim nothing: no table of items goes with them."),
        "no-items": _("The table of items is missing: put “items” on a line by itself."),
        "nothing-before-items": _("Something must be said before the table of items."),
        "missing": _("“{name}” must be said to every customer, whatever is known of it."),
        "no-formal-words": _("A formal notice must call itself one: “{words}” (Code civil, art. 1344)."),
        "forbidden": _("“{found}” may not be used: it looks like an act of a court, or is on your list."),
        "charges-not-given": _(
            "“{found}”: the law of your country does not give this by right. Only what the contract gives may"
            " be said, in a paragraph that names “contract_rate”."
        ),
        "charges-of-professionals": _(
            "“{found}” is owed by businesses alone (Code de commerce, L441-10 and D441-5): begin the"
            " paragraph with “if_professional”."
        ),
    }[fault.code]
