"""The import journal: each file that came in, what it was found to change, and what it changed.

Nothing of the ledger stands here but what ties it to its sources: the closing balances of the books, and
which open items stand for a line of the books that they do not mirror one to one.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FileKind(models.TextChoices):
    FEC = "fec", _("Accounting entries (FEC)")
    CUSTOMERS = "customers", _("Customers")
    ITEMS = "items", _("Open items")
    BANK = "bank", _("Bank statements")


class Import(models.Model):
    """One file that was handed in: read, shown as what it would change, then written once or put aside.

    `result` has the shape of the `import …` commands' JSON (amounts are decimal strings) and some more keys;
    it is the preview until `applied`, then what was done.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        READING = "reading", _("being read")
        READY = "ready", _("ready to be imported")
        REFUSED = "refused", _("refused")
        APPLYING = "applying", _("being written")
        APPLIED = "applied", _("imported")
        FAILED = "failed", _("failed")
        ABANDONED = "abandoned", _("put aside")

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="imports", db_index=False)
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    file_name = models.CharField(max_length=200, help_text="the name the file had where it came from")
    file = models.FileField(upload_to="imports/%Y", max_length=200)
    size = models.BigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    options = models.JSONField(default=dict, help_text="customers' accounts for books, columns for a table")
    description = models.JSONField(default=dict, help_text="what a first look at the file showed")
    result = models.JSONField(default=dict)
    progress = models.PositiveSmallIntegerField(default=0, help_text="0 to 100")
    progress_words = models.CharField(max_length=40, blank=True, help_text="code of the step under way")
    staged_rows = models.BigIntegerField(null=True, help_text="rows that wait in the staging table")
    period_start = models.DateField(null=True, help_text="first entry of the books")
    period_end = models.DateField(null=True, help_text="last entry of the books")
    opening_on = models.DateField(null=True, help_text="date of the balances brought forward in the books")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    note = models.CharField(
        max_length=40, blank=True, help_text="code of what befell it, such as 'interrupted'"
    )

    class Meta:
        indexes = [
            models.Index(fields=["company", "-received_at"], name="intake_import_of_company"),
            models.Index(fields=["company", "sha256"], name="intake_import_same_file"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name} {self.state}"

    @property
    def kind_words(self) -> str:
        return self.say_kind(is_guessed=bool(self.options.get("guess_kind")))

    def say_kind(self, *, is_guessed: bool) -> str:
        """What kind of file it is; one that a person left to be found out (`is_guessed`) may not be known."""
        if not is_guessed:
            return str(self.get_kind_display())
        return str(_("File not recognised") if self.state == self.State.REFUSED else _("Not looked at yet"))

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.READING, self.State.APPLYING)

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The errors, then the warnings, that were found in the file or in what it would change."""
        return [*self.result.get("errors", []), *self.result.get("warnings", [])]


class Mapping(models.Model):
    """Which column of a table is what, remembered for the next file of the same source."""

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    name = models.CharField(max_length=80)
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="of the columns' names, in their order"
    )
    columns = models.JSONField(help_text="field of Exigible to column of the file")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "name"], name="intake_mapping_name")
        ]
        indexes = [models.Index(fields=["company", "kind", "fingerprint"], name="intake_mapping_by_columns")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class BookBalance(models.Model):
    """The balance of one customer on one account, as imported books have it at their last entry."""

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="+", db_index=False)
    import_file = models.ForeignKey(Import, models.CASCADE, related_name="balances", db_index=False)
    account = models.CharField(max_length=80)
    auxiliary = models.CharField(max_length=80, blank=True)
    customer_code = models.CharField(max_length=80)
    opening_minor = models.BigIntegerField(help_text="brought forward from the year before")
    debit_minor = models.BigIntegerField(help_text="of all lines, those brought forward among them")
    credit_minor = models.BigIntegerField()
    closing_minor = models.BigIntegerField(help_text="debit less credit")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "import_file", "account", "auxiliary"], name="intake_balance_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.auxiliary} {self.closing_minor}"


class BookLine(models.Model):
    """An open item that stands for a line of the books without mirroring it.

    Either one of several due dates into which the line's item was split, or an item that came from elsewhere
    before the books did. `line_key` is the `source_key` that an item made from the line would bear.
    """

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="+", db_index=False)
    line_key = models.UUIDField()
    item = models.OneToOneField("ledger.OpenItem", models.PROTECT, related_name="book_line")
    account = models.CharField(max_length=20)
    entry_date = models.DateField(help_text="from which date it counts in the books")
    import_id = models.BigIntegerField(help_text="the import of the books that brought the line")

    class Meta:
        indexes = [models.Index(fields=["company", "line_key"], name="intake_line_by_key")]

    def __str__(self) -> str:
        return f"{self.line_key} {self.item_id}"
