from __future__ import annotations

from django.apps import AppConfig


class RegisteredConfig(AppConfig):
    name = "exigible.registered"
    label = "registered"

    def ready(self) -> None:
        """Have reminders ask here from which addresses letters come back."""
        from exigible.dunning.heard import hear_from
        from exigible.registered.heard import heard

        hear_from(heard)
