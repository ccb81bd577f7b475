"""The truth: companies, their customers, open items, and the allocations that settle them.

Nothing here is deleted; a mistake is reversed. What must never be false is held by the constraints below and
by the triggers of `migrations/0002_invariants.sql`. Amounts are integers of minor units (cents); a positive
amount is owed by the customer, a negative one is owed to it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from exigible.kernel.text import fold


class Country(models.TextChoices):
    FRANCE = "FR"
    MONACO = "MC"
    MADAGASCAR = "MG"


class RecordedAt(models.Func):
    """The moment the current act became known: one for the whole transaction (see `services.lock_books`)."""

    function = "ledger_now"
    output_field = models.DateTimeField()


def default_receivable_accounts() -> list[str]:
    """Customers' accounts of the French chart: customers, bills, doubtful, advances received."""
    return ["411", "413", "416", "4191"]


def default_bucket_bounds() -> list[int]:
    return [30, 60, 90]


class Company(models.Model):
    """A creditor whose books are kept here: its receivables, its name on letters, its settings."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, choices=Country.choices)
    currency = models.CharField(max_length=3, default="EUR")
    siren = models.CharField(max_length=20, blank=True)
    registration = models.CharField(max_length=200, blank=True, help_text="legal lines under a letter")
    address = models.TextField(blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True, help_text="sender of reminders")
    iban = models.CharField(max_length=34, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    signatory = models.CharField(max_length=120, blank=True)
    colour = models.CharField(max_length=7, default="#1f3a5f")
    logo = models.FileField(upload_to="logos", blank=True)
    payment_terms = models.CharField(max_length=10, default="30")
    receivable_accounts = ArrayField(models.CharField(max_length=20), default=default_receivable_accounts)
    bucket_bounds = ArrayField(models.PositiveSmallIntegerField(), default=default_bucket_bounds)
    added_holidays = ArrayField(models.DateField(), default=list, blank=True)
    removed_holidays = ArrayField(models.DateField(), default=list, blank=True)
    late_interest_rate = models.DecimalField(
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="% a year agreed in the general terms; empty: the rate of the law, where there is one",
    )
    test_recipient = models.EmailField(
        blank=True, help_text="when set, every e-mail goes here and nowhere else"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """Who owes: one customer account of one company."""

    class Kind(models.TextChoices):
        BUSINESS = "business"
        PUBLIC = "public"
        INDIVIDUAL = "individual"

    company = models.ForeignKey(Company, models.PROTECT, related_name="customers")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.BUSINESS)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="subsidiaries")
    group_code = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=2, default="fr", choices=settings.LANGUAGES)
    siren = models.CharField(max_length=20, blank=True)
    siret = models.CharField(max_length=20, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    tax_id = models.CharField(max_length=40, blank=True, help_text="NIF in Madagascar, NIS in Monaco")
    statistics_id = models.CharField(max_length=40, blank=True, help_text="STAT in Madagascar")
    trade_register = models.CharField(max_length=60, blank=True, help_text="RCS, or RCI in Monaco")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=80, blank=True)
    payment_terms = models.CharField(max_length=10, blank=True, help_text="empty: the company's")
    credit_limit_minor = models.BigIntegerField(null=True, blank=True)
    collector = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="portfolio"
    )
    segment = models.CharField(max_length=40, blank=True)
    is_key_account = models.BooleanField(default=False)
    dunning_paused_until = models.DateField(null=True, blank=True)
    dunning_pause_reason = models.CharField(max_length=200, blank=True)
    is_insolvent = models.BooleanField(default=False, help_text="insolvency opened: reminders stop")
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="ledger_customer_code")]
        indexes = [
            models.Index(fields=["company", "sort_name", "id"], name="ledger_customer_by_name"),
            models.Index(fields=["company", "collector"], name="ledger_customer_portfolio"),
            models.Index(fields=["company", "group_code"], name="ledger_customer_by_group"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_name = fold(self.name)[:200]
        super().save(*args, **kwargs)


class Contact(models.Model):
    """A person at the customer's, and how that person may be reached."""

    class Role(models.TextChoices):
        ACCOUNTS_PAYABLE = "accounts_payable"
        FINANCE = "finance"
        PURCHASING = "purchasing"
        MANAGEMENT = "management"
        LEGAL = "legal"
        OTHER = "other"

    class Channel(models.TextChoices):
        EMAIL = "email"
        LETTER = "letter"
        PHONE = "phone"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.ACCOUNTS_PAYABLE)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, blank=True)
    preferred_channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    receives_reminders = models.BooleanField(default=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["company", "customer"], name="ledger_contact_of_customer")]

    def __str__(self) -> str:
        return self.name


class PayerAccount(models.Model):
    """A bank account from which this customer, or someone for it, is known to pay."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payer_accounts")
    iban = models.CharField(max_length=34)
    holder = models.CharField(max_length=140, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "customer", "iban"], name="ledger_payer_account_once")
        ]

    def __str__(self) -> str:
        return self.iban


class Contract(models.Model):
    """A contract with a customer, or the general terms (CGV) it signed, as a file."""

    class Kind(models.TextChoices):
        CONTRACT = "contract"
        GENERAL_TERMS = "general_terms"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contracts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=200)
    terms_version = models.CharField(max_length=40, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    file = models.FileField(upload_to="contracts/%Y", blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["company", "customer"], name="ledger_contract_of_customer")]

    def __str__(self) -> str:
        return self.title


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
