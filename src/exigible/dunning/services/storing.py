"""What was sent, kept as it was sent: one file a message under `letters/` in the program's files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.utils.text import slugify

from exigible.dunning.models import Action

FOLDER = "letters"
KINDS = {"letter": "pdf", "registered": "pdf", "email": "eml", "sms": "txt"}


def path_of(action: Action, customer_code: str) -> str:
    """Where a message is kept, relative to the files' folder: always the same place for the same message."""
    name = f"{action.pk}-{slugify(customer_code)[:40]}".rstrip("-")
    return f"{FOLDER}/{action.run_id}/{name}.{KINDS[action.channel]}"


def full_path(relative: str) -> Path:
    return Path(settings.MEDIA_ROOT) / relative


def keep(relative: str, content: bytes) -> str:
    """Write a file whole or not at all, on the disk before this returns; gives its SHA-256."""
    path = full_path(relative)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return hashlib.sha256(content).hexdigest()
