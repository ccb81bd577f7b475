"""What came in by e-mail: the mailbox it is fetched from, each mail as received, what was made of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exigible.dunning.models import Action
from exigible.ledger.models import Company, Customer


class Mailbox(models.Model):
    """The mailbox to which a company's customers answer, and how far it has been read.

    Its password is not kept here: it is given to the program by a variable of the environment.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("TLS, encrypted at once (port 993)")
        STARTTLS = "starttls", _("STARTTLS, encrypted after a greeting (port 143)")
        NONE = "none", _("none (a server on this machine only)")

    company = models.OneToOneField(Company, models.PROTECT, related_name="+")
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.TLS)
    user = models.CharField(max_length=254)
    folder = models.CharField(max_length=200, default="INBOX")
    move_to = models.CharField(max_length=200, blank=True, help_text="empty: the mail stays where it is")
    since = models.DateField(default=timezone.localdate, help_text="older mail is left alone")
    is_active = models.BooleanField(default=True)
    uid_validity = models.BigIntegerField(null=True, help_text="of the folder whose numbers are known")
    last_uid = models.BigIntegerField(default=0, help_text="every mail up to this number was looked at")
    left_uids = ArrayField(models.BigIntegerField(), default=list, help_text="looked at, and not stored yet")
    checked_at = models.DateTimeField(null=True, help_text="when all of it was last read")
    failing_since = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True, help_text="why it cannot be read, as a code")
    said = models.CharField(max_length=300, blank=True, help_text="the server's own words")

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return f"{self.user} ({self.host})"


class Mail(models.Model):
    """One e-mail that came in. The message as received is a file; what was read in it stands here.

    `identity` is its Message-ID, or the digest of one that has none: fetched twice, it is one.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("to confirm")
        DONE = "done", _("dealt with")
        ASIDE = "aside", _("set aside")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    identity = models.CharField(max_length=340)
    message_id = models.CharField(max_length=255, blank=True)
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, help_text="as its Date header has it")
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    words = models.TextField(blank=True, help_text="what the sender wrote, without what is quoted")
    signature = models.TextField(blank=True)
    quoted = models.TextField(blank=True)
    kind = models.CharField(max_length=14)
    percent = models.PositiveSmallIntegerField(help_text="about how often such a verdict is right")
    is_unsure = models.BooleanField()
    also = models.JSONField(default=list, help_text="other kinds that it holds too")
    why = models.JSONField(default=list, help_text="the rules that spoke: code, kind, words, place")
    details = models.JSONField(default=dict, help_text="days, amounts, documents, contact that it names")
    problems = models.JSONField(default=list, help_text="codes of what could not be read")
    is_automatic = models.BooleanField(default=False)
    bounce = models.JSONField(null=True, help_text="of a message that came back: recipient, status, said")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+", db_index=False)
    found_by = models.CharField(max_length=20, blank=True, help_text="how the customer was found, as a code")
    action = models.ForeignKey(Action, models.PROTECT, null=True, related_name="+", db_index=False)
    holds = models.BooleanField(help_text="reminders wait until it is read")
    file = models.CharField(max_length=200, help_text="the message as received, under the files' folder")
    size = models.PositiveBigIntegerField(help_text="bytes, on the server where it was not fetched whole")
    body_sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=10, blank=True, help_text="what came of it, as a code")
    result = models.JSONField(default=dict, help_text="what the act made, so that it can be undone")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "identity"], name="inbox_mail_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None, outcome="")
                | (~Q(state="waiting") & Q(answered_at__isnull=False) & ~Q(outcome="")),
                name="inbox_mail_answered_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "state", "-received_at", "-id"], name="inbox_mail_in_turn"),
            models.Index(
                fields=["company", "customer"], condition=Q(holds=True), name="inbox_mail_that_holds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"


class Attachment(models.Model):
    """A file that came with a mail. Its bytes stand in the mail as received, at `place` among its parts."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    mail = models.ForeignKey(Mail, models.PROTECT, related_name="attachments")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    is_withheld = models.BooleanField(default=False, help_text="a program, or too large: not handed out")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mail", "place"], name="inbox_attachment_once")]

    def __str__(self) -> str:
        return self.name


class DeadAddress(models.Model):
    """An e-mail address from which a message came back for good: no reminder is written to it."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    address = models.CharField(max_length=254, help_text="in small letters")
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    said = models.CharField(max_length=300, blank=True, help_text="the mail server's own words")
    lifted_on = models.DateField(null=True, help_text="from when on it is written to again")

    class Meta:
        verbose_name_plural = "dead addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "address"],
                condition=Q(lifted_on__isnull=True),
                name="inbox_dead_address_once",
            )
        ]

    def __str__(self) -> str:
        return self.address
