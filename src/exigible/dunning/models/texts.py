"""A company's own words, and the letters that a person retouched."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from exigible.dunning.models.runs import Action


class Template(models.Model):
    """A version of a company's own words for a tone and a language; our own are version 0 and not stored.

    Empty `country` (of the customer) and `kind`: for all. A version that is `withdrawn` gives way to what
    stands behind it: the words for all, then ours. Versions do not change: the database refuses it.
    """

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="dunning_templates")
    tone = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    country = models.CharField(max_length=2, blank=True)
    kind = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField()
    email_subject = models.TextField(blank=True)
    email_body = models.TextField(blank=True)
    letter_subject = models.TextField(blank=True)
    letter_body = models.TextField(blank=True)
    sms = models.TextField(blank=True)
    withdrawn = models.BooleanField(default=False)
    restores = models.PositiveIntegerField(null=True, help_text="version that this one says again")
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "tone", "language", "country", "kind", "version"],
                name="dunning_template_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.tone} {self.language} v{self.version}"


class BannedWords(models.Model):
    """Words that a company does not want in its reminders, beside those that nobody may use; one a line."""

    company = models.OneToOneField("ledger.Company", models.PROTECT, related_name="+")
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.words


class RetouchedLetter(models.Model):
    """A letter that a person changed by hand, as it came back. A PDF is what is sent; a Word file is kept.

    `net_minor`: what the letter asked for then; when that is no longer true, it is not sent.
    """

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="+")
    action = models.ForeignKey(Action, models.PROTECT, related_name="retouched", db_constraint=False)
    name = models.CharField(max_length=120)
    file = models.CharField(max_length=200, help_text="under the files' folder")
    sha256 = models.CharField(max_length=64)
    is_pdf = models.BooleanField()
    net_minor = models.BigIntegerField()
    withdrawn_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "is_pdf"],
                condition=Q(withdrawn_at=None),
                name="dunning_retouched_one_in_use",
            )
        ]

    def __str__(self) -> str:
        return self.name
