"""Mappings of columns, remembered by the names of a file's columns."""

from __future__ import annotations

from collections.abc import Sequence

from exigible.intake import models
from exigible.intake.readers.mapping import Mapping, fingerprint
from exigible.intake.readers.vocabulary import Kind
from exigible.ledger.models import Company


def remembered_mapping(company: Company, kind: Kind, headers: Sequence[str]) -> tuple[str, Mapping] | None:
    """The mapping that was last remembered for a file with these columns, with its name."""
    found = (
        models.Mapping.objects.filter(company=company, kind=kind, fingerprint=fingerprint(headers))
        .order_by("-updated_at")
        .first()
    )
    return (found.name, Mapping.from_dict(found.columns)) if found else None


def remember_mapping(*, company: Company, name: str, mapping: Mapping) -> None:
    """Keep a mapping under a name; what the name stood for before is replaced."""
    models.Mapping.objects.update_or_create(
        company=company,
        kind=mapping.kind,
        name=name,
        defaults={"fingerprint": mapping.fingerprint, "columns": mapping.to_dict()},
    )
