from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import path

from exigible.web.views import customer_list, customers, find, home, keys, styleguide
from exigible.web.views import settings as settings_views

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", home.sign_in, name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("preferences/", home.preferences, name="preferences"),
    path("keys/", keys.keys, name="keys"),
    path("<slug:company>/", home.company, name="company"),
    path("<slug:company>/find/", find.find, name="find"),
    path("<slug:company>/customers/", customer_list.customers, name="customers"),
    path("<slug:company>/customers/new/", customers.add, name="customer-add"),
    path("<slug:company>/customers/<path:code>/peek/", customers.peek, name="customer-peek"),
    path("<slug:company>/customers/<path:code>/edit/", customers.edit, name="customer-edit"),
    path("<slug:company>/customers/<path:code>/pause/", customers.pause, name="customer-pause"),
    path(
        "<slug:company>/customers/<path:code>/contacts/new/", customers.contact, name="customer-contact-add"
    ),
    path(
        "<slug:company>/customers/<path:code>/contacts/<int:contact>/",
        customers.contact,
        name="customer-contact",
    ),
    path("<slug:company>/customers/<path:code>/contracts/new/", customers.contract, name="customer-contract"),
    path(
        "<slug:company>/customers/<path:code>/contracts/<int:contract>/file/",
        customers.contract_file,
        name="customer-contract-file",
    ),
    path("<slug:company>/customers/<path:code>/", customers.page, name="customer"),
    path("<slug:company>/settings/", settings_views.settings, name="settings"),
    path("<slug:company>/settings/company/", settings_views.company, name="settings-company"),
    path("<slug:company>/settings/people/", settings_views.member, name="settings-member"),
    path(
        "<slug:company>/settings/people/<int:member>/remove/", settings_views.remove, name="settings-remove"
    ),
]

styleguide_patterns = [
    path("_components/", styleguide.styleguide, name="styleguide"),
    path("_components/<slug:part>/", styleguide.part, name="styleguide-part"),
]
if settings.EXIGIBLE_STYLEGUIDE:
    urlpatterns = styleguide_patterns + urlpatterns
