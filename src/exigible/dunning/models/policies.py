"""The policies by which customers are reminded, and through whom a group is told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Policy(models.Model):
    """A version of a dunning policy: which step when, by which channel. Changing it makes a new version.

    Versions are numbered across the company, so that one number names the whole set in force. An empty
    `country` (of the debtor), `segment` or `kind` (of debtor) means all of them; the most precise policy is a
    customer's. Those for the same customers are versions of one policy.
    """

    class Ending(models.TextChoices):
        LITIGATION = "litigation"
        PLAN = "plan"
        WRITE_OFF = "write_off"
        ACCOUNT_MANAGER = "account_manager"

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="dunning_policies")
    name = models.CharField(max_length=80)
    country = models.CharField(max_length=2, blank=True)
    segment = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)
    steps = models.JSONField(help_text="list of steps: key, level, days, channel, tone, approval, charges")
    minimum_minor = models.BigIntegerField(default=0, help_text="in the company's currency")
    maximum_minor = models.BigIntegerField(null=True, blank=True, help_text="above it a person decides")
    min_days_between_contacts = models.PositiveSmallIntegerField(default=7)
    oldest_days = models.PositiveSmallIntegerField(null=True, blank=True)
    ending = models.CharField(max_length=16, choices=Ending.choices, blank=True)
    ending_days = models.PositiveSmallIntegerField(default=15, help_text="after the last step")
    restores = models.PositiveIntegerField(null=True, help_text="version that this one says again")
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["company", "version"], name="dunning_policy_version"),
            models.UniqueConstraint(
                fields=["company", "country", "segment", "kind"],
                condition=Q(is_active=True),
                name="dunning_policy_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class GroupVoice(models.Model):
    """Through whom the friendly reminders of a group speak: its head.

    `group_code` is the key of the group as the aged balance by group has it (`positions.filters.GROUP_KEY`).
    """

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="+", db_index=False)
    group_code = models.CharField(max_length=40)
    customer = models.ForeignKey("ledger.Customer", models.PROTECT, related_name="+")
    since = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "group_code"], name="dunning_one_voice_a_group")
        ]

    def __str__(self) -> str:
        return f"{self.group_code} through {self.customer_id}"
