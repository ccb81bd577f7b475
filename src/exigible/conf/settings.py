"""Django settings, read from the environment; nothing is written outside EXIGIBLE_HOME.

The variables, what they take and their defaults stand in a table of the guide.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from exigible.runtime import home
from exigible.runtime.database import django_settings
from exigible.runtime.environment import flag, port, time_zone, tls

PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = flag("EXIGIBLE_DEBUG", default=False)
SECRET_KEY = os.environ.get("EXIGIBLE_SECRET_KEY") or home.secret_key()
ALLOWED_HOSTS = os.environ.get("EXIGIBLE_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("EXIGIBLE_ORIGINS", "").split(",") if o]
EXIGIBLE_STYLEGUIDE = flag("EXIGIBLE_STYLEGUIDE", default=DEBUG)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "exigible.timeline",
    "exigible.ledger",
    "exigible.team",
    "exigible.intake",
    "exigible.positions",
    "exigible.documents",
    "exigible.cash",
    "exigible.disputes",
    "exigible.negotiation",
    "exigible.dunning",
    "exigible.inbox",
    "exigible.worklist",
    "exigible.calls",
    "exigible.registered",
    "exigible.visits",
    "exigible.runtime",
    "exigible.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "exigible.team.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "exigible.team.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "exigible.web.middleware.MistakeMiddleware",
]

ROOT_URLCONF = "exigible.conf.urls"
ASGI_APPLICATION = "exigible.conf.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["exigible.web.templatetags.exigible"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "exigible.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": django_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "team.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "exigible.web.views.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = flag("EXIGIBLE_HTTPS", default=False)
SESSION_COOKIE_AGE = 12 * 3600
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / room / "locale" for room in ("kernel", "conf", "demo")]  # no apps, but words
USE_I18N = True
USE_TZ = True
TIME_ZONE = time_zone("EXIGIBLE_TIME_ZONE", "Europe/Paris")

STATIC_URL = "/static/"
STATIC_ROOT = home.folder("static")
MEDIA_ROOT = home.folder("files")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_TEMP_DIR = home.folder("uploads")

EMAIL_BACKEND = os.environ.get("EXIGIBLE_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("EXIGIBLE_SMTP_HOST", "")
_TLS = tls("EXIGIBLE_SMTP_TLS")
EMAIL_USE_TLS, EMAIL_USE_SSL = _TLS == "starttls", _TLS == "implicit"
EMAIL_PORT = port("EXIGIBLE_SMTP_PORT", 465 if EMAIL_USE_SSL else 25)
EMAIL_HOST_USER = os.environ.get("EXIGIBLE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EXIGIBLE_SMTP_PASSWORD", "")
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = os.environ.get("EXIGIBLE_FROM", "")

LRE_URL = os.environ.get("EXIGIBLE_LRE_URL", "")
LRE_TOKEN = os.environ.get("EXIGIBLE_LRE_TOKEN", "")
LRE_NAME = os.environ.get("EXIGIBLE_LRE_NAME", "LRE")

LOGGING_CONFIG = None
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
