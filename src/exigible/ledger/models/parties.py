"""Who claims and who owes: companies, their customers, and what is known of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from exigible.kernel.text import fold


class Country(models.TextChoices):
    FRANCE = "FR"
    MONACO = "MC"
    MADAGASCAR = "MG"


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
    discount_terms = models.CharField(
        max_length=12, blank=True, help_text="early-payment discount: 2/10 is 2 % within 10 days of issue"
    )
    receivable_accounts = ArrayField(models.CharField(max_length=20), default=default_receivable_accounts)
    bucket_bounds = ArrayField(models.PositiveSmallIntegerField(), default=default_bucket_bounds)
    calendar_key = models.CharField(
        max_length=32, blank=True, default="", db_default="", help_text="another one at each change of a day"
    )
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
    discount_terms = models.CharField(
        max_length=12, blank=True, default="", db_default="", help_text="empty: the company's"
    )
    credit_limit_minor = models.BigIntegerField(null=True, blank=True)
    collector = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="portfolio"
    )
    segment = models.CharField(max_length=40, blank=True)
    is_key_account = models.BooleanField(default=False)
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
