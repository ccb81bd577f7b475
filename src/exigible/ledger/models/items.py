"""What is owed and what settles it: open items, allocations, their reversals, and every move of a balance."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exigible.ledger.models.parties import Company, Customer


class RecordedAt(models.Func):
    """The moment the current act became known: one for the whole transaction (see `services.lock_books`)."""

    function = "ledger_now"
    output_field = models.DateTimeField()


class OpenItem(models.Model):
    """One due date (échéance) of one document: what is aged, dunned and lettered.

    The database verifies its company and customer a statement at a time, not a row at a time.
    The due dates of a document are the items that share its customer, type, number and date of issue. The
    remainder, `open_minor`, is kept by the database.
    """

    class DocumentType(models.TextChoices):
        INVOICE = "invoice"
        CREDIT_NOTE = "credit_note"
        PAYMENT = "payment"
        OTHER = "other"

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="items", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="items", db_index=False, db_constraint=False
    )
    document_type = models.CharField(max_length=11, choices=DocumentType.choices)
    document_number = models.CharField(max_length=80)
    installment = models.PositiveSmallIntegerField(default=1, help_text="rank among the document's due dates")
    issued_on = models.DateField(help_text="date of the document")
    due_on = models.DateField(help_text="échéance")
    due_derived = models.BooleanField(
        default=False, help_text="worked out from the payment terms, not read in the books"
    )
    effective_on = models.DateField(help_text="from which date it counts: the date of the entry in the books")
    recorded_at = models.DateTimeField(db_default=RecordedAt(), editable=False)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    open_minor = models.BigIntegerField(default=0, editable=False)
    is_reversed = models.BooleanField(default=False, editable=False)
    foreign_currency = models.CharField(max_length=3, blank=True, help_text="of the entry, beside the books'")
    foreign_minor = models.BigIntegerField(null=True, blank=True)
    label = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    order_number = models.CharField(max_length=80, blank=True)
    account = models.CharField(max_length=20, blank=True, help_text="account in the books")
    source = models.CharField(max_length=20, default="user", help_text="'fec', 'items', 'user'…")
    source_key = models.UUIDField(null=True, editable=False, help_text="the same line of the same books")
    import_id = models.BigIntegerField(null=True, editable=False, help_text="the import that brought it")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="ledger_item_not_zero"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, open_minor__gte=0, open_minor__lte=F("amount_minor"))
                | Q(amount_minor__lt=0, open_minor__lte=0, open_minor__gte=F("amount_minor")),
                name="ledger_item_never_over_allocated",
            ),
            models.UniqueConstraint(
                fields=["company", "source_key"],
                condition=Q(source_key__isnull=False, is_reversed=False),
                name="ledger_item_once",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "customer", "due_on"], name="ledger_item_of_customer"),
            models.Index(fields=["company", "document_number"], name="ledger_item_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.document_number} {self.due_on:%Y-%m-%d}"


class ItemReversal(models.Model):
    """An open item that should not have been: from `effective_on` it counts no more, and its past is kept."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    item = models.OneToOneField(OpenItem, models.PROTECT, related_name="reversal")
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=RecordedAt(), editable=False)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.item_id} reversed: {self.reason}"


class Allocation(models.Model):
    """Lettering (lettrage): so much of a credit item settles so much of a debit item, from a date on.

    A row with `reverses` undoes that allocation, for the same items and amount, from its own date on.
    """

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="allocations", db_index=False, db_constraint=False
    )
    debit_item = models.ForeignKey(OpenItem, models.PROTECT, related_name="settlements", db_constraint=False)
    credit_item = models.ForeignKey(OpenItem, models.PROTECT, related_name="uses", db_constraint=False)
    amount_minor = models.BigIntegerField()
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=RecordedAt(), editable=False)
    group_code = models.CharField(max_length=20, blank=True, help_text="lettering code of the books")
    source = models.CharField(max_length=20, default="user")
    import_id = models.BigIntegerField(null=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="ledger_allocation_positive")
        ]

    def __str__(self) -> str:
        return f"{self.debit_item_id} ← {self.credit_item_id}: {self.amount_minor}"


class Movement(models.Model):
    """One fact that moves a balance: an item, a leg of an allocation, or the reversal of either.

    Written by the database only. The balance of anything, as of any date and as known at any moment, is the
    sum of `amount_minor` over the movements with `effective_on` and `recorded_at` up to then.
    """

    class Fact(models.IntegerChoices):
        ITEM = 1
        ITEM_REVERSAL = 2
        ALLOCATION = 3
        ALLOCATION_REVERSAL = 4
        DUE_DATE_CHANGE = 5

    company = models.ForeignKey(
        Company, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    item = models.ForeignKey(
        OpenItem, models.DO_NOTHING, related_name="movements", db_index=False, db_constraint=False
    )
    amount_minor = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    effective_on = models.DateField()
    due_on = models.DateField()
    issued_on = models.DateField()
    fact = models.PositiveSmallIntegerField(choices=Fact.choices)
    is_credit = models.BooleanField(help_text="the item is a credit: its remainder is unallocated")
    currency = models.CharField(max_length=3)
    allocation_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "customer"], name="ledger_movement_of_customer"),
            models.Index(fields=["company", "item"], name="ledger_movement_of_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.amount_minor} from {self.effective_on}"


class Change(models.Model):
    """That the books of a company were changed by a transaction, so that a kept report knows it is stale."""

    company = models.ForeignKey(
        Company, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    transaction = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["company", "transaction"], name="ledger_change_of_company")]

    def __str__(self) -> str:
        return f"{self.company_id} changed by {self.transaction}"
