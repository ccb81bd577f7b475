"""Bank statements: each movement once, whichever files tell of it, and balances held against them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.intake.bank_files import (
    IBAN,
    OTHER_IBAN,
    amounts,
    camt,
    camt_entry,
    import_bank,
    mt940,
    preview_bank,
)
from tests.intake.readers.bank.camt_text import at, transaction

from exigible.intake.services import apply
from exigible.intake.signals import bank_lines_added
from exigible.ledger.models import BankAccount, BankLine, BankStatement

pytestmark = pytest.mark.django_db

MARCH = """
    2026-03-02  120.00 B1 | ACME SARL | F-101
    2026-03-02  120.00 B2 | ACME SARL | F-101
    2026-03-05  -30.00 B3 | EDF | contrat 12
"""
WITHOUT_REFERENCES = """
    2026-03-02  120.00 - | ACME SARL | F-101
    2026-03-02  120.00 - | ACME SARL | F-101
    2026-03-05  -30.00 - | EDF | contrat 12
"""
NOTHING = {"bank_lines": 0, "statements": 0, "accounts": 0}


def warnings(job):
    return [problem["code"] for problem in job.result["warnings"]]


def new_lines(job):
    return job.result["created"]["bank_lines"]


def batch(reference, *parts, day="2026-03-02"):
    """An entry with its payments, each `amount reference payer`."""
    told = [part.split() for part in parts]
    total = sum(float(money) for money, _, _ in told)
    details = [
        transaction(money, at("Refs/AcctSvcrRef", own), at("RltdPties/Dbtr/Nm", payer))
        for money, own, payer in told
    ]
    return camt_entry(day, f"{total:.2f}", reference, "", "", *details)


class TestOneFile:
    def test_makes_the_account_the_statement_and_its_lines(self, company):
        job = import_bank(company, camt(MARCH))
        assert job.result["created"] == {"bank_lines": 3, "statements": 1, "accounts": 1}
        assert (job.result["rows"], job.result["unchanged"], warnings(job)) == (3, 0, [])
        account = BankAccount.objects.get(company=company)
        assert (account.number, account.currency) == (IBAN, "EUR")
        statement = BankStatement.objects.get()
        assert (statement.opening_minor, statement.closing_minor) == (1000_00, 1210_00)
        line = BankLine.objects.get(reference="B3")
        assert (line.amount_minor, line.left_minor, line.booked_on) == (-30_00, -30_00, date(2026, 3, 5))
        assert (line.payer_name, line.text, line.statement) == ("EDF", "contrat 12", statement)

    def test_two_honest_identical_payments_are_two(self, company):
        assert new_lines(import_bank(company, camt(WITHOUT_REFERENCES))) == 3
        assert amounts(company) == [120_00, 120_00, -30_00]

    def test_a_line_without_reference_gets_one_of_its_own(self, company):
        import_bank(company, camt(WITHOUT_REFERENCES))
        references = set(BankLine.objects.values_list("reference", flat=True))
        assert len(references) == 3
        assert all(references)

    def test_a_preview_writes_nothing(self, company):
        job = preview_bank(company, camt(MARCH))
        assert job.result["created"] == {"bank_lines": 3, "statements": 1, "accounts": 1}
        assert not BankAccount.objects.exists()
        assert not BankLine.objects.exists()

    def test_shows_accounts_sums_and_first_lines(self, company):
        result = preview_bank(company, camt(MARCH)).result
        assert result["sums"] == [
            {"currency": "EUR", "lines_in": 2, "in": "240.00", "lines_out": 1, "out": "-30.00"}
        ]
        (account,) = result["accounts"]
        assert (account["opening"], account["closing"], account["difference"]) == (
            "1000.00",
            "1210.00",
            "0.00",
        )
        assert (account["first_day"], account["last_day"], account["is_new"]) == (
            "2026-03-02",
            "2026-03-05",
            True,
        )
        assert [line["reference"] for line in result["lines"]] == ["B1", "B2", "B3"]

    def test_each_currency_has_its_own_sums(self, company):
        import_bank(company, camt(MARCH))
        job = import_bank(
            company, camt("2026-03-03 500 U1 | USA", opening="0", iban=OTHER_IBAN, currency="JPY")
        )
        assert [(one["currency"], one["in"]) for one in job.result["sums"]] == [("JPY", "500")]
        assert job.result["control"]["currency"] == "JPY"

    def test_texts_longer_than_the_ledger_keeps_are_cut(self, company):
        import_bank(company, camt(f"2026-03-02 1.00 {'R' * 200} | {'N' * 300} | {'T' * 900}"))
        line = BankLine.objects.get()
        assert (len(line.reference), len(line.payer_name)) == (140, 140)

    def test_an_interim_report_is_refused_with_the_reason(self, company):
        job = preview_bank(company, camt(MARCH, message="052"))
        assert job.state == "refused"
        assert job.result["errors"][0]["code"] == "interim-statement"
        assert job.result["errors"][0]["params"]["format"] == "camt.052.001.08"

    def test_what_came_in_is_told_after_the_commit(self, company, django_capture_on_commit_callbacks):
        told = []

        def hear(sender, company_id, **_more):
            told.append(company_id)

        bank_lines_added.connect(hear)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                import_bank(company, camt(MARCH))
            with django_capture_on_commit_callbacks(execute=True):
                import_bank(company, camt(MARCH))
        finally:
            bank_lines_added.disconnect(hear)
        assert told == [company.pk]


class TestTwice:
    @pytest.mark.parametrize("text", [MARCH, WITHOUT_REFERENCES])
    @pytest.mark.parametrize("write", [camt, mt940])
    def test_the_same_file_again_changes_nothing(self, company, text, write):
        import_bank(company, write(text))
        job = import_bank(company, write(text))
        assert (job.result["created"], job.result["changed"]) == (NOTHING, {"bank_lines": 0})
        assert (job.result["unchanged"], warnings(job)) == (3, [])
        assert job.result["control"]["difference"] == "0.00"

    def test_exports_that_overlap_bring_each_line_once(self, company):
        import_bank(company, camt(WITHOUT_REFERENCES))
        more = WITHOUT_REFERENCES + "2026-03-09 7.00 - | BETA | F-9"
        job = import_bank(company, camt(more, number="S2"))
        assert (new_lines(job), job.result["unchanged"], warnings(job)) == (1, 3, [])

    def test_a_third_equal_payment_of_the_day_is_new_and_the_first_two_are_not(self, company):
        import_bank(company, camt(WITHOUT_REFERENCES))
        job = import_bank(company, camt("2026-03-02 120.00 - | ACME SARL | F-101" + WITHOUT_REFERENCES))
        assert (new_lines(job), job.result["unchanged"]) == (1, 3)

    def test_equal_payments_of_two_statements_of_one_day_are_two(self, company):
        """No reference tells them apart, but the second statement begins where the first one ends."""
        line = "2026-03-02 120.00 - | ACME | F-1"
        import_bank(company, camt(line, number="morning"))
        second = camt(line, opening="1120.00", number="afternoon")
        assert new_lines(import_bank(company, second)) == 1
        again = import_bank(company, second)
        assert (again.result["created"], amounts(company)) == (NOTHING, [120_00, 120_00])
        day = camt(line + "\n" + line, number="the day")
        assert new_lines(import_bank(company, day)) == 0

    def test_a_statement_that_is_twice_in_a_file_counts_once(self, company):
        one = mt940(WITHOUT_REFERENCES)
        job = import_bank(company, one + b"\r\n" + one, "releve.sta")
        assert (new_lines(job), warnings(job)) == (3, ["statement-twice"])

    def test_the_same_lines_on_another_account_are_others(self, company):
        import_bank(company, camt(MARCH))
        assert new_lines(import_bank(company, camt(MARCH, iban=OTHER_IBAN))) == 3

    def test_a_reference_used_again_is_another_movement_and_is_told(self, company):
        import_bank(company, camt("2026-03-02 120.00 B1 | ACME"))
        job = import_bank(company, camt("2026-03-03 80.00 B1 | ACME", opening="1120.00"))
        assert (new_lines(job), warnings(job)) == (1, ["reference-reused"])
        assert job.problems[0]["expected"] == "120.00 EUR"

    def test_what_is_said_later_of_a_known_line_completes_it(self, company):
        import_bank(company, camt("2026-03-02 120.00 B1", opening=None, message="054"))
        job = import_bank(company, camt("2026-03-02 120.00 B1 | ACME | F-101"))
        assert (job.result["created"]["bank_lines"], job.result["changed"]) == (0, {"bank_lines": 1})
        line = BankLine.objects.get()
        assert (line.payer_name, line.text) == ("ACME", "F-101")
        again = import_bank(company, camt("2026-03-02 120.00 B1 | OTHER | F-7"))
        assert again.result["changed"] == {"bank_lines": 0}
        assert BankLine.objects.get().payer_name == "ACME"


class TestNoticeAndStatement:
    def test_what_a_notice_told_is_known_in_the_statement(self, company):
        notice = camt("2026-03-02 120.00 B1 | ACME | F-101", opening=None, message="054", number="N1")
        assert import_bank(company, notice).result["created"]["bank_lines"] == 1
        job = import_bank(company, camt(MARCH))
        assert (new_lines(job), job.result["unchanged"], warnings(job)) == (2, 1, [])
        assert job.result["control"]["difference"] == "0.00"

    def test_a_batch_known_payment_by_payment_is_not_counted_again_whole(self, company):
        parts = batch("E1", "70.00 P1 ACME", "50.00 P2 BETA")
        import_bank(company, camt("", opening=None, message="054", entries=parts))
        whole = camt("2026-03-02 120.00 E1 | | remise")
        job = import_bank(company, whole)
        assert (new_lines(job), warnings(job)) == (0, ["batch-known-in-parts"])
        assert job.result["control"]["difference"] == "0.00"
        assert amounts(company) == [50_00, 70_00]
        assert import_bank(company, whole).result["created"] == NOTHING

    def test_payments_take_the_place_of_a_batch_that_was_known_whole(self, company):
        whole = camt("2026-03-02 120.00 E1 | | remise")
        import_bank(company, whole)
        notice = camt("", opening=None, message="054", entries=batch("E1", "70.00 P1 ACME", "50.00 P2 BETA"))
        job = import_bank(company, notice)
        assert (new_lines(job), job.result["changed"]) == (2, {"bank_lines": 1})
        assert warnings(job) == ["batch-detailed"]
        assert BankLine.objects.get(reference="E1").set_aside == "detailed"
        for again in (notice, whole):
            job = import_bank(company, again)
            assert (new_lines(job), warnings(job)) == (0, [])
        assert job.result["control"]["difference"] == "0.00"

    def test_payments_of_a_batch_that_is_posted_whole_are_left_out(self, company):
        from tests.intake.bank_files import post_line

        import_bank(company, camt("2026-03-02 120.00 E1 | | remise"))
        post_line(BankLine.objects.get(), 20_00)
        parts = batch("E1", "70.00 P1 ACME", "50.00 P2 BETA")
        job = import_bank(company, camt("", opening=None, message="054", entries=parts))
        assert (new_lines(job), warnings(job)) == (0, ["batch-posted"])

    def test_a_batch_of_another_amount_is_another_one(self, company):
        parts = batch("E1", "70.00 P1 ACME", "50.00 P2 BETA")
        import_bank(company, camt("", opening=None, message="054", entries=parts))
        assert new_lines(import_bank(company, camt("2026-03-02 130.00 E1 | | remise"))) == 1


class TestBalances:
    def test_the_control_holds_the_lines_against_the_banks_balance(self, company):
        control = import_bank(company, camt(MARCH)).result["control"]
        assert (control["books"], control["items"], control["difference"]) == ("1210.00", "1210.00", "0.00")
        assert (control["currency"], control["as_of"]) == ("EUR", "2026-03-05")

    def test_a_statement_that_does_not_add_up_is_told_with_the_amount(self, company):
        job = import_bank(company, camt(MARCH, closing="1215.00"))
        assert warnings(job) == ["balance-gap"]
        assert job.result["control"]["difference"] == "-5.00"

    def test_a_statement_that_is_missing_is_told_with_dates_and_amount(self, company):
        import_bank(company, camt(MARCH))
        job = import_bank(company, camt("2026-03-20 10.00 C1 | ACME", opening="1300.00"))
        assert warnings(job) == ["statement-gap"]
        told = job.problems[0]
        assert (told["found"], told["expected"]) == ("1300.00 EUR", "1210.00 EUR")
        assert (told["params"]["day"], told["params"]["difference"]) == ("2026-03-05", "90.00 EUR")
        assert job.result["control"]["difference"] == "-90.00"

    def test_the_same_statement_with_another_balance_is_told_as_a_contradiction_before_it_is_written(
        self, company
    ):
        import_bank(company, camt(MARCH))
        job = preview_bank(company, camt(MARCH, closing="1300.00"))
        told = [one for one in job.problems if one["code"] == "statement-contradicted"]
        assert [(one["found"], one["expected"]) for one in told] == [("1300.00 EUR", "1210.00 EUR")]
        assert told[0]["params"] == {"account": IBAN, "statement": "S1", "day": "2026-03-05"}

    def test_and_so_is_one_with_another_opening_balance(self, company):
        import_bank(company, camt(MARCH))
        job = preview_bank(company, camt(MARCH, opening="1100.00", closing="1210.00"))
        told = [one for one in job.problems if one["code"] == "statement-opening-contradicted"]
        assert [(one["found"], one["expected"]) for one in told] == [("1100.00 EUR", "1000.00 EUR")]

    def test_the_same_statement_again_contradicts_nothing(self, company):
        import_bank(company, camt(MARCH))
        assert warnings(import_bank(company, camt(MARCH))) == []

    def test_statements_that_follow_each_other_are_told_nothing_of(self, company):
        import_bank(company, mt940(MARCH))
        job = import_bank(company, mt940("2026-03-06 10.00 C1 | ACME", opening="1210.00", number="2"))
        assert (warnings(job), job.result["control"]["difference"]) == ([], "0.00")

    def test_an_older_statement_that_fits_before_is_told_nothing_of(self, company):
        import_bank(company, camt(MARCH))
        job = import_bank(company, camt("2026-02-20 10.00 A1 | ACME", opening="990.00", number="S0"))
        assert (new_lines(job), warnings(job), job.result["control"]["difference"]) == (1, [], "0.00")

    def test_an_overlap_whose_lines_are_not_recognised_is_told_with_the_amounts(self, company):
        import_bank(company, camt(MARCH))
        job = import_bank(company, camt(MARCH.replace(" B", " X"), number="S9"))
        assert (new_lines(job), warnings(job)) == (3, ["lines-not-recognised"])
        told = job.problems[0]["params"]
        assert (told["first"], told["last"]) == ("2026-03-02", "2026-03-05")
        assert (told["known"], told["known_amount"], told["new_amount"]) == ("3", "210.00 EUR", "210.00 EUR")
        assert job.result["control"]["difference"] == "210.00"

    def test_without_any_balance_there_is_no_control(self, company):
        assert "control" not in import_bank(company, camt(MARCH, opening=None, message="054")).result

    def test_only_notices_without_balances_make_no_second_statement(self, company):
        notice = camt(MARCH, opening=None, message="054")
        import_bank(company, notice)
        assert import_bank(company, notice).result["created"] == NOTHING
        assert BankStatement.objects.count() == 1


class TestAccounts:
    def test_another_iban_than_the_companys_is_a_warning_once(self, company):
        company.iban = OTHER_IBAN
        company.save()
        assert warnings(import_bank(company, camt(MARCH))) == ["other-iban"]
        assert warnings(import_bank(company, camt(MARCH))) == []

    def test_two_at_once_write_each_line_once(self, company):
        first, second = preview_bank(company, camt(MARCH)), preview_bank(company, camt(MARCH, number="S2"))
        apply(first)
        assert new_lines(apply(second)) == 0
        assert second.result["differs_from_preview"]["created"]["bank_lines"] == 3


TABLE = """Date;Libellé;Montant
02/03/2026;VIR ACME F-101;120,00
02/03/2026;VIR ACME F-101;120,00
25/03/2026;PRLV EDF;-30,00
"""


class TestTables:
    def test_without_an_account_the_companys_iban_is_assumed_and_told(self, company):
        company.iban = IBAN
        company.save()
        job = import_bank(company, TABLE.encode(), "releve.csv")
        assert (new_lines(job), warnings(job)) == (3, ["account-assumed"])
        assert BankAccount.objects.get().number == IBAN

    def test_without_any_account_the_lines_stand_on_one_without_a_number(self, company):
        job = import_bank(company, TABLE.encode(), "releve.csv")
        assert warnings(job) == ["account-without-number"]
        assert BankAccount.objects.get().number == ""

    def test_the_same_file_stays_on_its_account_when_more_are_known(self, company):
        import_bank(company, TABLE.encode(), "releve.csv", account="111")
        import_bank(company, TABLE.replace("ACME", "BETA").encode(), "releve.csv", account="222")
        job = import_bank(company, TABLE.encode(), "releve.csv")
        assert job.result["created"] == NOTHING

    def test_files_alike_of_two_accounts_are_not_guessed(self, company):
        import_bank(company, TABLE.encode(), "releve.csv", account="111")
        import_bank(company, TABLE.replace("ACME", "BETA").encode(), "releve.csv", account="222")
        job = import_bank(company, TABLE.replace("ACME", "GAMMA").encode(), "releve.csv")
        assert job.state == "refused"
        assert job.result["errors"][0]["params"]["accounts"] == "111, 222"

    def test_a_reference_twice_in_an_export_is_known_alone_in_the_next(self, company):
        head = "Date;Libellé;Référence;Montant\n"
        first, second = "02/03/2026;VIR ACME;R1;10,00\n", "25/03/2026;VIR BETA;R1;20,00\n"
        import_bank(company, (head + first + second).encode(), "a.csv", account="1", mapping=_columns(head))
        job = import_bank(company, (head + second).encode(), "b.csv", account="1", mapping=_columns(head))
        assert job.result["created"]["bank_lines"] == 0


def _columns(head):
    from exigible.intake.readers.mapping import ColumnChoice, mapping_of

    headers = head.strip().split(";")
    names = ["booked_on", "text", "reference", "amount"]
    columns = {
        name: ColumnChoice(at, header, 100)
        for at, (name, header) in enumerate(zip(names, headers, strict=True))
    }
    return mapping_of("bank", columns, headers).to_dict()
