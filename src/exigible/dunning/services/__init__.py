"""The acts of this room: propose a run, decide on it, send it."""

from exigible.dunning.services.approving import (
    approve,
    cancel_run,
    exclude_actions,
    include_actions,
    resolve_ambiguous,
    stop_run,
)
from exigible.dunning.services.by_hand import confirm_done, drop, no_longer_true, to_do
from exigible.dunning.services.channels import Changed, change_channel, ways_of
from exigible.dunning.services.letters import batch_for_printing
from exigible.dunning.services.proposing import preview_run, propose_run
from exigible.dunning.services.sending import (
    SendReport,
    is_before_its_day,
    refuse_before_its_day,
    send_run,
)
from exigible.dunning.services.speaking import end_group_voice, set_group_voice

__all__ = [
    "Changed",
    "SendReport",
    "approve",
    "batch_for_printing",
    "cancel_run",
    "change_channel",
    "confirm_done",
    "drop",
    "end_group_voice",
    "exclude_actions",
    "include_actions",
    "is_before_its_day",
    "no_longer_true",
    "preview_run",
    "propose_run",
    "refuse_before_its_day",
    "resolve_ambiguous",
    "send_run",
    "set_group_voice",
    "stop_run",
    "to_do",
    "ways_of",
]
