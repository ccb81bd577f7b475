from __future__ import annotations

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "exigible.calls"
    label = "calls"

    def ready(self) -> None:
        """Have reminders ask here which numbers are wrong."""
        from exigible.calls.steps import wrong_numbers
        from exigible.dunning.heard import hear_from

        hear_from(wrong_numbers)
