"""The frame: who gets in, where one lands, what is found, what is said when something cannot be done."""

from __future__ import annotations

import logging
import re

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import AsyncClient, Client
from pytest_django import DjangoAssertNumQueries, Settings

from exigible.ledger.models import Company, Customer
from exigible.team.models import User
from exigible.team.services import add_user
from exigible.web.navigation import nav_items
from tests.books import make_company, write_books

HTMX = {"HTTP_HX_REQUEST": "true"}


def test_the_start_asks_who_is_there(client: Client, db: None) -> None:
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"


def test_the_site_runs_behind_an_asynchronous_server(db: None) -> None:
    answer = async_to_sync(AsyncClient().get)("/sign-in/")
    assert answer.status_code == 200


def test_one_signs_in_by_e_mail_whatever_its_capitals(client: Client, collector: User) -> None:
    answer = client.post("/sign-in/", {"username": "C.Blanc@Example.org", "password": "a-long-password"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_wrong_password_does_not_tell_whether_the_address_exists(client: Client, collector: User) -> None:
    said = [
        re.findall(r'role="alert">(.*?)</p>', client.post("/sign-in/", form).content.decode())
        for form in (
            {"username": collector.email, "password": "wrong"},
            {"username": "nobody@example.org", "password": "wrong"},
        )
    ]
    assert said[0] == said[1] != []


def test_one_lands_in_the_company_last_opened(signed_in: Client, collector: User) -> None:
    add_user(company=make_company("AAA"), email=collector.email, role="collector", by=None)
    assert signed_in.get("/").headers["Location"] == "/AAA/"
    signed_in.get("/MNSAM/")
    assert signed_in.get("/").headers["Location"] == "/MNSAM/"


def test_a_person_without_a_company_is_told_whom_to_ask(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("new@example.org"))
    answer = client.get("/")
    assert answer.status_code == 403
    assert "exigible user add new@example.org" in answer.content.decode()


def test_another_company_is_as_if_it_did_not_exist(signed_in: Client) -> None:
    make_company("OTHER")
    answers = [
        signed_in.get(f"/{code}/{page}") for code in ("OTHER", "NONE") for page in ("", "find/", "a-screen/")
    ]
    assert {answer.status_code for answer in answers} == {404}


def test_the_frame_costs_few_queries(
    signed_in: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4):  # session, user, membership, companies
        assert signed_in.get("/MNSAM/a-screen/").status_code == 200


def test_a_past_date_tints_the_frame_and_offers_the_way_back(signed_in: Client) -> None:
    page = signed_in.get("/MNSAM/a-screen/?as_of=2020-10-31&q=x").content.decode()
    assert '<body class="past"' in page
    assert "Vous regardez au 31/10/2020" in page
    assert 'href="/MNSAM/a-screen/?q=x"' in page


def test_figures_as_they_were_known_say_so(signed_in: Client) -> None:
    page = signed_in.get("/MNSAM/a-screen/?as_of=2020-10-31&known_at=2020-11-02T09:00").content.decode()
    assert "Vous regardez au 31/10/2020, tel que connu le 02/11/2020 09:00" in page


def test_today_has_no_tint(signed_in: Client) -> None:
    page = signed_in.get("/MNSAM/a-screen/").content.decode()
    assert "past-banner" not in page


def test_a_past_date_goes_along_to_the_other_screens(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.web.screens"
    items = nav_items("A", "/A/customers/C1/", "?as_of=2020-10-31")
    assert [item.url for item in items] == ["/A/day/?as_of=2020-10-31", "/A/customers/?as_of=2020-10-31"]


def test_the_navigation_shows_the_screens_that_exist_and_where_one_is(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.web.screens"
    items = nav_items("A", "/A/customers/C1/", "")
    assert [(item.keys, item.current) for item in items] == [("g j", False), ("g c", True)]


def test_language_and_appearance_are_kept(signed_in: Client, collector: User) -> None:
    signed_in.post("/preferences/", {"language": "en", "next": "/MNSAM/a-screen/"})
    answer = signed_in.post("/preferences/", {"theme": "dark", "next": "/MNSAM/a-screen/"})
    assert answer.headers["Location"] == "/MNSAM/a-screen/"
    page = signed_in.get("/MNSAM/a-screen/").content.decode()
    assert '<html lang="en" data-theme="dark">' in page
    collector.refresh_from_db()
    assert (collector.language, collector.theme) == ("en", "dark")


@pytest.mark.parametrize(
    ("asked", "said"),
    [("en-GB,en;q=0.9,fr;q=0.5", "Sign in"), ("fr-CH, fr;q=0.9", "Se connecter"), ("de", "Se connecter"),
     ("de, en;q=0.4", "Sign in"), ("", "Se connecter"), ("x;q=y, \0", "Se connecter")],
)  # fmt: skip
def test_the_sign_in_page_speaks_the_language_that_the_browser_asks_for(
    client: Client, db: None, asked: str, said: str
) -> None:
    answer = client.get("/sign-in/", headers={"accept-language": asked})
    assert f"<h1>{said}</h1>" in answer.content.decode()
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_language_switched_on_the_sign_in_page_stays_after_it(client: Client, collector: User) -> None:
    collector.language = "fr"
    collector.save()
    client.post("/preferences/", {"language": "en", "next": "/sign-in/"})
    assert "<h1>Sign in</h1>" in client.get("/sign-in/", headers={"accept-language": "fr"}).content.decode()
    client.post("/sign-in/", {"username": collector.email, "password": "a-long-password"})
    assert '<html lang="en"' in client.get("/keys/").content.decode()


def test_a_person_finds_the_own_language_again_in_another_browser(client: Client, collector: User) -> None:
    collector.language = "en"
    collector.save()
    french = {"accept-language": "fr"}
    client.post("/sign-in/", {"username": collector.email, "password": "a-long-password"}, headers=french)
    assert '<html lang="en"' in client.get("/keys/", headers=french).content.decode()


def test_a_file_that_names_no_icon_has_the_sites_own(client: Client) -> None:
    assert client.get("/favicon.ico").headers["Location"] == "/static/web/favicon.svg"


@pytest.mark.parametrize("page", ["/keys/", "/password/", "/nowhere/x/y/"])
def test_a_page_of_no_company_stands_in_the_frame_of_the_last_one(signed_in: Client, page: str) -> None:
    assert "Monaco" not in signed_in.get(page).content.decode()
    signed_in.get("/MNSAM/")
    assert 'href="/MNSAM/customers/"' in signed_in.get(page).content.decode()


def test_a_choice_that_is_none_is_left(signed_in: Client, collector: User) -> None:
    answer = signed_in.post(
        "/preferences/", {"language": "xx", "theme": "<b>", "next": "https://evil.example/"}
    )
    assert answer.headers["Location"] == "/"
    collector.refresh_from_db()
    assert (collector.language, collector.theme) == ("", "")


@pytest.fixture
def customers(company: Company) -> None:
    write_books("2026-03-01 invoice FA26-10412 C1 1200.00 due 2026-03-31", company=company)
    for code, name in (("C1", "Hôtel Belle Époque"), ("C2", "Époque Nouvelle"), ("C3", "Riviera")):
        customer, _new = Customer.objects.get_or_create(company=company, code=code)
        customer.name = name
        customer.save()


def found(client: Client, text: str, code: str = "MNSAM") -> list[str]:
    page = client.get(f"/{code}/find/", {"q": text}, **HTMX).content.decode()
    return re.findall(r'class="hit-label">(.*?)</span>', page)


@pytest.mark.usefixtures("customers")
def test_a_customer_is_found_by_code_then_by_the_start_of_its_name_then_by_a_part(signed_in: Client) -> None:
    assert found(signed_in, "epoque") == ["Époque Nouvelle", "Hôtel Belle Époque"]
    assert found(signed_in, "c3") == ["Riviera"]


@pytest.mark.usefixtures("customers")
def test_a_document_is_found_by_its_number_or_a_part_of_it(signed_in: Client) -> None:
    assert found(signed_in, "fa26") == ["FA26-10412"]
    assert found(signed_in, "10412") == ["FA26-10412"]


@pytest.mark.usefixtures("customers")
def test_nothing_is_found_of_another_company(signed_in: Client) -> None:
    write_books("2026-03-01 invoice FB26-1 SECRET 5.00", company=make_company("OTHER"))
    assert found(signed_in, "secret") == found(signed_in, "FB26") == []


@pytest.mark.usefixtures("customers")
def test_who_keeps_a_portfolio_finds_only_in_it(signed_in: Client, collector: User, company: Company) -> None:
    collector.memberships.update(portfolio_only=True)
    assert found(signed_in, "epoque") == found(signed_in, "10412") == []
    Customer.objects.filter(code="C1").update(collector=collector)
    assert found(signed_in, "epoque") == ["Hôtel Belle Époque"]
    assert found(signed_in, "10412") == ["FA26-10412"]


@pytest.mark.usefixtures("customers")
@pytest.mark.parametrize("text", ["%", "_", "\\", "<b>", "'; --", "\0zzz", "x" * 5000, "٣"])
def test_odd_questions_find_nothing_and_break_nothing(signed_in: Client, text: str) -> None:
    assert found(signed_in, text) == []


def test_finding_works_without_script(signed_in: Client) -> None:
    assert "<html" in signed_in.get("/MNSAM/find/?q=x").content.decode()


def test_a_mistake_is_said_in_the_page_and_in_the_language(signed_in: Client) -> None:
    answer = signed_in.get("/mistaken/")
    assert answer.status_code == 422
    assert "12,3,4" in answer.content.decode()


def test_a_refusal_names_its_rule(signed_in: Client) -> None:
    answer = signed_in.get("/refused/")
    assert answer.status_code == 422
    assert "rate-not-set" in answer.content.decode()


def test_a_mistake_in_a_fragment_goes_to_the_messages_and_leaves_the_page(signed_in: Client) -> None:
    answer = signed_in.get("/mistaken/", **HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#messages")
    assert "<html" not in answer.content.decode()


def test_a_fragment_brings_the_messages_along(signed_in: Client) -> None:
    fragment = signed_in.get("/done/", **HTMX).content.decode()
    assert fragment.startswith("<p>fragment</p>")
    assert 'hx-swap-oob="beforeend:#messages"' in fragment
    assert 'action="/undo/"' in fragment


def after_an_act(client: Client, **headers: str) -> HttpResponse:
    """What htmx is answered when it posted something that ends in a redirection."""
    answer: HttpResponse = client.post("/acted/", **HTMX, **headers)
    return answer


def test_a_fragments_post_that_leads_elsewhere_takes_the_page_there_and_keeps_its_message(
    signed_in: Client,
) -> None:
    answer = after_an_act(signed_in)
    assert (answer.status_code, answer.headers["HX-Redirect"], answer.content) == (
        200, "/MNSAM/a-screen/#x", b"",
    )  # fmt: skip
    assert "is no date" in signed_in.get("/MNSAM/a-screen/").content.decode()


def test_one_that_leads_to_the_page_it_came_from_has_it_shown_anew(signed_in: Client) -> None:
    answer = after_an_act(signed_in, HTTP_HX_CURRENT_URL="http://testserver/MNSAM/a-screen/")
    assert (answer.headers["HX-Refresh"], "HX-Redirect" in answer.headers) == ("true", False)
    assert "is no date" in signed_in.get("/MNSAM/a-screen/").content.decode()


def test_a_fragment_that_is_asked_for_may_be_found_elsewhere(signed_in: Client) -> None:
    answer = signed_in.get("/acted/", **HTMX)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/MNSAM/a-screen/#x")


def test_when_the_session_has_ended_the_whole_page_asks_again(client: Client, company: Company) -> None:
    assert client.get("/MNSAM/find/?q=x", **HTMX).headers["HX-Refresh"] == "true"


def test_a_fault_shows_a_reference_and_logs_it(signed_in: Client, caplog: pytest.LogCaptureFixture) -> None:
    signed_in.raise_request_exception = False
    with caplog.at_level(logging.ERROR, logger="exigible.fault"):
        answer = signed_in.get("/broken/")
    assert answer.status_code == 500
    reference = re.search(r"<b>([0-9A-F]{8})</b>", answer.content.decode())
    assert reference is not None
    assert reference[1] in caplog.text


@pytest.mark.parametrize(("path", "status"), [("/forbidden/", 403), ("/nowhere/at/all/", 404)])
def test_other_refusals_say_what_to_do(signed_in: Client, path: str, status: int) -> None:
    answer = signed_in.get(path)
    assert answer.status_code == status
    assert "Retour à l’accueil" in answer.content.decode()


def test_pages_allow_no_script_but_their_own(signed_in: Client) -> None:
    answer = signed_in.get("/MNSAM/a-screen/")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    page = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page)
