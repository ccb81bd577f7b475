"""What is stored of reminders: the policies, the runs, and what each run did or held back.

A level is taken once by an item, a customer has one message a run and currency, and what was sent does not
change: constraints below and triggers of `migrations/0002_once.sql` hold it.
"""

from __future__ import annotations

from exigible.dunning.models.policies import GroupVoice, Policy
from exigible.dunning.models.runs import BY_HAND, ON_PAPER, Action, ActionItem, Channel, HeldBack, Run
from exigible.dunning.models.sending import SendingPolicy, SmsGateway
from exigible.dunning.models.texts import BannedWords, RetouchedLetter, Template

__all__ = [
    "BY_HAND",
    "ON_PAPER",
    "Action",
    "ActionItem",
    "BannedWords",
    "Channel",
    "GroupVoice",
    "HeldBack",
    "Policy",
    "RetouchedLetter",
    "Run",
    "SendingPolicy",
    "SmsGateway",
    "Template",
]
