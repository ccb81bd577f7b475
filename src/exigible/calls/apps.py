from __future__ import annotations

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "exigible.calls"
    label = "calls"
