"""What a customer contests: an amount of a due item, why, whose it is to answer, and how it ended."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exigible.ledger.models import Company, Customer, OpenItem


class Dispute(models.Model):
    """An amount of an item that the customer contests.

    It is not claimed until that is resolved; where the customer is right, until the credit note has come.
    """

    class Reason(models.TextChoices):
        DELIVERY = "delivery", _("delivery")
        QUANTITY = "quantity", _("quantity")
        QUALITY = "quality", _("quality")
        PRICE = "price", _("price")
        NOT_ORDERED = "not-ordered", _("not ordered")
        ALREADY_PAID = "already-paid", _("says it was paid")
        PAPERS = "papers", _("papers missing")
        OTHER = "other", _("other")

    class Outcome(models.TextChoices):
        OWED = "owed", _("owed: claimed again")
        CREDIT = "credit", _("right: a credit note follows")
        WITHDRAWN = "withdrawn", _("withdrawn by the customer")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="disputes", db_index=False)
    item = models.ForeignKey(OpenItem, models.PROTECT, related_name="disputes")
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    text = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_on = models.DateField()
    answer_by = models.DateField(null=True, help_text="when the customer is to have an answer")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    resolved_on = models.DateField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="disputes_dispute_positive"),
            models.CheckConstraint(
                condition=Q(resolved_on__isnull=True, outcome="")
                | Q(resolved_on__isnull=False) & ~Q(outcome=""),
                name="disputes_dispute_resolved_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "customer"], name="disputes_dispute_of_customer"),
            models.Index(
                fields=["company", "item"],
                condition=Q(resolved_on__isnull=True),
                name="disputes_dispute_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.amount_minor} ({self.reason})"
