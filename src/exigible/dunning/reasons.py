"""Why a reminder goes out or is held back, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.dunning.calendars import holiday_words
from exigible.language import formats


def step_name(key: str) -> str:
    """What a step is called."""
    return {
        "courtesy": _("Courtesy reminder"),
        "reminder": _("Reminder"),
        "firm": _("Firm reminder"),
        "formal_notice": _("Formal notice"),
        "last_before_action": _("Last letter before action"),
    }.get(key, key)


def reason_sentence(code: str, params: Mapping[str, Any], currency: str) -> str:
    """The reason as a sentence in the reader's language; `params` are those of `rules.Reason`."""
    values = {name: _shown(name, value, currency) for name, value in params.items()}
    return f"{_sentence(code, params)} {_through(params)}".rstrip().format_map(values)


def _through(params: Mapping[str, Any]) -> str:
    return _("Told through {through}, for its group.") if "through" in params else ""


def _shown(name: str, value: Any, currency: str) -> str:
    if name.endswith("_minor"):
        return formats.money(int(value), currency, with_symbol=True)
    if name.endswith("_on") or name == "until":
        return formats.day(date.fromisoformat(value))
    if name == "chosen_over":
        return channel_name(value)
    return holiday_words(value) if name == "holiday" else str(value)


def _sentence(code: str, params: Mapping[str, Any]) -> str:
    if code in ("step-reached", "falls-due"):
        way = _chosen_way(params) or _other_way(params)
        return " ".join(filter(None, (_why_it_goes(code, params), _since(params), _left(params), way)))
    if code == "listed-with-group":
        return _listed(params)
    if code == "too-old" and "asked_on" in params:
        return _(
            "Up to {days_late} days late, asked for on {asked_on} and too old to go on: a person decides."
        )
    if code == "policy-ended":
        return " ".join((ending_sentence(str(params["ending"])), _last_step(params)))
    if code == "paused" and not params.get("why"):
        return _("Reminders rest until {until}.")
    if code == "promise-not-due" and "amount_minor" not in params:  # as older runs kept it
        return _("A payment is promised for {due_on}.")
    if code == "promise-not-due" and "waited_on" in params:
        return _("A payment of {amount_minor} is promised for {due_on}: it is waited for until {waited_on}.")
    if code == "not-a-business-day" and not params.get("holiday"):
        return _("Not a business day at the customer's: goes out on {next_on}.")
    return _why_held().get(code, code)


def _listed(params: Mapping[str, Any]) -> str:
    return ngettext(
        "{items} item, {days_late} days late, is listed with what reached this step in its group.",
        "{items} items, up to {days_late} days late, are listed with what reached this step in its group.",
        int(params["items"]),
    )


def ending_sentence(ending: str) -> str:
    """What a person is asked to do at the end of a policy."""
    return {
        "litigation": _("End of the policy: hand over to litigation."),
        "plan": _("End of the policy: propose a payment plan."),
        "write_off": _("End of the policy: propose a write-off."),
        "account_manager": _("End of the policy: a key account, for its manager."),
    }.get(ending, ending)


def _last_step(params: Mapping[str, Any]) -> str:
    return ngettext(
        "The last step, of {last_on}, has stood unanswered for {days} day.",
        "The last step, of {last_on}, has stood unanswered for {days} days.",
        int(params["days"]),
    )


def _why_it_goes(code: str, params: Mapping[str, Any]) -> str:
    count = int(params.get("items", 1))
    if code == "falls-due":
        return ngettext(
            "{items} item falls due on {oldest_due_on}.",
            "{items} items fall due from {oldest_due_on}.",
            count,
        )
    if "listed" in params:
        return ngettext(
            "{items} item of {listed} reached this step; the oldest of all is {listed_days_late} days late.",
            "{items} items of {listed} reached this step; the oldest of all is {listed_days_late} days late.",
            count,
        )
    return ngettext(
        "{items} item reached this step, {days_late} days late.",
        "{items} items reached this step, the oldest {days_late} days late.",
        count,
    )


def _since(params: Mapping[str, Any]) -> str:
    return _("Last message on {previous_on}.") if "previous_on" in params else ""


def _left(params: Mapping[str, Any]) -> str:
    if "left_items" not in params:
        return ""
    return ngettext(
        "{left_items} item of {left_minor}, too old and never reminded, is left to a person.",
        "{left_items} items of {left_minor}, too old and never reminded, are left to a person.",
        int(params["left_items"]),
    )


def _chosen_way(params: Mapping[str, Any]) -> str:
    return _("{chosen_by} chose this way, in place of: {chosen_over}.") if "chosen_over" in params else ""


def why_not_this_way(code: str) -> str:
    """Why a way cannot be chosen for a message, or was not, as a sentence (see `services.ways_of`)."""
    return {
        "registered-not-here": _("Registered letters are for formal notices and last letters before action."),
        "tried-in-vain": _("Tried lately: nobody was reached."),
        "no-email": _("No e-mail address is known that works."),
        "no-mobile": _("No mobile number is known that may be written to."),
        "no-phone": _("No telephone number is known that works."),
        "no-postal-address": _("No postal address is known that works."),
        "retouched": _("A retouched letter is attached: take it away first."),
        "settled": _("Nothing is due any more."),
        "told-for-group": _("It leaves with the others of its group, by the way that leads to its head."),
        "same": _("It goes that way already."),
        "excluded": _("It was left out: take it back in first."),
        "changed-meanwhile": _("Someone chose another way meanwhile: look at it again."),
        "not-proposed": _("It is no longer a proposal: what is approved, stopped or sent keeps its way."),
    }.get(code) or _why_held().get(code, code)


def _other_way(params: Mapping[str, Any]) -> str:
    if "instead_of" not in params:
        return ""
    return {
        "email": _("The customer cannot be reached by e-mail, or prefers letters."),
        "letter": _("The customer's postal address is not known: not by letter."),
        "sms": _("The customer has no mobile number to write to: not by text message."),
        "phone": _("The customer cannot be reached by telephone: in writing instead."),
        "visit": _("The customer cannot be visited: in writing instead."),
        "registered": _("The customer's postal address is not known: not by registered letter."),
    }.get(str(params["instead_of"]), "")


def _why_held() -> dict[str, str]:
    return {
        "insolvent": _("Insolvency proceedings are open: reminders stop."),
        "paused": _("Reminders rest until {until}: {why}"),
        "promise-not-due": _("A payment of {amount_minor} is promised for {due_on}."),
        "disputed": _("The customer contests {amount_minor}: there is nothing else to remind of."),
        "payment-not-allocated": _(
            "Payment seen but not allocated: {credits_minor} of credits stand against {gross_minor} due."
        ),
        "payment-seen": _("{seen_minor} came in on the bank and is not lettered yet."),
        "reply-unread": _("A reply of {received_on} has not been read yet: see the inbox."),
        "address-dead": _("Messages to {recipient} come back: the next run takes another way."),
        "address-wrong": _("A letter to this postal address came back: the next run takes another way."),
        "below-minimum": _("{net_minor} is below the minimum of {minimum_minor}."),
        "above-maximum": _("{net_minor} is above the maximum of {maximum_minor}: a person decides."),
        "too-old": _("Never reminded, and up to {days_late} days late: a person decides."),
        "message-pending": _("The message of the run of {run_on} is not settled yet."),
        "contacted-recently": _("Contacted on {last_on}: {days} days are left between two contacts."),
        "no-address": _("Neither an e-mail address nor a postal one is known that works."),
        "no-policy": _("No policy is for this customer."),
        "not-a-business-day": _("{holiday} at the customer's: goes out on {next_on}."),
        "settled": _("Settled since the approval."),
        "group-is-late": _("Its group is told today of what is late: no word before the due date beside it."),
        "voice-ended": _("Its group is no longer told in one message: the next run decides again."),
        "retouched-before": _(
            "The letter was retouched when {then_minor} were asked for; it is {net_minor} now:"
            " retouch it again."
        ),
        "dates-passed": _("Due dates have changed or passed since the approval."),
        "no-sender": _("The company has no e-mail address to write from: see its settings."),
        "no-sender-address": _("The company has no postal address to write from: see its settings."),
        "no-sms-text": _("The words of this step have no text message: write one in the templates."),
        **_gateway_waits(),
    }


def _gateway_waits() -> dict[str, str]:
    return {
        "no-sms-gateway": _("No gateway is set for text messages, so they wait: see how messages leave."),
        "no-test-number": _(
            "On trial, text messages wait for a number to try them on: see how messages leave."
        ),
        "sms-gateway-unknown": _("The gateway of text messages is of a kind that is not installed."),
        "sms-gateway-unreachable": _(
            "The gateway of text messages cannot be reached; they wait and are tried again."
        ),
        "sms-gateway-refuses": _(
            "The gateway of text messages does not let us in: check its secret and its fields. They wait."
        ),
    }


def waiting_sentence(problem: str) -> str:
    """What an approved message waits for, where the program itself has it wait; empty for what was said."""
    code, _space, limit = problem.partition(" ")
    return {
        "out-of-hours": _("for the hours in which text messages may ring"),
        "limit-hour": _("for the limit of {limit} an hour"),
        "limit-domain": _("for the limit of {limit} an hour to this domain"),
    }.get(code, "").format(limit=limit)


def problem_sentence(code: str) -> str:
    """Why the sending of a run ended early; empty for none."""
    return {
        **_gateway_waits(),
        "mail-not-configured": _(
            "No mail server is set, so the e-mails wait: give its name in EXIGIBLE_SMTP_HOST."
        ),
        "mail-server-unreachable": _(
            "The mail server cannot be reached; the e-mails wait and are tried again."
        ),
        "no-sender": _("The company has no e-mail address to write from: see its settings."),
        "no-sender-address": _("The company has no postal address to write from: see its settings."),
        "interrupted": _("The program was interrupted while it was sending."),
        "newer-proposal": _("A newer proposal took its place."),
    }.get(code, code)


def answer_sentence(state: str, said: str, recipient: str, channel: str = "email") -> str:
    """What came of a message that did not leave, and what to do, with the server's or the person's words."""
    known = problem_sentence(said)
    if known != said or not said:
        return known
    sentences = _told_of_email() if channel == "email" else _told_of_other(channel)
    return sentences.get(state, "{said}").format(said=said, recipient=recipient)


def _told_of_other(channel: str) -> dict[str, str]:
    if channel == "sms":
        return {
            "failed": _("The gateway did not take the message; it said: “{said}”."),
            "ambiguous": _(
                "The gateway took the request and its answer did not come: ask the customer whether the"
                " message arrived. What was seen: “{said}”."
            ),
        }
    return {
        "failed": _("Given up: {said}"),
        "refused": _("Nobody was reached ({said}): the next run takes the written form."),
    }


def _told_of_email() -> dict[str, str]:
    return {
        "refused": _(
            "The mail server refuses the address {recipient}: ask the customer for the right one. The next"
            " run writes a letter instead. The server said: “{said}”."
        ),
        "failed": _(
            "The message was not taken, whatever the address: show these words to whoever looks after the"
            " mail: “{said}”."
        ),
        "ambiguous": _(
            "The connection to the mail server broke before its answer: ask the customer whether the message"
            " arrived. What was seen: “{said}”."
        ),
    }


def state_name(state: str) -> str:
    """What became of a message, in a word or two."""
    return {
        "proposed": _("proposed"),
        "excluded": _("left out"),
        "approved": _("approved"),
        "reserved": _("being sent"),
        "to_do": _("to do"),
        "sent": _("sent"),
        "ambiguous": _("unsure"),
        "failed": _("failed"),
        "refused": _("refused"),
        "superseded": _("not sent"),
        "sending": _("being sent"),
        "done": _("done"),
        "stopped": _("stopped"),
        "cancelled": _("cancelled"),
    }.get(state, state)


def channel_name(channel: str) -> str:
    return {
        "email": _("E-mail"),
        "letter": _("Letter"),
        "sms": _("Text message"),
        "phone": _("Telephone call"),
        "visit": _("Visit"),
        "registered": _("Registered letter"),
    }.get(channel, channel)
