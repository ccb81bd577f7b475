"""How a company's messages leave: how many an hour, and through which gateway."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class SendingPolicy(models.Model):
    """How fast a company's messages leave, and since when the mail server takes none of them.

    An empty limit is none: nothing is supposed of what a mail server allows.
    """

    company = models.OneToOneField("ledger.Company", models.PROTECT, related_name="sending_policy")
    emails_an_hour = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    emails_an_hour_to_a_domain = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    texts_an_hour = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    failing_since = models.DateTimeField(null=True, editable=False)
    said = models.CharField(max_length=300, blank=True, editable=False, help_text="the server's own words")

    class Meta:
        verbose_name_plural = "sending policies"

    def __str__(self) -> str:
        return f"sending policy of {self.company_id}"


class SmsGateway(models.Model):
    """How a company's text messages are handed over, and at which hours of the debtor.

    Its secret is not kept here: it is given to the program by a variable of the environment. No text was
    found that fixes the hours: the company says them.
    """

    class Method(models.TextChoices):
        POST = "POST"
        PUT = "PUT"
        GET = "GET"

    class Content(models.TextChoices):
        JSON = "json", _("JSON")
        FORM = "form", _("a form")
        QUERY = "query", _("in the address")

    company = models.OneToOneField("ledger.Company", models.PROTECT, related_name="sms_gateway")
    kind = models.CharField(max_length=20, default="http", editable=False)
    url = models.CharField(max_length=500)
    method = models.CharField(max_length=4, choices=Method.choices, default=Method.POST)
    content = models.CharField(max_length=5, choices=Content.choices, default=Content.JSON)
    headers = models.TextField(blank=True, help_text="one a line, name: value")
    body = models.TextField(help_text="JSON, or one field a line, name=value")
    token_url = models.CharField(max_length=500, blank=True, help_text="OAuth 2, client credentials")
    id_path = models.CharField(max_length=120, blank=True, help_text="where the answer gives its id")
    ok_path = models.CharField(max_length=120, blank=True, help_text="where it says that all is well")
    ok_values = models.CharField(max_length=120, blank=True, help_text="what it then says, spaces between")
    sender = models.CharField(max_length=20, blank=True)
    opens = models.TimeField()
    closes = models.TimeField()
    test_number = models.CharField(max_length=40, blank=True, help_text="when set, all go to this number")
    is_active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True, editable=False)
    said = models.CharField(max_length=300, blank=True, editable=False, help_text="the gateway's own words")

    def __str__(self) -> str:
        return self.url
