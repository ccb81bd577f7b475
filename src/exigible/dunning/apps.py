from __future__ import annotations

from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "exigible.dunning"
    label = "dunning"
