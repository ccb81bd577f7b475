"""What moved on the company's own bank accounts, and which open items stand for it.

A bank line is a fact of the bank: it is never changed. What it means for a customer is said by postings.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from exigible.ledger.models.items import OpenItem, RecordedAt
from exigible.ledger.models.parties import Company


class BankAccount(models.Model):
    """One of the company's own accounts."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="bank_accounts", db_index=False)
    number = models.CharField(max_length=40, help_text="IBAN, else the bank's number of the account")
    currency = models.CharField(max_length=3)
    bank = models.CharField(max_length=11, blank=True, help_text="BIC, else the bank's national code")
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "number", "currency"], name="ledger_bank_account_once")
        ]

    def __str__(self) -> str:
        return self.name or self.number


class BankStatement(models.Model):
    """A stretch of a bank account as one file gave it. Without balances where the file has none."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    number = models.CharField(max_length=80, blank=True, help_text="the bank's own")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    opening_minor = models.BigIntegerField(null=True)
    closing_minor = models.BigIntegerField(null=True)
    import_id = models.BigIntegerField(null=True, editable=False)
    recorded_at = models.DateTimeField(db_default=RecordedAt(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["company", "account", "ends_on"], name="ledger_statement_by_day")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.number}"


class BankLine(models.Model):
    """One movement on an account: positive came in, negative went out.

    `left_minor` is what no open item stands for yet; the database keeps it.
    """

    class Nature(models.TextChoices):
        TRANSFER = "transfer"
        DIRECT_DEBIT = "direct_debit"
        CHEQUE = "cheque"
        CARD = "card"
        CASH = "cash"
        CHARGE = "charge"
        INTEREST = "interest"
        OTHER = "other"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="lines", db_index=False)
    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines")
    line_key = models.UUIDField(editable=False, help_text="the same movement in another file")
    reference = models.CharField(max_length=140, help_text="the bank's own, else ours")
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    amount_minor = models.BigIntegerField()
    left_minor = models.BigIntegerField(editable=False)
    currency = models.CharField(max_length=3)
    nature = models.CharField(max_length=12, choices=Nature.choices, default=Nature.OTHER)
    bank_code = models.CharField(max_length=40, blank=True)
    payer_name = models.CharField(max_length=140, blank=True)
    payer_iban = models.CharField(max_length=40, blank=True)
    payer_bic = models.CharField(max_length=11, blank=True)
    ultimate_name = models.CharField(max_length=140, blank=True)
    text = models.TextField(blank=True, help_text="the payment's own words")
    bank_text = models.TextField(blank=True, help_text="the bank's words")
    end_to_end = models.CharField(max_length=40, blank=True)
    mandate = models.CharField(max_length=40, blank=True)
    creditor_reference = models.CharField(max_length=40, blank=True)
    advice = models.JSONField(
        default=list, help_text="documents that the payment lists: number and minor units"
    )
    is_return = models.BooleanField(default=False)
    return_reason = models.CharField(max_length=140, blank=True)
    returned_reference = models.CharField(max_length=140, blank=True)
    instructed_minor = models.BigIntegerField(null=True)
    instructed_currency = models.CharField(max_length=3, blank=True)
    exchange_rate = models.CharField(
        max_length=20, blank=True, help_text="decimal number, as the bank wrote it"
    )
    charges_minor = models.BigIntegerField(null=True)
    entry_reference = models.CharField(max_length=140, blank=True, help_text="of the batch it is part of")
    recorded_at = models.DateTimeField(db_default=RecordedAt(), editable=False)
    set_aside = models.CharField(
        max_length=20, blank=True, help_text="why it is not for a customer: 'outgoing', 'bank', 'internal'…"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "line_key"], name="ledger_bank_line_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, left_minor__gte=0, left_minor__lte=models.F("amount_minor"))
                | Q(amount_minor__lte=0, left_minor__lte=0, left_minor__gte=models.F("amount_minor")),
                name="ledger_bank_line_never_over_posted",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "account", "booked_on"], name="ledger_bank_line_by_day"),
            models.Index(
                fields=["company", "booked_on", "id"],
                condition=~Q(left_minor=0) & Q(set_aside=""),
                name="ledger_bank_line_to_post",
            ),
            models.Index(
                fields=["company", "-booked_on", "-id"],
                condition=~Q(set_aside=""),
                name="ledger_bank_line_set_aside",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount_minor}"


class BankPosting(models.Model):
    """So much of a bank line is this open item. A row with `reverses` undoes that posting.

    `amount_minor` has the sign of the line; the item has the other one: what came in is a credit.
    """

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    line = models.ForeignKey(BankLine, models.PROTECT, related_name="postings", db_constraint=False)
    item = models.ForeignKey(OpenItem, models.PROTECT, related_name="bank_postings", db_constraint=False)
    amount_minor = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=RecordedAt(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="ledger_bank_posting_not_zero")
        ]

    def __str__(self) -> str:
        return f"{self.line_id} → {self.item_id}: {self.amount_minor}"
