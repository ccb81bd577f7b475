"""Which days count: a company's changes to its calendars, and the days when a customer is left alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exigible.ledger.models.parties import Company, Customer


class CalendarDay(models.Model):
    """What a person said of a day of a country's calendar. The last one said counts; none is changed."""

    class State(models.TextChoices):
        OFF = "off"
        WORKED = "worked"
        LISTED = "listed"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    country = models.CharField(max_length=2)
    day = models.DateField()
    state = models.CharField(max_length=6, choices=State.choices, help_text="listed: as the list has it")
    name = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["company", "country", "day"], name="ledger_calendar_day")]

    def __str__(self) -> str:
        return f"{self.country} {self.day:%Y-%m-%d} {self.state}"


class Pause(models.Model):
    """From when until when a customer's reminders rest, both days included, and why.

    Lifted, or replaced by another one, it holds no more from `lifted_on`; the row stays.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="pauses")
    starts_on = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lifted_on = models.DateField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("starts_on")), name="ledger_pause_is_a_span")
        ]
        indexes = [
            models.Index(fields=["company", "customer"], name="ledger_pause_of_customer"),
            models.Index(fields=["company", "until"], name="ledger_pause_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} until {self.until:%Y-%m-%d}"
