"""Bank statements on the pages of the import desk, and by the command."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.intake.bank_files import camt, import_bank, mt940, preview_bank
from tests.intake.test_bank import MARCH, TABLE
from tests.intake.test_screens import CUSTOMERS, ITEMS, address, page, received, signed_in

from exigible.cli import cli
from exigible.intake.asking import ASKED
from exigible.intake.models import Import, Mapping
from exigible.intake.services import apply, choose_options, preview, receive
from exigible.ledger.models import BankAccount, BankLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(company):
    return signed_in(company)


class TestHandingIn:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (camt(MARCH), "bank"),
            (mt940(MARCH), "bank"),
            (TABLE.encode(), "bank"),
            (CUSTOMERS, "customers"),
            (ITEMS, "items"),
        ],
    )
    def test_a_statement_is_recognised_by_its_content(self, client, company, content, kind):
        assert received(client, company, content, "file.txt").kind == kind

    def test_a_banks_own_format_leaves_nothing_to_choose(self, client, company):
        job = received(client, company, camt(MARCH), "releve.xml")
        assert job.note == ASKED
        assert "Waiting for a worker" in page(client, company, job)

    def test_what_is_said_to_be_a_statement_and_is_none_is_refused(self, client, company):
        job = received(client, company, b"%PDF-1.7 invoice", "invoice.txt", "bank")
        assert job.state == "refused"
        assert "no bank statement that can be read: it is a PDF" in page(client, company, job)

    def test_an_interrupted_one_can_be_started_again(self, client, company):
        job = received(client, company, camt(MARCH), "releve.xml")
        Import.objects.filter(pk=job.pk).update(note="interrupted")
        assert "there is nothing to choose" in page(client, company, job)
        assert client.post(address("import-compare", company, job)).status_code == 302
        job.refresh_from_db()
        assert job.note == ASKED

    def test_another_kind_can_be_taken_for_a_statement(self, client, company):
        job = received(client, company, TABLE.encode(), "releve.csv", "customers")
        client.post(address("import-kind", company, job), {"kind": "bank"})
        job.refresh_from_db()
        assert job.kind == "bank"
        assert '<option value="booked_on" selected>' in page(client, company, job)


class TestTable:
    def test_goes_through_the_columns_with_the_first_lines_as_read(self, client, company):
        shown = page(client, company, received(client, company, TABLE.encode(), "releve.csv"))
        assert '<option value="booked_on" selected>' in shown
        assert "VIR ACME F-101" in shown
        assert "−30.00" in shown or "-30.00" in shown
        assert "Documents without a type" not in shown

    def test_the_account_is_chosen_and_the_columns_remembered(self, client, company):
        job = received(client, company, TABLE.encode(), "releve.csv")
        columns = {"column-0": "booked_on", "column-1": "text", "column-2": "amount"}
        client.post(
            address("import-compare", company, job),
            columns | {"account": "fr76 3000", "remember": "Our bank"},
        )
        job.refresh_from_db()
        apply(preview(job))
        assert BankAccount.objects.get().number == "FR763000"
        assert Mapping.objects.get().kind == "bank"
        again = received(client, company, TABLE.replace("ACME", "BETA").encode(), "next.csv")
        shown = page(client, company, again)
        assert "Our bank" in shown
        assert "FR763000" in shown

    def test_amounts_going_out_without_a_sign(self, client, company):
        job = received(client, company, TABLE.encode(), "releve.csv")
        columns = {"column-0": "booked_on", "column-2": "amount", "outgoing_is_positive": "on"}
        client.post(address("import-compare", company, job), columns)
        job.refresh_from_db()
        apply(preview(job))
        assert sorted(BankLine.objects.values_list("amount_minor", flat=True)) == [-120_00, -120_00, 30_00]


class TestCompared:
    def test_shows_balances_accounts_sums_and_lines(self, client, company):
        shown = page(client, company, preview_bank(company, camt(MARCH)))
        for words in (
            "new bank lines",
            "new account",
            "FR76 3000 6000 0112 3456 7890 189",
            "1,210.00",
            "240.00",
            "ACME SARL",
            "no line is missing",
        ):
            assert words in shown
        assert "Choose the columns again" not in shown

    def test_says_what_a_gap_is(self, client, company):
        import_bank(company, camt(MARCH))
        job = preview_bank(company, camt("2026-03-20 10.00 C1 | ACME", opening="1300.00"))
        shown = page(client, company, job)
        assert "a statement is missing" in shown
        assert "€90.00 lie between" in shown

    def test_says_when_all_is_known(self, client, company):
        import_bank(company, camt(MARCH))
        assert "all of it is known already" in page(client, company, preview_bank(company, camt(MARCH)))

    def test_takes_as_many_queries_for_many_lines_as_for_few(self, client, company):
        few_job = preview_bank(company, camt(MARCH))
        many = "".join(f"2026-03-02 1.00 R{n} | N{n}\n" for n in range(300))
        many_job = preview_bank(company, camt(many))
        page(client, company, few_job)
        with CaptureQueriesContext(connection) as few:
            page(client, company, few_job)
        with CaptureQueriesContext(connection) as much:
            page(client, company, many_job)
        assert len(much) == len(few)

    def test_the_list_shows_the_difference_in_the_accounts_currency(self, client, company):
        import_bank(company, camt("2026-03-03 500 U1 | USA", opening="0", closing="900", currency="JPY"))
        assert "-400" in client.get(address("imports", company)).content.decode().replace("−", "-")


class TestCommand:
    def run(self, *words):
        return CliRunner().invoke(cli, ["import", "bank", *words], standalone_mode=False)

    def test_gives_the_result_as_json(self, company, tmp_path):
        file = tmp_path / "releve.xml"
        file.write_bytes(camt(MARCH))
        found = self.run(str(file), "--company", company.code, "--json")
        result = json.loads(found.stdout)
        assert (found.return_value, result["created"]["bank_lines"], result["format"]) == (0, 3, "bank")
        assert result["control"]["difference"] == "0.00"

    def test_a_dry_run_writes_nothing(self, company, tmp_path):
        file = tmp_path / "releve.xml"
        file.write_bytes(camt(MARCH))
        assert self.run(str(file), "--company", company.code, "--dry-run").return_value == 0
        assert not BankLine.objects.exists()

    def test_the_account_of_a_table_is_told(self, company, tmp_path):
        file = tmp_path / "releve.csv"
        file.write_text(TABLE, encoding="utf-8")
        self.run(str(file), "--company", company.code, "--account", "FR76 1")
        assert BankAccount.objects.get().number == "FR761"

    def test_an_interim_report_is_refused(self, company, tmp_path):
        file = tmp_path / "releve.xml"
        file.write_bytes(camt(MARCH, message="052"))
        found = self.run(str(file), "--company", company.code)
        assert found.return_value == 1
        assert "provisoire" in found.stdout or "interim" in found.stdout


def test_other_choices_have_a_table_read_anew(company):
    job = receive(company=company, kind="bank", content=BytesIO(TABLE.encode()), name="t.csv", by=None)
    preview(job)
    choose_options(job=job, options={"account": "222"})
    apply(preview(job))
    assert BankAccount.objects.get().number == "222"
