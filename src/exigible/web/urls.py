from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import path

from exigible.web.views import find, home, keys, styleguide

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", home.sign_in, name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("preferences/", home.preferences, name="preferences"),
    path("keys/", keys.keys, name="keys"),
    path("<slug:company>/", home.company, name="company"),
    path("<slug:company>/find/", find.find, name="find"),
]

styleguide_patterns = [
    path("_components/", styleguide.styleguide, name="styleguide"),
    path("_components/<slug:part>/", styleguide.part, name="styleguide-part"),
]
if settings.EXIGIBLE_STYLEGUIDE:
    urlpatterns = styleguide_patterns + urlpatterns
