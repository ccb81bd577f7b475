"""The day's list: computed each morning, so that it opens at once and keeps what was done of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Worklist(models.Model):
    """The list of a company for a day: when it was made, and from which state of the books."""

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="+", db_index=False)
    on = models.DateField(help_text="the day it is for")
    built_at = models.DateTimeField()
    snapshot = models.TextField(help_text="of the database, so that a later change of the books is seen")
    cluster = models.BigIntegerField(default=0, help_text="the database server whose snapshot is meant")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "on"], name="worklist_list_once_a_day")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.on:%Y-%m-%d}"


class Task(models.Model):
    """One line of a day's list: what to do for a customer, why, and whether it was done."""

    class Act(models.TextChoices):
        CALL = "call", _("Call")
        EMAIL = "email", _("Write")
        LETTER = "letter", _("Send a letter")
        DECIDE = "decide", _("Decide")
        ALLOCATE = "allocate", _("Allocate")
        FIND_CONTACT = "find-contact", _("Find a contact")
        REVIEW_REMINDER = "review-reminder", _("Review the reminder")
        DECLARE_CLAIM = "declare-claim", _("Declare the claim")

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey("ledger.Customer", models.PROTECT, related_name="tasks", db_index=False)
    on = models.DateField(help_text="the day it is for")
    currency = models.CharField(max_length=3)
    act = models.CharField(max_length=16, choices=Act.choices)
    reason = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    also = models.JSONField(default=list, help_text="codes of the other reasons")
    stake_minor = models.BigIntegerField()
    value = models.BigIntegerField(help_text="what the act is worth: the order of the list")
    oldest_days = models.IntegerField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "on", "customer", "currency"], name="worklist_task_once"
            )
        ]
        indexes = [models.Index(fields=["company", "on", "-value", "id"], name="worklist_task_in_order")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.act} {self.customer_id}: {self.reason}"
