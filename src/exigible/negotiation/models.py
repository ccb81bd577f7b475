"""What a customer undertook. Whether it was kept is not stored: what came in says it, at every look."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from exigible.ledger.models import Company, Customer, OpenItem


class PromiseTerms(models.Model):
    """When a company takes a promise for kept; one without terms of its own has the usual ones."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="promise_terms")
    kept_percent = models.PositiveSmallIntegerField(
        default=95, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    grace_days = models.PositiveSmallIntegerField(
        default=3, validators=[MaxValueValidator(30)], help_text="business days after its date"
    )

    class Meta:
        verbose_name_plural = "promise terms"

    def __str__(self) -> str:
        return f"promise terms of {self.company_id}"


class Promise(models.Model):
    """A promise to pay an amount by a date, for the items named or, where none is, for the oldest ones."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="promises", db_index=False)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    made_on = models.DateField()
    due_on = models.DateField()
    text = models.TextField(blank=True, help_text="who promised, and how")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_on = models.DateField(null=True, help_text="replaced by another, or taken back")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="negotiation_promise_positive"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("made_on")), name="negotiation_promise_not_in_the_past"
            ),
        ]
        indexes = [models.Index(fields=["company", "customer", "due_on"], name="negotiation_promise_of")]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} by {self.due_on:%Y-%m-%d}"


class PromiseItem(models.Model):
    """An item that a promise names."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    promise = models.ForeignKey(Promise, models.CASCADE, related_name="items")
    item = models.ForeignKey(OpenItem, models.PROTECT, related_name="promises")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "item"], name="negotiation_promise_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.promise_id}: {self.item_id}"
