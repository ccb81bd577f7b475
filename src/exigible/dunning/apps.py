from __future__ import annotations

from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "exigible.dunning"
    label = "dunning"

    def ready(self) -> None:
        """Have text messages go through the gateways that companies set."""
        from exigible.dunning.sms import register
        from exigible.dunning.sms.http import HttpGateway

        register("http", HttpGateway)
