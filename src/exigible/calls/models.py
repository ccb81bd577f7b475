"""What a company says of its calls, and what is known of numbers and of who is on the telephone.

A call itself is a line of the customer's timeline: what follows from it is read from there at every look.
"""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from exigible.ledger.models import Company, Contact, Customer


class CallPolicy(models.Model):
    """When a company calls, in the debtor's own hours; one without a policy of its own has the usual one."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="call_policy")
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(18))
    rests_from = models.TimeField(null=True, blank=True, default=time(12))
    rests_until = models.TimeField(null=True, blank=True, default=time(14))
    individual_opens = models.TimeField(null=True, blank=True)
    individual_closes = models.TimeField(null=True, blank=True)
    individuals_on_saturday = models.BooleanField(default=False)
    minutes_between_tries = models.PositiveSmallIntegerField(
        default=180, validators=[MinValueValidator(30), MaxValueValidator(1440)]
    )
    tries_a_day = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    tries_in_a_row = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    rest_days = models.PositiveSmallIntegerField(
        default=7, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    hold_days = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="business days for which reminders rest when a customer says that it has paid",
    )

    class Meta:
        verbose_name_plural = "call policies"

    def __str__(self) -> str:
        return f"call policy of {self.company_id}"


class CallScript(models.Model):
    """The company's own words for calls in one language; without, those that come with the program."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    tones = models.JSONField(help_text="for each tone: opening, question, closing")
    objections = models.JSONField(help_text="list of excuse and answer")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "language"], name="calls_script_once_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.language}"


class WrongNumber(models.Model):
    """A telephone number at which someone else answered: it is not proposed for this customer again."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="wrong_numbers", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    number = models.CharField(max_length=40, help_text="E.164, or as it was written where it is no number")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "customer", "number"], name="calls_wrong_number_once")
        ]

    def __str__(self) -> str:
        return self.number


class OngoingCall(models.Model):
    """Who has a customer's call sheet open, and since when: whoever comes second is told."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "customer", "by"], name="calls_ongoing_once")
        ]

    def __str__(self) -> str:
        return f"{self.by_id} calls {self.customer_id}"
