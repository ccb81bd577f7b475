"""Registered letters: each belongs to one message of dunning; what was heard of it is only added to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exigible.dunning.models import Action
from exigible.ledger.models import Company, Customer


class Kind(models.TextChoices):
    PAPER = "paper", _("on paper")
    ELECTRONIC = "electronic", _("electronic")


class RegisteredLetter(models.Model):
    """A letter that is posted with a number, or deposited with a provider of electronic registered delivery.

    `status` and `status_on` are where it stands by its `events`, kept here to be searched for.
    """

    class Status(models.TextChoices):
        TO_POST = "to_post", _("to post")
        POSTED = "posted", _("posted")
        PRESENTED = "presented", _("first presentation")
        WAITING = "waiting", _("waiting at the post office")
        DELIVERED = "delivered", _("delivered, signed for")
        REFUSED = "refused", _("refused by the addressee")
        UNCLAIMED = "unclaimed", _("not claimed")
        UNKNOWN_ADDRESS = "unknown_address", _("unknown at the address")
        RETURNED = "returned", _("returned")

    class HandOver(models.TextChoices):
        """What became of handing an electronic letter over: it leaves once, or a person decides."""

        NONE = "none"
        QUEUED = "queued"
        RESERVED = "reserved"
        DONE = "done"
        AMBIGUOUS = "ambiguous"
        REFUSED = "refused"

    FREE = (HandOver.NONE, HandOver.REFUSED)
    """Nothing of the letter is with a provider of electronic delivery."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="registered_letters", db_index=False)
    action = models.OneToOneField(Action, models.PROTECT, related_name="registered", db_constraint=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PAPER)
    address = models.TextField(blank=True, help_text="of the customer, when the letter was begun")
    carrier = models.CharField(max_length=40, blank=True)
    number = models.CharField(max_length=30, blank=True, help_text="in capitals, nothing between")
    posted_on = models.DateField(null=True)
    cost_minor = models.BigIntegerField(null=True)
    cost_currency = models.CharField(max_length=3, blank=True)
    status = models.CharField(max_length=15, choices=Status.choices, default=Status.TO_POST)
    status_on = models.DateField(null=True)
    hand_over = models.CharField(max_length=9, choices=HandOver.choices, default=HandOver.NONE)
    reserved_at = models.DateTimeField(null=True)
    deposit_id = models.CharField(max_length=120, blank=True, help_text="the provider's own, electronic")
    problem = models.CharField(max_length=300, blank=True, help_text="what the provider said")
    checked_at = models.DateTimeField(null=True, help_text="when the provider was last asked")
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "number"], condition=~Q(number=""), name="registered_number_once"
            ),
            models.CheckConstraint(
                condition=Q(status="to_post", posted_on=None, status_on=None)
                | (~Q(status="to_post") & Q(posted_on__isnull=False, status_on__isnull=False)),
                name="registered_posted_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(cost_minor=None, cost_currency="")
                | (Q(cost_minor__gte=0) & ~Q(cost_currency="")),
                name="registered_cost_has_currency",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "status", "status_on"], name="registered_by_status"),
            models.Index(fields=["company", "customer"], name="registered_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.action_id} {self.status}"

    @property
    def is_idle(self) -> bool:
        """Neither posted nor with a provider."""
        return self.status == self.Status.TO_POST and self.hand_over in self.FREE


class StatusEvent(models.Model):
    """One thing that was heard of a letter. Only added: what was wrong is taken back by another row."""

    class Source(models.TextChoices):
        PERSON = "person", _("a person")
        FILE = "file", _("file of the carrier")
        CARRIER = "carrier", _("the carrier")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    letter = models.ForeignKey(RegisteredLetter, models.PROTECT, related_name="events")
    status = models.CharField(max_length=15, choices=RegisteredLetter.Status.choices)
    on = models.DateField()
    source = models.CharField(max_length=7, choices=Source.choices)
    said = models.CharField(max_length=200, blank=True, help_text="who signed, or the carrier's own words")
    takes_back = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="taken_back_by", help_text="that row was wrong"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.status} {self.on:%Y-%m-%d}"


class Proof(models.Model):
    """A file that proves a deposit or its end: the slip, the acknowledgement, the envelope that came back."""

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("proof of deposit")
        ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement of receipt")
        ENVELOPE = "envelope", _("envelope that came back")
        ELECTRONIC = "electronic", _("proof of the provider")

    ENDS = (Kind.ACKNOWLEDGEMENT, Kind.ENVELOPE, Kind.ELECTRONIC)

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    letter = models.ForeignKey(RegisteredLetter, models.PROTECT, related_name="proofs")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    file = models.CharField(max_length=200, help_text="under the files' folder")
    sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["letter", "sha256"], name="registered_proof_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class WrongAddress(models.Model):
    """A postal address from which a letter came back: none is written to it until it is another one."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="wrong_addresses", db_index=False)
    letter = models.ForeignKey(RegisteredLetter, models.PROTECT, related_name="+")
    address = models.TextField(help_text="as it stood: address, postcode and city, a line each")
    since = models.DateField()
    lifted_on = models.DateField(null=True, help_text="from when on it is right after all")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "wrong addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "customer", "address"],
                condition=Q(lifted_on=None),
                name="registered_wrong_address_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.address}"


class ElectronicConsent(models.Model):
    """That a customer who is no professional agreed to electronic registered letters (FR: CPCE L. 100)."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    given_on = models.DateField()
    how = models.CharField(max_length=200, help_text="where the consent stands: contract, e-mail of a day")
    withdrawn_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "customer"], condition=Q(withdrawn_on=None), name="registered_consent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.given_on:%Y-%m-%d}"
