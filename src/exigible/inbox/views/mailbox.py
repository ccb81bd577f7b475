"""Setting the mailbox."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from exigible.inbox.fetching import password_name, password_of
from exigible.inbox.forms import MailboxForm
from exigible.inbox.models import Mailbox
from exigible.inbox.setting import save_mailbox
from exigible.inbox.wording import problem_sentence
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@company_view(Right.ADMINISTER)
def mailbox(request: HttpRequest) -> HttpResponse:
    """The mailbox to which customers answer; its password is given to the program, not here."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    known = Mailbox.objects.filter(company=scope.company).first()
    form = MailboxForm(request.POST or None, instance=known or Mailbox(company=scope.company))
    if request.method == "POST" and form.is_valid():
        save_mailbox(company=scope.company, fields=form.cleaned_data, by=scope.user.pk)
        messages.success(request, _("Saved."))
        return redirect("inbox-settings", company=scope.company.code)
    said = known.said if known else ""
    context = {
        "form": form,
        "mailbox": known,
        "variable": password_name(scope.company),
        "has_password": bool(password_of(scope.company)),
        "problem": problem_sentence(known.problem, scope.company, said) if known and known.problem else "",
    }
    return render(request, "inbox/settings.html", context, status=422 if form.errors else 200)
