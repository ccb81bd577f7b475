"""The customer's file: what happened, who did it, and the proof that no line was changed since."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Now


class Event(models.Model):
    """One line of a timeline. Lines are only added; each carries the hash of the one before it.

    A line belongs to a customer, or to the company as a whole when `customer` is empty; each has a chain of
    its own. `sequence`, `previous_hash` and `hash` are filled by the database.
    """

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="+")
    customer = models.ForeignKey("ledger.Customer", models.PROTECT, null=True, related_name="events")
    sequence = models.BigIntegerField(editable=False, default=0)
    kind = models.CharField(max_length=40, help_text="what happened, for example 'note' or 'email-sent'")
    happened_at = models.DateTimeField(help_text="when it happened")
    recorded_at = models.DateTimeField(editable=False, db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    previous_hash = models.BinaryField(editable=False, null=True)
    hash = models.BinaryField(editable=False, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "customer", "-happened_at"], name="timeline_event_of_customer"),
            models.Index(fields=["company", "kind", "-happened_at"], name="timeline_event_by_kind"),
        ]
        constraints = [
            models.UniqueConstraint(
                "company", Coalesce("customer", 0), "sequence", name="timeline_event_one_chain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d} {self.text}"
