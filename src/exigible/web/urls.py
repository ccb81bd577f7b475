from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import path

from exigible.web.views import find, help, home, styleguide

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", home.sign_in, name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("preferences/", home.preferences, name="preferences"),
    path("keys/", help.keys, name="keys"),
    path("<slug:company>/", home.company, name="company"),
    path("<slug:company>/find/", find.find, name="find"),
]

if settings.EXIGIBLE_STYLEGUIDE:
    urlpatterns.insert(0, path("_components/", styleguide.styleguide, name="styleguide"))
    urlpatterns.insert(1, path("_components/<slug:part>/", styleguide.part, name="styleguide-part"))
