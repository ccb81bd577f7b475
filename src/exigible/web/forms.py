"""The form of the sign-in page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from exigible.team.services import forget_sign_in_failures, note_sign_in_failure, wait_before_sign_in


class SignInForm(AuthenticationForm):
    """E-mail and password. The answer to a wrong one does not tell which of the two is wrong."""

    username = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _("This address and this password do not go together."),
        "inactive": _("This account is closed. Ask your administrator."),
    }

    def clean(self) -> dict[str, Any]:
        """Sign in, slower and slower after wrong passwords: while one must wait, none is even looked at."""
        email = self.cleaned_data.get("username", "")
        address = (self.request and self.request.META.get("REMOTE_ADDR")) or None
        wait = wait_before_sign_in(email=email, address=address)
        if wait > 0:
            raise forms.ValidationError(_TOO_MANY, code="wait", params={"wait": wait})
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            note_sign_in_failure(email=email, address=address)
            raise
        forget_sign_in_failures(email=email)
        return cleaned


_TOO_MANY = ngettext_lazy(
    "Too many wrong passwords: try again in %(wait)s second.",
    "Too many wrong passwords: try again in %(wait)s seconds.",
    "wait",
)
