from __future__ import annotations

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "exigible.inbox"
    label = "inbox"

    def ready(self) -> None:
        """Have reminders ask here what came in."""
        from exigible.dunning.heard import hear_from
        from exigible.inbox.heard import heard

        hear_from(heard)
