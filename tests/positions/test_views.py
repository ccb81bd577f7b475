"""The aged balance in the browser: what stands on it, where its figures lead, who may see it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from tests.books import Books, make_company, write_books
from tests.positions.conftest import AS_OF

from exigible.ledger.models import Company, Customer, Movement
from exigible.positions import kept, services
from exigible.positions.models import Export, Report
from exigible.team.models import Membership, User
from exigible.team.services import add_user

HTMX = {"hx-request": "true"}
ADDRESSES = (
    "aged-balance/",
    "aged-balance/group/",
    "aged-balance/lines/",
    "aged-balance/export/",
    "customers/ACME/statement/",
)


def get(client: Client, path: str = "aged-balance/", **words: str) -> HttpResponse:
    return client.get(f"/ACO/{path}", {"as_of": AS_OF} | words)


def cells(html: str) -> list[list[str]]:
    """The rows of the table's body, tags left out, without the bar of age."""
    body = "".join(re.findall(r"<tbody>(.*?)</tbody>", html, re.DOTALL))
    rows = [re.findall(r"<td.*?</td>", row, re.DOTALL) for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)]
    return [[text_of(cell) for cell in row[1:]] for row in rows]


def text_of(cell: str) -> str:
    unseen = r"<(svg|span class=\"sr\").*?</(svg|span)>"
    return unescape(re.sub(rf"{unseen}|<[^>]+>", "", cell)).strip()


def first_cells(answer: HttpResponse) -> list[str]:
    return [row[0] for row in cells(answer.content.decode())]


def test_the_page_shows_each_customer_with_the_buckets_and_the_totals(alice: Client) -> None:
    html = get(alice).content.decode()
    figures = ["99,50", "250,00", "", "", "600,00", "−30,00", "919,50", "850,00", "140\xa0j"]
    assert cells(html)[0] == ["ACME", "ACME", *figures]
    assert [row[0] for row in cells(html)] == ["ACME", "BETA", "GAMMA"]
    foot = re.sub(r"<[^>]+>", " ", re.search(r"<tfoot>.*</tfoot>", html, re.DOTALL)[0])
    assert "799,50" in foot
    assert "1\u202f350,00" in foot


def test_every_figure_leads_to_the_lines_that_make_it(alice: Client) -> None:
    html = get(alice).content.decode()
    addresses = {unescape(found) for found in re.findall(r'href="([^"]*aged-balance/lines/[^"]*)"', html)}
    assert len(addresses) >= 15
    for address in addresses:
        shown = alice.get(address).context
        figure = re.search(rf'href="{re.escape(address).replace("&", "&amp;")}">([^<]*)<', html)[1]
        assert f"{shown['lines'].total_minor:,}".replace(",", "") == as_minor(figure)


def as_minor(figure: str) -> str:
    return re.sub(r"[,\u202f]", "", figure).replace("−", "-").lstrip("0") or "0"


def test_the_filters_and_the_order_stand_in_the_address(books: Books, alice: Client) -> None:
    Customer.objects.filter(code="ACME").update(segment="retail", collector=User.objects.get())
    assert first_cells(get(alice, q="gam")) == ["GAMMA"]
    assert first_cells(get(alice, segment="retail")) == ["ACME"]
    assert first_cells(get(alice, segment="none")) == ["BETA", "GAMMA"]
    assert first_cells(get(alice, collector="none")) == ["BETA", "GAMMA"]
    assert first_cells(get(alice, sort="-total")) == ["ACME", "GAMMA", "BETA"]
    by_issue = cells(get(alice, basis="issue", buckets="10,200").content.decode())
    assert by_issue[0][2:6] == ["", "99,50", "850,00", ""]
    assert get(alice, buckets="x").status_code == 422
    assert get(alice, sort="nothing").status_code == 422
    assert "Rien ne correspond" in get(alice, q="nobody").content.decode()


@pytest.mark.parametrize("by", ["group", "collector", "segment"])
def test_rows_are_summed_by_group_collector_and_segment(books: Books, alice: Client, by: str) -> None:
    owner = User.objects.get()
    Customer.objects.filter(code__in=["ACME", "BETA"]).update(
        group_code="G", collector=owner, segment="retail"
    )
    html = get(alice, by=by).content.decode()
    sums = {row[0]: row[7] for row in cells(html)}
    name = {"group": "G (2)", "collector": "Alice Martin (2)", "segment": "retail (2)"}[by]
    assert sums[name] == "1\u202f339,50"
    address = unescape(re.search(r'href="([^"]*column=overdue[^"]*)"', html)[1])
    assert alice.get(address).status_code == 200


def test_a_group_is_shown_by_the_name_of_its_parent_with_its_code(books: Books, alice: Client) -> None:
    parent = books.customer("HOLDING")
    Customer.objects.filter(pk=parent.pk).update(name="Holding", group_code="G")
    Customer.objects.filter(code__in=["ACME", "BETA"]).update(parent=parent)
    Customer.objects.filter(code="GAMMA").update(group_code="H")
    names = first_cells(get(alice, by="group"))
    assert names == ["GAMMA H", "Holding G (2)"]


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "offered"), [("accountant", True), ("sales", False)])
def test_who_may_import_is_offered_to_and_who_may_not_is_told_whom_to_ask(
    client: Client, role: str, offered: bool
) -> None:
    company = make_company("EMPTY")
    add_user(company=company, email="sam@example.org", role="senior", by=None, name="Sam Senior")
    client.force_login(add_user(company=company, email="x@example.org", role=role, by=None))
    for path in ("aged-balance/", "customers/", "day/"):
        html = client.get(f"/EMPTY/{path}").content.decode()
        assert ("Importer la comptabilité" in html) is offered, path
        assert ("est importée par\u00a0: Sam Senior" in html) is not offered, path


def test_a_group_unfolds_into_its_customers_and_folds_again(books: Books, alice: Client) -> None:
    Customer.objects.filter(code__in=["ACME", "BETA"]).update(group_code="G")
    html = get(alice, by="group").content.decode()
    (address,) = (unescape(found) for found in re.findall(r'hx-get="([^"]*group[^"]*)"', html))
    opened = alice.get(address, headers=HTMX)
    assert first_cells(opened) == ["G (2)", "ACME", "BETA"]
    fold = unescape(re.search(r'hx-get="([^"]*)"', opened.content.decode())[1])
    assert first_cells(alice.get(fold, headers=HTMX)) == ["G (2)"]


def test_one_currency_is_shown_at_a_time(books: Books, alice: Client) -> None:
    Company.objects.filter(pk=books.company.pk).update(currency="USD")
    books.company.refresh_from_db()
    write_books("2026-06-01 invoice F-9 ACME 10.00 due 2026-06-15", company=books.company)
    own = get(alice)
    assert own.context["currency"] == "USD"
    assert [row[8] for row in cells(own.content.decode())] == ["10,00"]
    other = get(alice, currency="EUR")
    assert [row[0] for row in cells(other.content.decode())] == ["ACME", "BETA", "GAMMA"]
    assert 'aria-current="page">EUR' in other.content.decode()


def test_a_report_as_known_earlier_leaves_out_what_was_entered_since(books: Books, alice: Client) -> None:
    before = Movement.objects.earliest("recorded_at").recorded_at - timedelta(hours=1)
    local = timezone.localtime(before).strftime("%Y-%m-%dT%H:%M")
    assert "Rien n’est dû" in get(alice, known_at=local).content.decode()
    later = timezone.localtime(timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    assert len(cells(get(alice, known_at=later).content.decode())) == 3


def test_a_long_computation_is_told_first_and_done_by_the_page_itself(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "QUICK_MOVEMENTS", 2)
    html = get(alice).content.decode()
    assert Report.objects.count() == 0
    address = unescape(re.search(r'<div hx-get="([^"]*)" hx-trigger="load"', html)[1])
    assert len(cells(alice.get(address, headers=HTMX).content.decode())) == 3
    told = alice.get(address.replace("aged-balance/", "aged-balance/lines/"))
    assert "hx-trigger" in told.content.decode()


def test_a_collector_of_one_portfolio_sees_no_other(books: Books, alice: Client) -> None:
    Membership.objects.update(portfolio_only=True)
    Customer.objects.filter(code="BETA").update(collector=User.objects.get())
    for words in ({}, {"collector": "none"}, {"by": "group"}, {"q": "a"}):
        html = get(alice, **words).content.decode()
        assert "ACME" not in html
    assert first_cells(get(alice)) == ["BETA"]
    assert get(alice, "aged-balance/lines/", customer="ACME").context["lines"].count == 0
    assert get(alice, "aged-balance/lines/").context["lines"].count == 2
    assert b"ACME" not in get(alice, "aged-balance/export/", format="csv").getvalue()
    assert get(alice, "customers/ACME/statement/").status_code == 404


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_person_of_another_company_finds_nothing(books: Books, client: Client, path: str) -> None:
    charlie = add_user(company=make_company("OTHER"), email="charlie@example.org", role="senior", by=None)
    client.force_login(charlie)
    assert get(client, path).status_code == 404
    client.logout()
    assert get(client, path).status_code == 302


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("aged-balance/", {}),
        ("aged-balance/", {"sort": "-total"}),
        ("aged-balance/", {"by": "group"}),
        ("aged-balance/", {"by": "collector", "q": "a"}),
        ("aged-balance/lines/", {"customer": "C1"}),
        ("aged-balance/lines/", {"column": "overdue"}),
        ("aged-balance/group/", {"group": "G"}),
    ],
)
def test_a_page_asks_the_database_as_often_for_one_customer_as_for_many(
    company: Company, alice: Client, django_assert_max_num_queries, path: str, words: dict[str, str]
) -> None:
    def count() -> int:
        get(alice, path, **words)
        with django_assert_max_num_queries(40) as asked:
            assert get(alice, path, **words).status_code == 200
        return len(asked)

    few = count()
    text = "\n".join(f"2026-01-{n % 28 + 1:02} invoice N-{n} C{n} 10.00 due 2026-02-10" for n in range(30))
    write_books(text, company=company)
    Customer.objects.filter(code__startswith="C1").update(group_code="G", collector=User.objects.get())
    assert count() <= few


def test_excel_and_csv_are_one_click_away_with_the_same_choice(alice: Client) -> None:
    html = get(alice, q="a", basis="issue").content.decode()
    for address in map(unescape, re.findall(r'href="([^"]*aged-balance/export/[^"]*)"', html)):
        assert "q=a" in address
        assert "basis=issue" in address
        answer = alice.get(address)
        assert answer.headers["Content-Disposition"].startswith(
            'attachment; filename="aged-balance-ACO-2026-06-30.'
        )


def test_a_csv_has_the_form_of_the_readers_own_excel(alice: Client, company: Company) -> None:
    def lines() -> list[str]:
        content = b"".join(get(alice, "aged-balance/export/", format="csv").streaming_content)
        assert content.startswith(b"\xef\xbb\xbf")
        return content.decode("utf-8-sig").splitlines()

    assert lines()[1] == "ACME;ACME;EUR;99,50;250,00;0,00;0,00;600,00;-30,00;919,50;850,00;0,00"
    alice.post("/preferences/", {"language": "en"})
    heads, first, *_more = lines()
    assert heads.startswith("Code,Customer,Currency,Not due,1–30 days,")
    assert first == "ACME,ACME,EUR,99.50,250.00,0.00,0.00,600.00,-30.00,919.50,850.00,0.00"


def test_a_long_export_waits_for_a_worker_and_is_fetched_by_who_asked(
    alice: Client, company: Company, monkeypatch: pytest.MonkeyPatch, settings, tmp_path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(services, "QUICK_MOVEMENTS", 2)
    address = get(alice, "aged-balance/export/", format="csv").headers["Location"]
    again = get(alice, "aged-balance/export/", format="csv").headers["Location"]
    assert address == again
    assert "attend son tour" in alice.get(address).content.decode()
    assert alice.get(f"{address}file/").status_code == 404
    services.write_export(Export.objects.get())
    assert "Le fichier est prêt" in alice.get(address, headers=HTMX).content.decode()
    lines = b"".join(alice.get(f"{address}file/").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Code;Client;Devise;Non échu;1–30 jours;")
    assert lines[1] == "ACME;ACME;EUR;99,50;250,00;0,00;0,00;600,00;-30,00;919,50;850,00;0,00"
    bob = add_user(company=company, email="bob@example.org", role="senior", by=None)
    other = Client()
    other.force_login(bob)
    assert other.get(address).status_code == 404
    assert other.get(f"{address}file/").status_code == 404
    assert services.forget_exports(timezone.now() + timedelta(days=1)) == 1
    assert not list(tmp_path.rglob("*.csv"))


def test_a_statement_is_a_pdf_to_read_or_an_excel_to_keep(alice: Client) -> None:
    pdf = get(alice, "customers/ACME/statement/")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    xlsx = get(alice, "customers/ACME/statement/", format="xlsx", kind="movements", since="2026-01-01")
    assert "statement-ACME-2026-06-30.xlsx" in xlsx.headers["Content-Disposition"]
    assert get(alice, "customers/ACME/statement/", format="doc").status_code == 422


@pytest.mark.parametrize("as_of", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_the_calendar_are_days_like_others(alice: Client, as_of: str) -> None:
    for path, words in (
        ("aged-balance/", {}),
        ("aged-balance/lines/", {"column": "overdue"}),
        ("aged-balance/export/", {"format": "csv"}),
        ("customers/ACME/statement/", {"kind": "movements", "format": "xlsx"}),
    ):
        assert get(alice, path, **words | {"as_of": as_of}).status_code == 200
