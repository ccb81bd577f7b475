"""A letter of the address, as the person who asks may see it; keyed by its message, which was there first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from exigible.dunning.models import Action
from exigible.registered.models import RegisteredLetter
from exigible.registered.queries import actions_of, letter_of
from exigible.registered.services.numbering import may_be_registered
from exigible.team.rules import Right
from exigible.team.scope import Scope


@dataclass(frozen=True, slots=True)
class Found:
    """Who asks, the message, and its registered letter if it has one yet."""

    scope: Scope
    action: Action
    letter: RegisteredLetter | None

    @property
    def begun(self) -> RegisteredLetter:
        """The letter, for an act that needs one. Raises Http404 where there is none yet."""
        if self.letter is None:
            raise Http404
        return self.letter


def find(request: HttpRequest, pk: int) -> Found:
    """Raises Http404 for a message of someone else, or one that has no letter to post."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    action = get_object_or_404(actions_of(scope), pk=pk)
    letter = letter_of(action)
    if (letter is None or letter.is_idle) and not may_be_registered(action):
        raise Http404
    return Found(scope, action, letter)


def may_act(scope: Scope) -> bool:
    """Whether this person may post and note: not of a day that has passed."""
    return scope.may(Right.COLLECT) and not scope.is_past
