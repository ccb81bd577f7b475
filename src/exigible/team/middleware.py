"""The language of the person, and sign-in before anything else."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware:
    """What the person chose, in this session or this browser; else what the browser asks for; else French."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.session.get("language") or request.COOKIES.get("language", "")
        asked = translation.get_language_from_request(request)
        language = chosen if chosen in dict(settings.LANGUAGES) else asked
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every view asks for sign-in unless it is marked `login_not_required`."""
