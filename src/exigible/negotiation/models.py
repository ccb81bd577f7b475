"""What a customer undertook. Whether it was kept is not stored: what came in says it, at every look."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


class Request(models.Model):
    """Something a customer asks for before it pays: what, in its words, whose it is to see to, by when."""

    class Kind(models.TextChoices):
        INVOICE_COPY = "invoice-copy", _("copy of an invoice")
        STATEMENT = "statement", _("statement of account")
        CERTIFICATE = "certificate", _("certificate")
        DELIVERY_PROOF = "delivery-proof", _("proof of delivery")
        BANK_DETAILS = "bank-details", _("bank details")
        CONTACT_CHANGE = "contact-change", _("change of contact")
        PAYMENT_SEARCH = "payment-search", _("payment to be found")
        OTHER = "other", pgettext_lazy("request", "something else")

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("answered")
        DROPPED = "dropped", _("closed without an answer")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="requests", db_index=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    text = models.TextField(blank=True, help_text="in the customer's words")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_on = models.DateField()
    due_on = models.DateField(help_text="when the customer is to have it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    closed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    answer = models.TextField(blank=True, help_text="how it was answered, or why not")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("taken_on")), name="negotiation_request_not_in_the_past"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, outcome="") | Q(closed_on__isnull=False) & ~Q(outcome=""),
                name="negotiation_request_closed_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "customer", "taken_on"], name="negotiation_request_of"),
            models.Index(
                fields=["company", "owner", "due_on"],
                condition=Q(closed_on__isnull=True),
                name="negotiation_request_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.customer_id} by {self.due_on:%Y-%m-%d}"
