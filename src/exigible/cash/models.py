"""What the company lets the program decide, what it made of each bank line, and what people taught it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from exigible.ledger.models import BankLine, Company, Customer, OpenItem


class CashPolicy(models.Model):
    """How far the program may letter by itself. Amounts are minor units of the company's currency."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="cash_policy")
    posts_alone = models.BooleanField(default=True)
    threshold = models.PositiveSmallIntegerField(
        default=9950,
        validators=[MinValueValidator(9000), MaxValueValidator(9999)],
        help_text="least probability of what posts by itself, in hundredths of a percent",
    )
    small_difference_minor = models.BigIntegerField(
        default=100, help_text="most written off on one payment, by itself"
    )
    daily_write_off_minor = models.BigIntegerField(
        default=5_000, help_text="most written off in a day, by itself"
    )
    charge_cap_minor = models.BigIntegerField(default=3_000, help_text="most taken for bank charges")
    discount_grace_days = models.PositiveSmallIntegerField(default=5)
    exchange_cap = models.PositiveIntegerField(
        default=2_000,
        db_default=2_000,
        help_text="most taken for an exchange difference, in thousandths of a percent of the payment",
    )
    withholding_rates = ArrayField(
        models.PositiveIntegerField(),
        default=list,
        blank=True,
        help_text="of tax that customers keep back, in thousandths of a percent",
    )

    class Meta:
        verbose_name_plural = "cash policies"

    def __str__(self) -> str:
        return f"cash policy of {self.company_id}"


class Match(models.Model):
    """What was made of a bank line: who paid, which items, how sure, and why.

    `explanations` are those of `rules.facts.Explanation`, the likeliest first: {"customer": id,
    "allocations": [[item id, minor units], …], "remainder_minor", "remainder_as",
    "reasons": [{"code", "params"}, …]}. Of what is lettered the first is what was done, and the others are
    offered again where it is undone.
    """

    class Status(models.TextChoices):
        POSTED = "posted", _("lettered")
        PROPOSED = "proposed", _("proposed")
        AMBIGUOUS = "ambiguous", _("ambiguous")
        UNMATCHED = "unmatched", _("not recognised")

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", db_index=False)
    line = models.OneToOneField(BankLine, models.CASCADE, related_name="match")
    status = models.CharField(max_length=10, choices=Status.choices)
    probability = models.PositiveSmallIntegerField(help_text="of the first, in hundredths of a percent")
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, related_name="+", help_text="of the first explanation"
    )
    explanations = models.JSONField(default=list)
    reasons = models.JSONField(default=list, help_text="why it was not posted alone")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="who posted it"
    )
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "status"], name="cash_match_by_status"),
            models.Index(fields=["company", "customer"], name="cash_match_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.status}"


class Refusal(models.Model):
    """A match that a person turned down or undid: it is not proposed again for that line.

    Without items, that the customer did not pay the line at all.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", db_index=False)
    line = models.ForeignKey(BankLine, models.CASCADE, related_name="refusals")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    items = ArrayField(models.BigIntegerField(), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.line_id} not {self.customer_id} {self.items}"


class PayerName(models.Model):
    """A name under which a customer is known to pay, because a person confirmed it; or not, by a refusal."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=140, help_text="its telling words, folded")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="payer_names")
    is_refused = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    learnt_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name", "customer"], name="cash_payer_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.customer_id}"


class RemittanceAdvice(models.Model):
    """A list of the documents that a payment is for, attached to it by a person; its file is kept as it came.

    `documents` are those of `intake.readers.advice`: {"number", "amount_minor", "currency",
    "discount_minor"}, amounts as paid, None where the list has none. `warnings` are what was odd in it.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", db_index=False)
    line = models.ForeignKey(BankLine, models.CASCADE, related_name="advices")
    file = models.FileField(upload_to="advices/%Y", max_length=200)
    name = models.CharField(max_length=200, help_text="of the file; empty for words that were pasted")
    file_sha256 = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    documents = models.JSONField(default=list)
    total_minor = models.BigIntegerField(null=True, help_text="the sum that the list gives itself")
    warnings = models.JSONField(default=list)
    is_withdrawn = models.BooleanField(default=False, help_text="taken off again, or replaced by a later one")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=models.Q(is_withdrawn=False), name="cash_one_advice_of_a_line"
            )
        ]

    def __str__(self) -> str:
        return f"advice {self.name} of {self.line_id}"


class Adjustment(models.Model):
    """An item that closes a difference: charges, a discount, tax kept back, cents; the books shall follow."""

    class Kind(models.TextChoices):
        CHARGE = "charge", _("bank charges")
        DISCOUNT = "discount", _("early-payment discount")
        WITHHOLDING = "withholding", _("tax withheld")
        WRITE_OFF = "write_off", _("small difference")
        EXCHANGE = "exchange", _("exchange difference")

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", db_index=False)
    item = models.OneToOneField(OpenItem, models.CASCADE, related_name="adjustment")
    line = models.ForeignKey(BankLine, models.CASCADE, null=True, related_name="adjustments")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    is_automatic = models.BooleanField(default=False)
    made_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["company", "made_on"], name="cash_adjustment_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id}"
