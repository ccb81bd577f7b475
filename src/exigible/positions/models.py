"""Computed reports, kept until the books change, and exports: nothing here is a source of truth."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from exigible.ledger.models import Company, Customer


class Report(models.Model):
    """The aged balance of a company for one set of parameters, as the books stood when it was computed.

    It holds as long as `snapshot` sees all that was written since (see `kept.find_report`).
    """

    company = models.ForeignKey(
        Company, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    as_of = models.DateField()
    known_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=5)
    by = models.CharField(max_length=9, default="customer")
    made_from = models.BigIntegerField(
        null=True, help_text="for groups: the version of the report by customer"
    )
    bounds = ArrayField(models.IntegerField())
    computed_at = models.DateTimeField(auto_now_add=True)
    cluster = models.BigIntegerField(default=0, help_text="the database server whose transactions are meant")
    snapshot = models.TextField(help_text="the pg_snapshot of the computation; empty: not computed yet")
    transaction = models.BigIntegerField(default=0, help_text="the transaction that computed it")
    last_movement = models.BigIntegerField(null=True, help_text="no movement up to this id is still unseen")
    totals = models.JSONField(default=dict, help_text="by currency: the amounts, the unallocated, the rows")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "as_of", "basis", "bounds", "known_at", "by"],
                nulls_distinct=False,
                name="positions_report_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.as_of:%Y-%m-%d} {self.basis} {self.bounds}"


class ReportRow(models.Model):
    """The position of one customer in one currency, in a kept report; amounts in minor units.

    In a report by group the row is the group's, and the customer is one of the group, which stands for it.
    """

    pk = models.CompositePrimaryKey("report_id", "customer_id", "currency")
    report = models.ForeignKey(
        Report, models.DO_NOTHING, related_name="rows", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    name = models.CharField(
        max_length=254, blank=True, db_default="", help_text="of a group, collector or segment"
    )
    sort_name = models.CharField(
        max_length=254, blank=True, db_default="", help_text="the name without capitals and accents"
    )
    currency = models.CharField(max_length=3)
    amounts = ArrayField(models.BigIntegerField(), help_text="one for each bucket, not due first")
    unallocated = models.BigIntegerField()
    overdue = models.BigIntegerField()
    total = models.BigIntegerField()
    members = models.IntegerField(default=1, help_text="customers summed in the row: 1, but for a group's")
    oldest_on = models.DateField(null=True, help_text="the date of the oldest overdue debt that is open")
    weighted_overdue = models.DecimalField(
        max_digits=38, decimal_places=0, help_text="sum of overdue amount times days overdue"
    )

    class Meta:
        verbose_name = "row of a report"

    def __str__(self) -> str:
        return f"{self.customer_id} {self.total} {self.currency}"


class CustomerChange(models.Model):
    """That customers of a company were changed by a transaction. Written by the database."""

    company = models.ForeignKey(
        Company, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    transaction = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["company", "transaction"], name="positions_customer_change")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.transaction}"


class Export(models.Model):
    """A file that takes long to write: asked for, written by a worker, then fetched by who asked for it."""

    class Form(models.TextChoices):
        XLSX = "xlsx", "Excel"
        CSV = "csv", "CSV"

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for its turn")
        WRITING = "writing", _("being written")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    form = models.CharField(max_length=4, choices=Form.choices)
    language = models.CharField(max_length=2)
    asked = models.JSONField(help_text="what the report was asked for (see `asking.as_json`)")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    written = models.IntegerField(default=0, help_text="lines written so far")
    reason = models.TextField(blank=True, help_text="why it failed, in words")
    file = models.FileField(upload_to="exports/%Y-%m", max_length=200, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "by", "asked_at"], name="positions_export_of_user"),
            models.Index(fields=["asked_at"], name="positions_export_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.asked_at:%Y-%m-%d %H:%M}"
