from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import path

from exigible.web.views import account, customer_edits, customer_list, customers, find, home, keys, styleguide
from exigible.web.views import settings as settings_views

CUSTOMER = "<slug:company>/customers/<path:code>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", home.sign_in, name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("password/", account.password, name="password"),
    path("preferences/", home.preferences, name="preferences"),
    path("keys/", keys.keys, name="keys"),
    path("favicon.ico", home.favicon, name="favicon"),
    path("<slug:company>/", home.company, name="company"),
    path("<slug:company>/find/", find.find, name="find"),
    path("<slug:company>/customers/", customer_list.customers, name="customers"),
    path("<slug:company>/customers/new/", customer_edits.add, name="customer-add"),
    path(CUSTOMER + "peek/", customers.peek, name="customer-peek"),
    path(CUSTOMER + "edit/", customer_edits.edit, name="customer-edit"),
    path(CUSTOMER + "pause/", customer_edits.pause, name="customer-pause"),
    path(CUSTOMER + "contacts/new/", customer_edits.contact, name="customer-contact-add"),
    path(CUSTOMER + "contacts/<int:contact>/", customer_edits.contact, name="customer-contact"),
    path(CUSTOMER + "contracts/new/", customer_edits.contract, name="customer-contract"),
    path(
        CUSTOMER + "contracts/<int:contract>/file/",
        customer_edits.contract_file,
        name="customer-contract-file",
    ),
    path(CUSTOMER + "accounts/new/", customer_edits.payer_account, name="customer-payer-account"),
    path(
        CUSTOMER + "accounts/<int:account>/remove/",
        customer_edits.remove_payer_account,
        name="customer-payer-account-remove",
    ),
    path(CUSTOMER + "file/", customers.file, name="customer-file"),
    path(CUSTOMER + "promises/", customers.promises, name="customer-promises"),
    path(CUSTOMER + "reminders/", customers.reminders, name="customer-reminders"),
    path(CUSTOMER + "requests/", customers.requests, name="customer-requests"),
    path(CUSTOMER + "disputes/", customers.disputes, name="customer-disputes"),
    path(CUSTOMER, customers.page, name="customer"),
    path("<slug:company>/settings/", settings_views.settings, name="settings"),
    path("<slug:company>/settings/company/", settings_views.company, name="settings-company"),
    path("<slug:company>/settings/people/", settings_views.member, name="settings-member"),
    path(
        "<slug:company>/settings/people/<int:member>/remove/", settings_views.remove, name="settings-remove"
    ),
    path(
        "<slug:company>/settings/people/<int:member>/password/",
        settings_views.new_password,
        name="settings-password",
    ),
]

styleguide_patterns = [
    path("_components/", styleguide.styleguide, name="styleguide"),
    path("_components/<slug:part>/", styleguide.part, name="styleguide-part"),
]
if settings.EXIGIBLE_STYLEGUIDE:
    urlpatterns = styleguide_patterns + urlpatterns
