"""The acts of this room: number, post, follow, prove."""

from exigible.registered.services.addresses import lift_wrong_address
from exigible.registered.services.consents import record_consent, withdraw_consent
from exigible.registered.services.following import note_status, take_back
from exigible.registered.services.numbering import NumberFault, change_number, number_letters
from exigible.registered.services.posting import Postage, give_up, post_letters
from exigible.registered.services.proofs import file_proof, proof_content
from exigible.registered.services.tracking import TrackingReport, import_tracking

__all__ = [
    "NumberFault",
    "Postage",
    "TrackingReport",
    "change_number",
    "file_proof",
    "give_up",
    "import_tracking",
    "lift_wrong_address",
    "note_status",
    "number_letters",
    "post_letters",
    "proof_content",
    "record_consent",
    "take_back",
    "withdraw_consent",
]
