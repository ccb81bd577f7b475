from __future__ import annotations

from django.apps import AppConfig


class CashConfig(AppConfig):
    name = "exigible.cash"
    label = "cash"
