"""What a person changes of the own account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exigible.team.models import User


class OwnPasswordForm(PasswordChangeForm):
    """The password of now, and the new one twice."""

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["old_password"].label = gettext_lazy("Password of now")
        self.fields["new_password1"].label = gettext_lazy("New password")
        self.fields["new_password1"].help_text = gettext_lazy(
            "At least 10 characters: a short sentence does well."
        )
        self.fields["new_password2"].label = gettext_lazy("New password again")
        self.fields["new_password2"].help_text = ""


def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; this session stays signed in, the others end."""
    assert isinstance(request.user, User)
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    context = {"form": form, "heading": _("Change my password"), "back": "/"}
    return render(request, "web/form.html", context, status=422 if form.errors else 200)
