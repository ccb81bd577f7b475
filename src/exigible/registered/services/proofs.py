"""Scans that prove a deposit or its end: kept under the files' folder as they came, with their digest."""

from __future__ import annotations

import hashlib
import io
from typing import Final

import pikepdf
from django.db import transaction

from exigible.dunning.services.storing import full_path, keep
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.text import clean
from exigible.ledger.services import lock_books
from exigible.registered.models import Proof, RegisteredLetter
from exigible.registered.services.telling import tell

LARGEST: Final = 10 * 2**20
_PICTURES: Final = {b"\xff\xd8\xff": ("image/jpeg", "jpg"), b"\x89PNG\r\n\x1a\n": ("image/png", "png")}
_ENDS: Final = {b"\xff\xd8\xff": b"\xff\xd9", b"\x89PNG\r\n\x1a\n": b"IEND\xaeB`\x82"}


@transaction.atomic
def file_proof(*, letter: RegisteredLetter, kind: str, name: str, content: bytes, by: int | None) -> Proof:
    """Keep a scan with its letter; filed twice, it is one.

    Raises UserMistake("no-scan") for what is neither PDF, JPEG nor PNG, is cut, or is over 10 MB;
    ("unknown-proof"); Refused("not-posted").
    """
    lock_books(letter.company_id)
    letter.refresh_from_db()
    if letter.status == RegisteredLetter.Status.TO_POST:
        raise Refused("not-posted", "The letter is not posted yet.")
    if kind not in Proof.Kind.values:
        raise UserMistake("unknown-proof", "“{found}” is no kind of proof.", found=kind)
    content_type, end = _kind_of(content)
    digest = hashlib.sha256(content).hexdigest()
    known = Proof.objects.filter(letter=letter, sha256=digest).first()
    if known is not None:
        return known
    path = f"registered/{letter.company_id}/{letter.pk}/{kind}-{digest[:16]}.{end}"
    proof = Proof.objects.create(
        company_id=letter.company_id,
        letter=letter,
        kind=kind,
        name=clean(name, 120) or f"{kind}.{end}",
        content_type=content_type,
        file=path,
        sha256=keep(path, content),
        by_id=by,
    )
    tell(letter, "registered-proof", by, {"proof_kind": kind, "name": proof.name, "sha256": digest})
    return proof


def proof_content(proof: Proof) -> bytes:
    """The file as it came. Raises Refused("proof-missing") or ("proof-changed"): shown as it was, or not."""
    path = full_path(proof.file)
    if not path.is_file():
        raise Refused("proof-missing", "The file {name} is not in the program's folder.", name=proof.name)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != proof.sha256:
        raise Refused("proof-changed", "The file {name} is no longer as it came.", name=proof.name)
    return content


def _kind_of(content: bytes) -> tuple[str, str]:
    """Media type and ending, told by the content and not by the name."""
    if len(content) <= LARGEST:
        for start, kind in _PICTURES.items():
            if content.startswith(start) and _ENDS[start] in content[-1024:]:
                return kind
        if _has_pages(content):
            return "application/pdf", "pdf"
    raise UserMistake("no-scan", "A proof is a PDF, a JPEG or a PNG, of 10 MB at most.")


def _has_pages(content: bytes) -> bool:
    if content.lstrip()[:5] != b"%PDF-":
        return False
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return len(pdf.pages) > 0
    except pikepdf.PdfError:
        return False
