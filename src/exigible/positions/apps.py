from __future__ import annotations

from django.apps import AppConfig


class PositionsConfig(AppConfig):
    name = "exigible.positions"
    label = "positions"
