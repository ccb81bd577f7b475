"""What is stored of visits: where customers are, tours and their stops, what came of each, and receipts.

A visit is written once: the number that the telephone gave it is unique, so that one sent twice is one. A
receipt does not change, and the receipts of a company are numbered without a gap: triggers of
`migrations/0002_receipts.py` hold it.
"""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exigible.ledger.models import Company, Customer


class VisitPolicy(models.Model):
    """How a company reckons ways and hours; one without a policy of its own has the usual one."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="visit_policy")
    detour_percent = models.PositiveSmallIntegerField(
        default=130, validators=[MinValueValidator(100), MaxValueValidator(300)],
        help_text="of the straight line",
    )  # fmt: skip
    speed_kmh = models.PositiveSmallIntegerField(
        default=40, validators=[MinValueValidator(5), MaxValueValidator(130)]
    )
    minutes_at_stop = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    hold_days = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="business days for which reminders rest once money was collected",
    )

    class Meta:
        verbose_name_plural = "visit policies"

    def __str__(self) -> str:
        return f"visit policy of {self.company_id}"


class Place(models.Model):
    """Where a customer is, as a person said; nothing is looked up."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="places", db_index=False)
    latitude = models.FloatField()
    longitude = models.FloatField()
    given_as = models.CharField(max_length=1000, help_text="what was pasted")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "customer"], name="visits_place_of_customer"),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="visits_place_is"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.latitude:.5f}, {self.longitude:.5f}"


class Tour(models.Model):
    """The visits of one person on one day, in an order."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.TimeField(default=time(9))
    starts_from = models.CharField(max_length=120, blank=True, help_text="what the start is called")
    start_latitude = models.FloatField(null=True)
    start_longitude = models.FloatField(null=True)
    returns = models.BooleanField(default=True, help_text="the way back to the start counts")
    planned_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    is_ordered = models.BooleanField(default=False, help_text="worked out, and not changed by hand since")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start_latitude=None, start_longitude=None)
                | Q(start_latitude__range=(-90, 90), start_longitude__range=(-180, 180)),
                name="visits_tour_starts_somewhere",
            )
        ]
        indexes = [models.Index(fields=["company", "day"], name="visits_tour_of_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.who_id}"


class Stop(models.Model):
    """A customer to see on a tour. One taken off stays: its visit may be on a telephone already."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    tour = models.ForeignKey(Tour, models.PROTECT, related_name="stops", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    is_off = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "tour", "customer"], name="visits_stop_once_a_tour"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="visits_stop_closes_later"),
        ]
        indexes = [models.Index(fields=["company", "customer"], name="visits_stop_of_customer")]

    def __str__(self) -> str:
        return f"{self.tour_id}: {self.customer_id}"


class Visit(models.Model):
    """What came of a stop: written once, however often it is sent. `uuid` was made where it was noted."""

    class Outcome(models.TextChoices):
        PROMISED = "promised", _("promised to pay")
        PAID = "paid", _("paid")
        DISPUTE = "dispute", _("contests")
        SEEN = "seen", _("seen, nothing agreed")
        ABSENT = "absent", _("nobody there")
        MOVED = "moved", _("moved away")
        OTHER = "other", _("something else")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    stop = models.OneToOneField(Stop, models.PROTECT, related_name="visit")
    uuid = models.UUIDField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    person = models.CharField(max_length=120, blank=True, help_text="who was seen")
    text = models.TextField(blank=True)
    noted_at = models.DateTimeField(help_text="by the clock of the telephone, not later than received_at")
    received_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "uuid"], name="visits_visit_once")]

    def __str__(self) -> str:
        return f"{self.stop_id} {self.outcome}"


class Receipt(models.Model):
    """A paper that says what was handed over on a visit. The money is in the books when accounting writes it.

    `pdf` is what the customer has. E-mail: reserved before it leaves, so that it is sent once or, where the
    program was stopped in between, said to be uncertain.
    """

    class Means(models.TextChoices):
        CASH = "cash", _("cash")
        CHEQUE = "cheque", _("cheque")

    class Mail(models.TextChoices):
        NONE = "", pgettext_lazy("receipt", "not sent")
        WAITING = "waiting", pgettext_lazy("receipt", "to be sent")
        RESERVED = "reserved", pgettext_lazy("receipt", "uncertain")
        SENT = "sent", pgettext_lazy("receipt", "sent")
        FAILED = "failed", pgettext_lazy("receipt", "not sent, it failed")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    visit = models.OneToOneField(Visit, models.PROTECT, related_name="receipt")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    means = models.CharField(max_length=6, choices=Means.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    cheque_number = models.CharField(max_length=40, blank=True)
    cheque_bank = models.CharField(max_length=80, blank=True)
    received_on = models.DateField()
    signer = models.CharField(max_length=120, blank=True, help_text="who signed for the customer")
    signature = models.BinaryField(default=bytes, help_text="a PNG, empty where nobody signed")
    pdf = models.BinaryField()
    issued_at = models.DateTimeField()
    email = models.EmailField(blank=True)
    mail = models.CharField(max_length=8, choices=Mail.choices, blank=True, default=Mail.NONE)
    mail_problem = models.CharField(max_length=300, blank=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="visits_receipt_number"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="visits_receipt_positive"),
        ]
        indexes = [models.Index(fields=["company", "customer"], name="visits_receipt_of_customer")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.number}"
