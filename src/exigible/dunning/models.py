"""What is stored of reminders: the policies, the runs, and what each run did or held back.

A level is taken once by an item, a customer has one message a run and currency, and what was sent does not
change: constraints below and triggers of `migrations/0002_once.sql` hold it.
"""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Policy(models.Model):
    """A version of a dunning policy: which step when, by which channel. Changing it makes a new version.

    Versions are numbered across the company, so that one number names the whole set in force. An empty
    `country` (of the debtor), `segment` or `kind` (of debtor) means all of them; the most precise policy is a
    customer's. Those for the same customers are versions of one policy.
    """

    class Ending(models.TextChoices):
        LITIGATION = "litigation"
        PLAN = "plan"
        WRITE_OFF = "write_off"
        ACCOUNT_MANAGER = "account_manager"

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="dunning_policies")
    name = models.CharField(max_length=80)
    country = models.CharField(max_length=2, blank=True)
    segment = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)
    steps = models.JSONField(help_text="list of steps: key, level, days, channel, tone, approval, charges")
    minimum_minor = models.BigIntegerField(default=0, help_text="in the company's currency")
    maximum_minor = models.BigIntegerField(null=True, blank=True, help_text="above it a person decides")
    min_days_between_contacts = models.PositiveSmallIntegerField(default=7)
    oldest_days = models.PositiveSmallIntegerField(null=True, blank=True)
    ending = models.CharField(max_length=16, choices=Ending.choices, blank=True)
    ending_days = models.PositiveSmallIntegerField(default=15, help_text="after the last step")
    restores = models.PositiveIntegerField(null=True, help_text="version that this one says again")
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["company", "version"], name="dunning_policy_version"),
            models.UniqueConstraint(
                fields=["company", "country", "segment", "kind"],
                condition=Q(is_active=True),
                name="dunning_policy_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Run(models.Model):
    """The reminders of a company for a day: proposed, approved by a person, then sent."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        SENDING = "sending"
        DONE = "done"
        STOPPED = "stopped"
        CANCELLED = "cancelled"

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="dunning_runs")
    day = models.DateField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    policy_version = models.PositiveIntegerField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sending_from = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True, help_text="why sending stopped, as a code")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "day"], condition=~Q(state="cancelled"), name="dunning_run_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.state}"


class Channel(models.TextChoices):
    EMAIL = "email"
    LETTER = "letter"
    SMS = "sms"
    PHONE = "phone"
    VISIT = "visit"
    REGISTERED = "registered"


ON_PAPER = (Channel.LETTER, Channel.REGISTERED)
BY_HAND = (Channel.PHONE, Channel.VISIT, Channel.REGISTERED)
"""Ways that a person goes: once approved they wait, to be done, for whoever does them."""


class Action(models.Model):
    """One message to one customer in one currency: from its proposal to what became of it."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        EXCLUDED = "excluded"
        APPROVED = "approved"
        RESERVED = "reserved"
        TO_DO = "to_do"
        SENT = "sent"
        AMBIGUOUS = "ambiguous"
        FAILED = "failed"
        REFUSED = "refused"
        SUPERSEDED = "superseded"

    company = models.ForeignKey(
        "ledger.Company", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    run = models.ForeignKey(Run, models.PROTECT, related_name="actions", db_index=False)
    customer = models.ForeignKey(
        "ledger.Customer", models.PROTECT, related_name="dunning_actions", db_index=False, db_constraint=False
    )
    through = models.ForeignKey(
        "ledger.Customer", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False,
        help_text="the head of its group, to whom it is said in one message with what the others owe",
    )  # fmt: skip
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=12, choices=Channel.choices)
    language = models.CharField(max_length=2)
    recipient = models.CharField(max_length=254, blank=True, help_text="address or number; a letter has none")
    currency = models.CharField(max_length=3)
    gross_minor = models.BigIntegerField()
    credits_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    reason_code = models.CharField(max_length=40)
    reason_params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, help_text="after a temporary refusal")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    reserved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_minor = models.BigIntegerField(null=True, help_text="asked for in the message, charges included")
    message_id = models.CharField(max_length=120, blank=True)
    file = models.CharField(max_length=200, blank=True, help_text="what was sent, under the files' folder")
    file_sha256 = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="what the mail server said")

    LIVE = (State.PROPOSED, State.APPROVED, State.RESERVED, State.TO_DO, State.SENT, State.AMBIGUOUS)
    PENDING = (State.APPROVED, State.RESERVED, State.TO_DO, State.AMBIGUOUS)
    SAID = (State.SENT, State.AMBIGUOUS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "run", "customer", "currency"],
                condition=Q(state__in=["proposed", "approved", "reserved", "to_do", "sent", "ambiguous"]),
                name="dunning_action_once_a_run",
            ),
            models.CheckConstraint(
                condition=Q(net_minor=F("gross_minor") + F("credits_minor"), credits_minor__lte=0),
                name="dunning_action_net",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False, sent_minor__isnull=False),
                name="dunning_action_sent_is_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "customer"], name="dunning_action_of_customer"),
            models.Index(fields=["company", "run", "state"], name="dunning_action_of_run"),
            models.Index(
                fields=["company", "through", "run"],
                condition=Q(through__isnull=False),
                name="dunning_action_through",
            ),
            models.Index(
                fields=["company", "run"],
                condition=Q(state__in=["approved", "reserved", "to_do", "ambiguous"]),
                name="dunning_action_pending",
            ),
            models.Index(
                fields=["company", "channel"], condition=Q(state="to_do"), name="dunning_action_to_do"
            ),
            models.Index(
                fields=["company", "message_id"],
                condition=~Q(message_id=""),
                name="dunning_action_of_message",
            ),
            models.Index(
                fields=["company", "channel", "reserved_at"],
                condition=Q(reserved_at__isnull=False),
                name="dunning_action_handed_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.customer_id} {self.state}"


class ActionItem(models.Model):
    """An item that a message speaks of. `level` is the one it climbs to; empty when it is only listed.

    `is_live` follows the state of the message and is kept by the database: an item takes a level once.
    """

    company = models.ForeignKey(
        "ledger.Company", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    action = models.ForeignKey(Action, models.PROTECT, related_name="items", db_constraint=False)
    item = models.ForeignKey(
        "ledger.OpenItem", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    level = models.PositiveSmallIntegerField(null=True)
    amount_minor = models.BigIntegerField(help_text="left open when proposed")
    sent_minor = models.BigIntegerField(null=True, help_text="left open when sent; 0: settled meanwhile")
    is_live = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "item", "level"],
                condition=Q(is_live=True, level__isnull=False),
                name="dunning_level_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} level {self.level}"


class HeldBack(models.Model):
    """A customer that a run would have reminded and does not, and why."""

    company = models.ForeignKey(
        "ledger.Company", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    run = models.ForeignKey(Run, models.CASCADE, related_name="held_back")
    customer = models.ForeignKey(
        "ledger.Customer", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    step = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    reason_code = models.CharField(max_length=40)
    reason_params = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "held back"
        indexes = [models.Index(fields=["company", "customer"], name="dunning_held_of_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.reason_code}"


class GroupVoice(models.Model):
    """Through whom the friendly reminders of a group speak: its head.

    `group_code` is the key of the group as the aged balance by group has it (`positions.filters.GROUP_KEY`).
    """

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="+", db_index=False)
    group_code = models.CharField(max_length=40)
    customer = models.ForeignKey("ledger.Customer", models.PROTECT, related_name="+")
    since = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "group_code"], name="dunning_one_voice_a_group")
        ]

    def __str__(self) -> str:
        return f"{self.group_code} through {self.customer_id}"


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
