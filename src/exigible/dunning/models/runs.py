"""The runs, their messages with the items they speak of, and who was held back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exigible.dunning.models.policies import Policy


class Run(models.Model):
    """The reminders of a company for a day: proposed, approved by a person, then sent."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        SENDING = "sending"
        DONE = "done"
        STOPPED = "stopped"
        CANCELLED = "cancelled"

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="dunning_runs")
    day = models.DateField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    policy_version = models.PositiveIntegerField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sending_from = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True, help_text="why sending stopped, as a code")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "day"], condition=~Q(state="cancelled"), name="dunning_run_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.state}"


class Channel(models.TextChoices):
    EMAIL = "email"
    LETTER = "letter"
    SMS = "sms"
    PHONE = "phone"
    VISIT = "visit"
    REGISTERED = "registered"


ON_PAPER = (Channel.LETTER, Channel.REGISTERED)
BY_HAND = (Channel.PHONE, Channel.VISIT, Channel.REGISTERED)
"""Ways that a person goes: once approved they wait, to be done, for whoever does them."""


class Action(models.Model):
    """One message to one customer in one currency: from its proposal to what became of it."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        EXCLUDED = "excluded"
        APPROVED = "approved"
        RESERVED = "reserved"
        TO_DO = "to_do"
        SENT = "sent"
        AMBIGUOUS = "ambiguous"
        FAILED = "failed"
        REFUSED = "refused"
        SUPERSEDED = "superseded"

    company = models.ForeignKey(
        "ledger.Company", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    run = models.ForeignKey(Run, models.PROTECT, related_name="actions", db_index=False)
    customer = models.ForeignKey(
        "ledger.Customer", models.PROTECT, related_name="dunning_actions", db_index=False, db_constraint=False
    )
    through = models.ForeignKey(
        "ledger.Customer", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False,
        help_text="the head of its group, to whom it is said in one message with what the others owe",
    )  # fmt: skip
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=12, choices=Channel.choices)
    language = models.CharField(max_length=2)
    recipient = models.CharField(max_length=254, blank=True, help_text="address or number; a letter has none")
    currency = models.CharField(max_length=3)
    gross_minor = models.BigIntegerField()
    credits_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    reason_code = models.CharField(max_length=40)
    reason_params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, help_text="after a temporary refusal")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    reserved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_minor = models.BigIntegerField(null=True, help_text="asked for in the message, charges included")
    message_id = models.CharField(max_length=120, blank=True)
    file = models.CharField(max_length=200, blank=True, help_text="what was sent, under the files' folder")
    file_sha256 = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="what the mail server said")

    LIVE = (State.PROPOSED, State.APPROVED, State.RESERVED, State.TO_DO, State.SENT, State.AMBIGUOUS)
    PENDING = (State.APPROVED, State.RESERVED, State.TO_DO, State.AMBIGUOUS)
    SAID = (State.SENT, State.AMBIGUOUS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "run", "customer", "currency"],
                condition=Q(state__in=["proposed", "approved", "reserved", "to_do", "sent", "ambiguous"]),
                name="dunning_action_once_a_run",
            ),
            models.CheckConstraint(
                condition=Q(net_minor=F("gross_minor") + F("credits_minor"), credits_minor__lte=0),
                name="dunning_action_net",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False, sent_minor__isnull=False),
                name="dunning_action_sent_is_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "customer"], name="dunning_action_of_customer"),
            models.Index(fields=["company", "run", "state"], name="dunning_action_of_run"),
            models.Index(
                fields=["company", "through", "run"],
                condition=Q(through__isnull=False),
                name="dunning_action_through",
            ),
            models.Index(
                fields=["company", "run"],
                condition=Q(state__in=["approved", "reserved", "to_do", "ambiguous"]),
                name="dunning_action_pending",
            ),
            models.Index(
                fields=["company", "channel"], condition=Q(state="to_do"), name="dunning_action_to_do"
            ),
            models.Index(
                fields=["company", "message_id"],
                condition=~Q(message_id=""),
                name="dunning_action_of_message",
            ),
            models.Index(
                fields=["company", "channel", "reserved_at"],
                condition=Q(reserved_at__isnull=False),
                name="dunning_action_handed_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.customer_id} {self.state}"


class ActionItem(models.Model):
    """An item that a message speaks of. `level` is the one it climbs to; empty when it is only listed.

    `is_live` follows the state of the message and is kept by the database: an item takes a level once.
    """

    company = models.ForeignKey(
        "ledger.Company", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    action = models.ForeignKey(Action, models.PROTECT, related_name="items", db_constraint=False)
    item = models.ForeignKey(
        "ledger.OpenItem", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    level = models.PositiveSmallIntegerField(null=True)
    amount_minor = models.BigIntegerField(help_text="left open when proposed")
    sent_minor = models.BigIntegerField(null=True, help_text="left open when sent; 0: settled meanwhile")
    is_live = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "item", "level"],
                condition=Q(is_live=True, level__isnull=False),
                name="dunning_level_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} level {self.level}"


class HeldBack(models.Model):
    """A customer that a run would have reminded and does not, and why."""

    company = models.ForeignKey(
        "ledger.Company", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    run = models.ForeignKey(Run, models.CASCADE, related_name="held_back")
    customer = models.ForeignKey(
        "ledger.Customer", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    step = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    reason_code = models.CharField(max_length=40)
    reason_params = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "held back"
        indexes = [models.Index(fields=["company", "customer"], name="dunning_held_of_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.reason_code}"
