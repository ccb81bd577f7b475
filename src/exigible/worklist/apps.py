from __future__ import annotations

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    name = "exigible.worklist"
    label = "worklist"
