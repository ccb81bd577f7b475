"""Who works here, in which company, as what."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser):
    """A person who signs in by e-mail address. What they may do stands in their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, blank=True)
    theme = models.CharField(max_length=5, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        words = (self.name or self.email).replace("@", " ").replace(".", " ").split()
        return "".join(word[0] for word in words[:2]).upper()


class Role(models.TextChoices):
    COLLECTOR = "collector", _("Collector")
    SENIOR = "senior", _("Senior")
    ACCOUNTANT = "accountant", _("Accountant")
    LEGAL = "legal", _("Legal")
    SALES = "sales", _("Sales")
    ADMINISTRATOR = "administrator", _("Administrator")


class Membership(models.Model):
    """What a user is in a company. `portfolio_only`: sees only the customers assigned to them."""

    company = models.ForeignKey("ledger.Company", models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=13, choices=Role.choices)
    portfolio_only = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "user"], name="team_membership_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.company_id}"


class SignInFailure(models.Model):
    """A wrong password, so that guessing is slowed down."""

    email = models.CharField(max_length=254)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["email", "at"], name="team_sign_in_failure")]

    def __str__(self) -> str:
        return f"{self.email} {self.at:%Y-%m-%d %H:%M}"
